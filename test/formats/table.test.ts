import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readTable } from '../../src/formats/table';
import { survivesMutations } from './mutate';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('readTable', () => {
  it.each([
    [
      'a\tb, "c"\nd\t\n',
      [
        ['a', 'b, "c"'],
        ['d', ''],
      ],
    ],
    [
      '\ufeffa\tb\r\n\r\nc\td',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,"b, ""b""\r\nc"\r\n"",d',
      [
        ['a', 'b, "b"\r\nc'],
        ['', 'd'],
      ],
    ],
    [
      'a,\n,b\n\n',
      [
        ['a', ''],
        ['', 'b'],
      ],
    ],
    ['é 目\n', [['é 目']]],
    ['"a,b"', [['a,b']]],
  ])('reads %j', (text, rows) => {
    expect(readTable(bytes(text))).toEqual(rows);
  });

  it('refuses rows of another length, quotes in the middle, other text and no text', () => {
    expect(() => readTable(bytes('a\tb\nc\n'), 'captions.tsv')).toThrow(
      new FormatError("readTable: 'captions.tsv' must have 2 fields in each row, got 1 in row 2"),
    );
    expect(() => readTable(bytes('a,b\nc,d"e"\n'))).toThrow(
      new FormatError(`readTable: 'table' must have quotes around whole fields only, got 'd"e"?' in row 2`),
    );
    expect(() => readTable(bytes('a,"b\nc,d\n'))).toThrow(
      /quotes around whole fields only, got '"b\?c,d\?' in row 1/,
    );
    expect(() => readTable(Uint8Array.of(0x61, 0xff))).toThrow(/must be UTF-8 text/);
    expect(() => readTable(bytes('\n\n'))).toThrow(/at least one row, got none/);
    expect(() => readTable(bytes(''))).toThrow(FormatError);
  });

  it('reads damaged tables, or refuses them', () => {
    const table = bytes('file,caption\na.png,"red, ""blue"""\nb.png,green\n');
    survivesMutations(table, 500, (damaged) => readTable(damaged, 'file'));
  });
});
