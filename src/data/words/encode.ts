import { ArgumentError } from '../../errors';
import { nearestNames } from '../../util/names';
import { printable } from '../../util/text';
import { tokenize } from './tokenize';
import { PADDING, type WordsMeaning } from './vocabulary';

/** A vocabulary is looked up for each caption of a data set: its index is made once. */
const indices = new WeakMap<readonly string[], ReadonlyMap<string, number>>();

function indexOf(vocabulary: readonly string[]): ReadonlyMap<string, number> {
  let index = indices.get(vocabulary);
  if (!index) {
    index = new Map(vocabulary.map((word, number) => [word, number]));
    indices.set(vocabulary, index);
  }
  return index;
}

type Reading = Pick<WordsMeaning, 'vocabulary' | 'length'>;

/**
 * A data set's caption as int32 `[length]`: the numbers of its words, then padding. Words outside the vocabulary (the
 * rare ones that it was built without) are left out, and what is beyond `length` is cut off.
 */
export function encodeCaption({ vocabulary, length }: Reading, caption: string): Int32Array {
  const index = indexOf(vocabulary);
  const numbers = new Int32Array(length).fill(PADDING);
  let at = 0;
  for (const word of tokenize(caption)) {
    const number = index.get(word);
    if (number !== undefined && at < length) numbers[at++] = number;
  }
  return numbers;
}

/**
 * Reads a caption that a person wrote, e.g. `red eyes, blue hair`, as int32 `[length]`: the numbers of its words, then
 * padding. Nothing is left out silently.
 *
 * @throws {ArgumentError} naming a word outside the vocabulary and the nearest ones in it; also if there is no word,
 *   or there are more than `length`.
 */
export function readWords({ vocabulary, length }: Reading, text: string): Int32Array {
  const words = tokenize(text);
  const index = indexOf(vocabulary);
  const unknown = words.find((word) => !index.has(word));
  if (unknown !== undefined) {
    const near = nearestNames(
      unknown,
      vocabulary.filter((word) => word !== ''),
    );
    throw new ArgumentError(
      `readWords: words must be among the ${vocabulary.length - 1} of the vocabulary, got '${printable(unknown)}'; nearest are ${near.join(', ')}`,
    );
  }
  if (words.length === 0) {
    throw new ArgumentError(`readWords: a caption must hold at least one word, got '${printable(text)}'`);
  }
  if (words.length > length) {
    throw new ArgumentError(
      `readWords: a caption must have at most ${length} words, got ${words.length} in '${printable(text)}'; shorten it`,
    );
  }
  const numbers = new Int32Array(length).fill(PADDING);
  words.forEach((word, at) => {
    numbers[at] = index.get(word)!;
  });
  return numbers;
}
