import { DataError } from '../../errors';
import { nearestNames } from '../../util/names';
import { printable } from '../../util/text';
import { tokenize } from './tokenize';

/** How the rows of a table become captions. */
export interface CaptionColumns {
  /** Column with the names of the images' files; default the first. */
  readonly fileColumn?: string;
  /** Columns that make the caption, joined in this order; default all others. */
  readonly captionColumns?: readonly string[];
}

export interface Caption {
  readonly file: string;
  readonly text: string;
}

/**
 * The captions of a table's rows, those without a word left out.
 *
 * @param isFile tells whether a name is an image's: a first row that starts with one is no header.
 * @throws {DataError} if a column is unknown, or there is none for the captions.
 */
export function captionsOf(
  rows: readonly (readonly string[])[],
  name: string,
  { fileColumn, captionColumns }: CaptionColumns,
  isFile: (name: string) => boolean,
): Caption[] {
  const headed = fileColumn !== undefined || captionColumns !== undefined || !isFile(rows[0]![0]!);
  const header = rows[0]!.map((column, at) => (headed ? column : String(at + 1)));
  const find = (column: string): number => {
    const at = header.indexOf(column);
    if (at >= 0) return at;
    throw new DataError(
      `captions: table of '${name}' must have a column '${column}', got ${header.map((known) => printable(known)).join(', ')}; nearest is '${nearestNames(column, header, 1)[0]}'`,
    );
  };
  const fileAt = fileColumn === undefined ? 0 : find(fileColumn);
  const captionAt = captionColumns?.map(find) ?? header.map((_, at) => at).filter((at) => at !== fileAt);
  if (captionAt.length === 0) {
    throw new DataError(
      `captions: table of '${name}' must have a column besides the files' names, got '${printable(header.join(', '))}'`,
    );
  }
  return rows
    .slice(headed ? 1 : 0)
    .map((row) => ({ file: row[fileAt]!, text: captionAt.map((at) => row[at]!).join(' ') }))
    .filter(({ text }) => tokenize(text).length > 0);
}
