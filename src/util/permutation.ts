import { philox4x32 } from './philox';

/** Draws of noise have 0 in the last counter word: orders and noise never share a random word. */
const PERMUTATION_DOMAIN = 1;

const words = new Uint32Array(4);

/**
 * The numbers 0 … size − 1 in an order that `seed` and `epoch` fix (Fisher and Yates).
 *
 * @param size below 2³².
 */
export function permutation(size: number, seed: number, epoch: number): Uint32Array {
  const order = new Uint32Array(size);
  const low = seed >>> 0;
  const high = Math.floor(seed / 2 ** 32) >>> 0;
  for (let i = 0; i < size; i++) {
    if (i % 4 === 0) philox4x32(words, low, high, i >>> 2, epoch, 0, PERMUTATION_DOMAIN);
    const j = Math.floor(words[i % 4]! * 2 ** -32 * (i + 1));
    order[i] = order[j]!;
    order[j] = i;
  }
  return order;
}
