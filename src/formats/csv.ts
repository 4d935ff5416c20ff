import { FormatError } from '../errors';
import { printable } from '../util/text';

/** A table of numbers. */
export interface CsvTable {
  /** Names of the columns where the first line has any that is not a number. */
  readonly header?: readonly string[];
  readonly rows: number;
  readonly columns: number;
  /** Row by row. */
  readonly data: Float32Array;
}

const BREAK = 10;

/** Comma, semicolon, tab or runs of spaces: the first of them that the line has. */
function separatorOf(line: string): RegExp {
  if (line.includes(',')) return /,/;
  if (line.includes(';')) return /;/;
  return line.includes('\t') ? /\t/ : /\s+/;
}

/** The number a field holds; undefined where it holds none. `nan` and `inf` are numbers, but bad ones. */
function parseField(field: string): number | undefined {
  const text = field.trim();
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^[+-]?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : undefined;
}

/**
 * Reads numbers separated by commas, semicolons, tabs or spaces, one row a line. A first line that is no
 * row of numbers is the header; empty lines and lines that start with `#` are skipped.
 *
 * @param name for messages.
 * @throws {FormatError} naming the line, if a field is no number, is NaN or infinite (also as f32), or if a
 *   line has another number of fields than the first; and if there is no row at all.
 */
export function readCsv(bytes: Uint8Array, name = 'csv data'): CsvTable {
  let header: string[] | undefined;
  let separator: RegExp | undefined;
  let columns = 0;
  let rows = 0;
  let data = new Float32Array(1024);
  let line = 0;
  const decoder = new TextDecoder();
  for (let start = 0; start < bytes.length; ) {
    const found = bytes.indexOf(BREAK, start);
    const end = found < 0 ? bytes.length : found;
    const text = decoder.decode(bytes.subarray(start, end)).trim();
    start = end + 1;
    line++;
    if (text === '' || text.startsWith('#')) continue;
    separator ??= separatorOf(text);
    const fields = text.split(separator);
    const numbers = fields.map(parseField);
    if (columns === 0 && !header && numbers.includes(undefined)) {
      header = fields.map((field) => field.trim().replace(/^"(.*)"$/, '$1'));
      continue;
    }
    columns ||= header?.length ?? fields.length;
    if (fields.length !== columns) {
      throw new FormatError(
        `readCsv: '${name}' must have ${columns} fields on each line, got ${fields.length} on line ${line}`,
      );
    }
    if ((rows + 1) * columns > data.length) {
      const larger = new Float32Array(Math.max(data.length * 2, (rows + 1) * columns));
      larger.set(data);
      data = larger;
    }
    for (let c = 0; c < columns; c++) {
      const value = numbers[c];
      if (value === undefined || !Number.isFinite(Math.fround(value))) {
        throw new FormatError(
          `readCsv: '${name}' must hold finite numbers, got '${printable(fields[c]!.trim())}' on line ${line}, field ${c + 1}`,
        );
      }
      data[rows * columns + c] = value;
    }
    rows++;
  }
  if (rows === 0) throw new FormatError(`readCsv: '${name}' must hold at least one row of numbers, got none`);
  return { header, rows, columns, data: data.subarray(0, rows * columns) };
}
