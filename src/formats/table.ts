import { FormatError } from '../errors';
import { printable } from '../util/text';

/** The text of UTF-8 bytes, with or without a byte order mark. */
function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new FormatError(`readTable: '${name}' must be UTF-8 text, got other bytes; save it as UTF-8`);
  }
}

/** Tabs part fields and quotes are characters like others, as TSV has it. */
function readTsv(text: string): string[][] {
  return text.split(/\r?\n/).map((line) => line.split('\t'));
}

/** RFC 4180: fields may be in quotes, and then hold commas, line ends and doubled quotes. */
function readQuoted(text: string, name: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const field = /"((?:[^"]|"")*)"(,|\r?\n|$)|([^",\r\n]*)(,|\r?\n|$)/y;
  while (field.lastIndex < text.length || row.length > 0) {
    const at = field.lastIndex;
    const found = field.exec(text);
    if (!found) {
      throw new FormatError(
        `readTable: '${name}' must have quotes around whole fields only, got '${printable(text.slice(at, at + 20))}' in row ${rows.length + 1}`,
      );
    }
    const [, quoted, afterQuoted, plain, afterPlain] = found;
    row.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'));
    if ((afterQuoted ?? afterPlain) === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/**
 * Reads a table of texts: TSV where the first line holds a tab, else CSV. Empty lines are skipped.
 *
 * @param name for messages.
 * @returns rows of equally many fields, at least one row.
 * @throws {FormatError} naming the row, if it has another number of fields than the first or quotes go wrong; and if the
 *   bytes are not UTF-8, or there is no row.
 */
export function readTable(bytes: Uint8Array, name = 'table'): string[][] {
  const text = decode(bytes, name);
  const end = text.search(/[\r\n]/);
  const tabs = (end < 0 ? text : text.slice(0, end)).includes('\t');
  const all = tabs ? readTsv(text) : readQuoted(text, name);
  const columns = all.find((row) => row.length > 1 || row[0] !== '')?.length;
  if (columns === undefined) {
    throw new FormatError(`readTable: '${name}' must hold at least one row, got none`);
  }
  return all.filter((row, index) => {
    if (row.length === 1 && row[0] === '') return false;
    if (row.length === columns) return true;
    throw new FormatError(
      `readTable: '${name}' must have ${columns} fields in each row, got ${row.length} in row ${index + 1}`,
    );
  });
}
