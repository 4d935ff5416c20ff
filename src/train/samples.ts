import { concat, dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import type { Batch, Game } from '../games/game';
import { LATENTS_A_DRAW } from '../latent/latent';
import type { Network } from '../layers/network';
import { SeededRandom } from '../ops/random';
import { deriveSeed } from '../util/seed';
import type { BatchColumn } from './batches';
import { batchOf } from './given';

/**
 * Draws samples, so many at a time that memory for activations stays bounded. The first n of any count under a seed
 * are the same.
 *
 * @param given `count` examples of each column that the direction is given.
 * @param seed fixes the noise.
 * @returns `[count, …]`, for the caller to dispose of.
 */
export function drawSamples<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  networks: Readonly<Record<N, Network>>,
  direction: string,
  given: Readonly<Record<string, BatchColumn>>,
  count: number,
  seed: number,
): Tensor {
  const random = new SeededRandom(deriveSeed(seed, 'sample'));
  const chunks: Tensor[] = [];
  try {
    for (let first = 0; first < count; first += LATENTS_A_DRAW) {
      const end = Math.min(first + LATENTS_A_DRAW, count);
      chunks.push(
        tidy(() => {
          const request = { direction, count: end - first, given: batchOf(given, first, end), random };
          return game.sample(networks, request);
        }),
      );
    }
    return concat(chunks);
  } finally {
    dispose(chunks);
  }
}
