import { ArgumentError } from '../errors';
import { readFileBytes } from '../util/files';
import { nearestNames } from '../util/names';
import { readSound } from './sound/sounds';
import type { Column, DataSource, Meaning } from './source';
import { readWords } from './words/encode';

/** What is said of a source's columns; a label with named classes means one of them. */
export function meaningsOf({
  classes,
  meanings = {},
}: Pick<DataSource, 'classes' | 'meanings'>): Readonly<Record<string, Meaning>> {
  const stated = meanings as Readonly<Record<string, Meaning>>;
  return classes ? { label: { kind: 'class', names: classes }, ...stated } : stated;
}

/**
 * The value that a text stands for.
 *
 * @param column for messages.
 * @returns One example.
 * @throws {ArgumentError} naming what is not known, and what is nearest, or a file that cannot be read.
 * @throws {FormatError} if a file is not what it should be.
 */
export async function readMeaning(
  column: string,
  meaning: Meaning | undefined,
  text: string,
): Promise<Column> {
  if (!meaning) {
    if (/^\s*\d+\s*$/.test(text)) return { data: Int32Array.of(Number(text)), shape: [] };
    throw new ArgumentError(`condition: ${column} has no names, got '${text}'; give its number`);
  }
  switch (meaning.kind) {
    case 'class':
      return { data: Int32Array.of(classNumber(column, meaning.names, text)), shape: [] };
    case 'words':
      return { data: readWords(meaning, text), shape: [meaning.length] };
    case 'sound': {
      const data = readSound(meaning, await readFileBytes(text), text);
      return { data, shape: [meaning.frames, meaning.mels, 1] };
    }
    case 'image':
      throw new ArgumentError(`condition: ${column} must be an image, got the text '${text}'`);
  }
}

/** A class by name, or by number where no name is the same. */
function classNumber(column: string, names: readonly string[], text: string): number {
  const wanted = text.trim().toLowerCase();
  const at = names.findIndex((name) => name.toLowerCase() === wanted);
  if (at >= 0) return at;
  if (/^\d+$/.test(wanted) && Number(wanted) < names.length) return Number(wanted);
  throw new ArgumentError(
    `condition: ${column} must be one of ${names.length} classes, got '${text}'; nearest are ${nearestNames(wanted, names).join(', ')}`,
  );
}
