import { concat, dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Batch, Game } from '../games/game';
import type { Network } from '../layers/network';
import { SeededRandom } from '../ops/random';
import { deriveSeed } from '../util/seed';

/** So many are drawn at a time: however many are asked for, memory for activations stays bounded. */
const CHUNK = 64;

/**
 * Draws samples. The first n of any count under a seed are the same.
 *
 * @param seed fixes the noise.
 * @returns `[count, …]`, for the caller to dispose of.
 */
export function drawSamples<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  networks: Readonly<Record<N, Network>>,
  count: number,
  seed: number,
): Tensor {
  const random = new SeededRandom(deriveSeed(seed, 'sample'));
  const chunks: Tensor[] = [];
  try {
    for (let first = 0; first < count; first += CHUNK) {
      chunks.push(tidy(() => game.sample(networks, Math.min(CHUNK, count - first), random)));
    }
    return concat(chunks);
  } finally {
    dispose(chunks);
  }
}
