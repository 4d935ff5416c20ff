import { ArgumentError } from '../errors';
import { requireInteger } from '../util/require';
import { type Shape, sizeOf } from '../util/shape';

/** Numbers of one input or output that a call may take or make: 1 GiB of them. */
const MOST_NUMBERS = 2 ** 28;
/** Draws of the graph's own noise under one seed, and so examples of one call. */
const DRAWS_A_SEED = 2 ** 20;

/** @throws {ArgumentError} if so many examples of a shape are too many for one call. */
export function checkCount(count: number, shape: Shape): void {
  const most = Math.min(DRAWS_A_SEED, Math.floor(MOST_NUMBERS / sizeOf(shape)));
  if (count > most) {
    throw new ArgumentError(`sample: count must be at most ${most}, got ${count}; draw fewer at a time`);
  }
}

/** Number of the first draw of the graph's own noise under a seed. */
export function drawOf(seed: number): number {
  requireInteger('sample', 'seed', seed, 0);
  return (seed % 2 ** 32) * DRAWS_A_SEED;
}
