import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  benchEngines,
  channelCount,
  columnName,
  imageRange,
  imageShape,
  list,
  numberBetween,
  rowsAndColumns,
  wholeNumber,
  wholeNumbers,
} from '../../src/cli/options';

describe('option parsers', () => {
  it('read what is right', () => {
    expect(wholeNumber(0)('0')).toBe(0);
    expect(wholeNumber(1)('20000')).toBe(20000);
    expect(numberBetween(0, 1, false)('0')).toBe(0);
    expect(numberBetween(0, Number.POSITIVE_INFINITY)('2e-4')).toBe(2e-4);
    expect(channelCount('3')).toBe(3);
    expect([columnName('-1'), columnName('kind')]).toEqual([-1, 'kind']);
    expect([imageShape('8x9x3'), imageShape('8x8')]).toEqual([
      [8, 9, 3],
      [8, 8, 1],
    ]);
    expect(imageRange('0, 16')).toEqual([0, 16]);
    expect(rowsAndColumns('4x12')).toEqual([4, 12]);
    expect(list(' a,,b ')).toEqual(['a', 'b']);
    expect(benchEngines('cpu,onnxruntime-web')).toEqual(['cpu', 'onnxruntime-web']);
    expect(wholeNumbers(1)('1, 2')).toEqual([1, 2]);
  });

  it.each([
    ['0.5', wholeNumber(1), 'It must be a whole number of at least 1.'],
    ['-1', wholeNumber(0), 'It must be a whole number of at least 0.'],
    ['1e3', wholeNumber(0), 'It must be a whole number of at least 0.'],
    ['', wholeNumber(0), 'It must be a whole number of at least 0.'],
    ['99999999999999999999', wholeNumber(0), 'It must be a whole number of at least 0.'],
    ['0', numberBetween(0, Number.POSITIVE_INFINITY), 'It must be a number above 0.'],
    ['nan', numberBetween(0, 1, false), 'It must be a number of at least 0 and at most 1.'],
    [' ', numberBetween(0, 1, false), 'It must be a number of at least 0 and at most 1.'],
    ['1.5', numberBetween(0, 1, false), 'It must be a number of at least 0 and at most 1.'],
    ['8x8x2', imageShape, 'It must be height x width x 1 or 3 channels, e.g. 8x8x1.'],
    ['0x8', imageShape, 'It must be height x width x 1 or 3 channels, e.g. 8x8x1.'],
    ['1x4', rowsAndColumns, 'It must be rows x columns, at least 2 each, e.g. 4x6.'],
    ['4', rowsAndColumns, 'It must be rows x columns, at least 2 each, e.g. 4x6.'],
    ['16', imageRange, 'It must be two numbers, e.g. 0,16.'],
    ['0,', imageRange, 'It must be two numbers, e.g. 0,16.'],
    ['2', channelCount, 'It must be 1 or 3.'],
    ['kallima,gpu', benchEngines, 'Backends are kallima, generator, wasm, cpu, webgpu, onnxruntime-web.'],
    [',', wholeNumbers(1), 'It must be a whole number of at least 1.'],
    ['1,0', wholeNumbers(1), 'It must be a whole number of at least 1.'],
  ])('refuse %j', (text, parse, message) => {
    expect(() => parse(text)).toThrow(new InvalidArgumentError(message));
  });
});
