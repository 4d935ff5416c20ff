import { DataError } from '../../errors';
import { requireInteger } from '../../util/require';
import { tokenize } from './tokenize';

/** Number of the padding that follows a caption's last word; in a vocabulary it stands as the empty word. */
export const PADDING = 0;

/** How a person writes a column of word numbers: everything that is needed to read a caption. */
export interface WordsMeaning {
  readonly kind: 'words';
  /** Words by number; [0] is the empty word, the padding. */
  readonly vocabulary: readonly string[];
  /** Numbers of one example: the longest caption that can be read, in words. */
  readonly length: number;
}

export interface VocabularyOptions {
  /** Keep at most this many words, the most frequent ones; default all. */
  readonly maxWords?: number;
  /** Keep words that occur at least this often; default 1. */
  readonly minCount?: number;
}

/**
 * The words of captions, the most frequent first, those equally frequent in the order of their characters; [0] is the
 * empty word. The order of the captions does not matter.
 *
 * @throws {DataError} if no word is left.
 * @throws {ArgumentError} if an option is out of range.
 */
export function buildVocabulary(captions: Iterable<string>, options: VocabularyOptions = {}): string[] {
  const { maxWords, minCount = 1 } = options;
  if (maxWords !== undefined) requireInteger('buildVocabulary', 'maxWords', maxWords);
  requireInteger('buildVocabulary', 'minCount', minCount);
  const counts = new Map<string, number>();
  for (const caption of captions) {
    for (const word of tokenize(caption)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const kept = [...counts]
    .filter(([, count]) => count >= minCount)
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, maxWords)
    .map(([word]) => word);
  if (kept.length === 0) {
    throw new DataError(
      `buildVocabulary: captions must hold a word at least ${minCount} times, got ${counts.size} different words, none so often`,
    );
  }
  return ['', ...kept];
}
