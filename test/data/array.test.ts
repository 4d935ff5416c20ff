import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import type { Column } from '../../src/data/source';
import { DataError } from '../../src/errors';

const x = { data: Uint8Array.of(1, 2, 3, 4, 5, 6), shape: [2] };

describe('arrayData', () => {
  it('gathers examples in the order asked for, in the kind they are kept in', () => {
    const source = arrayData(
      { x, label: { data: Int32Array.of(7, 8, 9), shape: [] } },
      { name: 'three', classes: ['a'] },
    );
    expect(source).toMatchObject({ name: 'three', size: 3, shapes: { x: [2], label: [] }, classes: ['a'] });
    expect(source.read([2, 0, 2])).toEqual({
      x: { data: Uint8Array.of(5, 6, 1, 2, 5, 6), shape: [2] },
      label: { data: Int32Array.of(9, 7, 9), shape: [] },
    });
  });

  it.each<[string, Record<string, Column>, string]>([
    [
      'nothing',
      { x: { data: new Uint8Array(0), shape: [2] } },
      "arrayData: 'array' must hold at least one example, got none in column 'x'",
    ],
    ['no column', {}, "arrayData: 'array' must have a column, got none"],
    [
      'half an example',
      { x: { data: new Uint8Array(5), shape: [2] } },
      "arrayData: column 'x' of 'array' must hold whole examples of [2], got 5 values",
    ],
    [
      'columns of different length',
      { x, label: { data: new Int32Array(2), shape: [] } },
      "arrayData: columns of 'array' must hold the same number of examples, got 3 in 'x' and 2 in 'label'",
    ],
    [
      'NaN',
      { x: { data: Float32Array.of(1, 2, 3, Number.NaN), shape: [2] } },
      "arrayData: column 'x' of 'array' must be finite, got NaN in example 1; remove or repair that example",
    ],
  ])('refuses %s', (_, columns, message) => {
    expect(() => arrayData(columns)).toThrow(new DataError(message));
  });

  it.each([3, -1, 0.5, Number.NaN])('refuses to read example %d of three', (index) => {
    expect(() => arrayData({ x }).read([index])).toThrow(
      new DataError(`read: 'array' has examples 0 to 2, got ${index}`),
    );
  });
});
