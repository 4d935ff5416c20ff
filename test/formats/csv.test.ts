import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readCsv } from '../../src/formats/csv';
import { survivesMutations } from './mutate';

const csv = (text: string) => new TextEncoder().encode(text);

describe('readCsv', () => {
  it.each([
    ['1,2\n3,4\n'],
    ['1;2\r\n3;4'],
    ['# points\n\n1\t2\n3\t4\n'],
    ['  1   2\n3 4 '],
    ['1e0, +2.\n.3e1,4'],
  ])('reads %j as two rows of two', (text) => {
    expect(readCsv(csv(text))).toEqual({
      header: undefined,
      rows: 2,
      columns: 2,
      data: Float32Array.of(1, 2, 3, 4),
    });
  });

  it('takes a first line that is no row of numbers as the header', () => {
    expect(readCsv(csv('x,"y"\n1,2\n'))).toEqual({
      header: ['x', 'y'],
      rows: 1,
      columns: 2,
      data: Float32Array.of(1, 2),
    });
  });

  it('reads more rows than it first makes room for', () => {
    const rows = Array.from({ length: 3000 }, (_, i) => `${i},${-i}`);
    const table = readCsv(csv(rows.join('\n')));
    expect(table.rows).toBe(3000);
    expect([...table.data.subarray(5998)]).toEqual([2999, -2999]);
  });

  it.each([
    ['that is empty', '', "readCsv: 'x.csv' must hold at least one row of numbers, got none"],
    ['of a header alone', 'x,y\n', "readCsv: 'x.csv' must hold at least one row of numbers, got none"],
    ['with NaN', '1,2\n3,nan\n', "readCsv: 'x.csv' must hold finite numbers, got 'nan' on line 2, field 2"],
    [
      'with NaN in its first line',
      'NaN,2\n3,4\n',
      "readCsv: 'x.csv' must hold finite numbers, got 'NaN' on line 1, field 1",
    ],
    [
      'with infinity',
      'x,y\n1,2\n-inf,4\n',
      "readCsv: 'x.csv' must hold finite numbers, got '-inf' on line 3, field 1",
    ],
    [
      'with a number too large for f32',
      '1,1e39',
      "readCsv: 'x.csv' must hold finite numbers, got '1e39' on line 1, field 2",
    ],
    [
      'with an empty field',
      '1,2\n3,\n',
      "readCsv: 'x.csv' must hold finite numbers, got '' on line 2, field 2",
    ],
    [
      'with a word',
      '1,2\n3,four\n',
      "readCsv: 'x.csv' must hold finite numbers, got 'four' on line 2, field 2",
    ],
    ['of ragged rows', '1,2\n\n3,4,5\n', "readCsv: 'x.csv' must have 2 fields on each line, got 3 on line 3"],
  ])('refuses a file %s', (_, text, message) => {
    expect(() => readCsv(csv(text), 'x.csv')).toThrow(new FormatError(message));
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(csv('x,y\n1.5,2\n3,4e-3\n-5,6\n'), 3000, (bytes) => readCsv(bytes, 'file'));
  });
});
