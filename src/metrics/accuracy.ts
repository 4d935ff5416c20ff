import { ArgumentError } from '../errors';

/**
 * The class with the largest logit of each example; the first where several are.
 *
 * @param logits `[N, classes]`, row by row, as `classifier` samples them.
 * @throws {ArgumentError} if there are no whole rows.
 */
export function bestClasses(logits: ArrayLike<number>, classes: number): Int32Array {
  if (!Number.isInteger(classes) || classes < 1 || logits.length % classes !== 0) {
    throw new ArgumentError(
      `bestClasses: logits must be rows of a whole number of classes, got ${logits.length} values and ${classes} classes`,
    );
  }
  return Int32Array.from({ length: logits.length / classes }, (_, row) => {
    let best = 0;
    for (let c = 1; c < classes; c++) {
      if (logits[row * classes + c]! > logits[row * classes + best]!) best = c;
    }
    return best;
  });
}

/**
 * Share of classes that are told right, in [0, 1].
 *
 * @throws {ArgumentError} if there are none, or not as many of the one as of the other.
 */
export function accuracy(told: ArrayLike<number>, truth: ArrayLike<number>): number {
  if (told.length !== truth.length || told.length === 0) {
    throw new ArgumentError(
      `accuracy: told and truth must be as long and not empty, got ${told.length} and ${truth.length}`,
    );
  }
  let right = 0;
  for (let i = 0; i < told.length; i++) if (told[i] === truth[i]) right++;
  return right / told.length;
}
