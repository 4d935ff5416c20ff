import { concat, dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors';
import type { Batch, Game } from '../games/game';
import { LATENTS_A_DRAW, type Latent } from '../latent/latent';
import type { Network } from '../layers/network';
import { detach } from '../ops/detach';
import { SeededRandom } from '../ops/random';
import { deriveSeed } from '../util/seed';
import type { BatchColumn } from './batches';
import { batchOf } from './given';
import { latentSpaceOf, latentTensor } from './latents';

/** What samples are made from. */
export interface Sources {
  /** A key of the game's directions. */
  readonly direction: string;
  /** `count` examples of each column that the direction is given. */
  readonly given: Readonly<Record<string, BatchColumn>>;
  /** Fixes the noise. */
  readonly seed: number;
  /** Instead of the seed's: one for all samples, or one for each. */
  readonly latent?: Latent | readonly Latent[];
}

/**
 * Draws samples, so many at a time that memory for activations stays bounded. The first n of any count under a seed
 * are the same.
 *
 * @returns `[count, …]`, for the caller to dispose of.
 * @throws {UnsupportedError} if latents are given to a game that takes none.
 * @throws {ArgumentError} if they are not as many as samples.
 */
export function drawSamples<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  networks: Readonly<Record<N, Network>>,
  count: number,
  { direction, given, seed, latent }: Sources,
): Tensor {
  const random = new SeededRandom(deriveSeed(seed, 'sample'));
  const latents = latent && latentsFor(latent, count);
  const space = latents && latentSpaceOf('sample', game);
  const chunks: Tensor[] = [];
  try {
    for (let first = 0; first < count; first += LATENTS_A_DRAW) {
      const end = Math.min(first + LATENTS_A_DRAW, count);
      chunks.push(
        tidy(() => {
          const batch = batchOf(given, first, end);
          if (!space) return game.sample(networks, { direction, count: end - first, given: batch, random });
          const input = latentTensor('sample', latents!.slice(first, end), space);
          const [condition] = Object.values(batch);
          return detach(() => networks[space.network].apply(input, { random, condition }));
        }),
      );
    }
    return concat(chunks);
  } finally {
    dispose(chunks);
  }
}

function latentsFor(latent: Latent | readonly Latent[], count: number): readonly Latent[] {
  if (!Array.isArray(latent)) return Array<Latent>(count).fill(latent as Latent);
  if (latent.length === count) return latent;
  throw new ArgumentError(
    `sample: latent must be one or ${count}, one for each sample, got ${latent.length}`,
  );
}
