import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { DivergedError, UnsupportedError } from '../errors';
import { LATENTS_A_DRAW, Latent, latentsOf } from '../latent/latent';
import { featureLayers, headOf } from '../layers/head';
import type { Network } from '../layers/network';
import { requireInteger, requireNumber } from '../util/require';
import { sizeOf } from '../util/shape';
import { type BatchColumn, rowsOf } from './batches';
import type { Given } from './given';
import {
  type ConditionOf,
  type LatentSpace,
  latentTensor,
  namedDistribution,
  takeValues,
  valuesOf,
} from './latents';
import { type Search, searchLatents } from './search-latents';

export interface InvertOptions {
  /** Updates of each latent; default 200. */
  readonly steps?: number;
  /** Of Adam in the first half; it falls to 0 in the second; default 0.1. */
  readonly learningRate?: number;
  /** Latents to start from, for each image; the one that ends nearest is kept; default 4. */
  readonly restarts?: number;
  /** Latents among which the starts are those whose samples are nearest; default 512. */
  readonly candidates?: number;
  /**
   * Weight of `(mean square − 1)²` of a normal latent's numbers, which keeps it as long as those that the generator
   * has learned from; default 0.01. Uniform latents are kept in [−1, 1] instead.
   */
  readonly prior?: number;
  /**
   * Weight of the difference in what the discriminator's convolutions make of the two images, relative to what they
   * make of the image; default 0: pixels alone.
   */
  readonly features?: number;
  /** Fixes the candidates; default 0. */
  readonly seed?: number;
  /** Use the averaged weights; default: where there are some. */
  readonly averaged?: boolean;
  /** What samples are made from besides, by column: one example for all images, or one for each. */
  readonly given?: Readonly<Record<string, Given>>;
}

/** Latents for images, and how near they come. */
export interface Inversion {
  /** One for each image. */
  readonly latents: Latent[];
  /** What the generator makes of them, `[n, …]`, for the caller to dispose of. */
  readonly images: Tensor;
  /** Of each, the mean squared difference to its image; values lie in [−1, 1], so 4 is the most. */
  readonly errors: Float32Array;
}

/** What inversion works on. */
export interface InvertSetting {
  readonly space: LatentSpace<string>;
  readonly generator: Network;
  /** Whose features images can be compared by. */
  readonly judge: Network | undefined;
  /** Of each image, where the generator has one. */
  readonly condition: BatchColumn | undefined;
  readonly capture: boolean;
  readonly onWarning: Search['onWarning'];
  activate(): Promise<void>;
}

/** Rows that are computed at once. */
const MOST_ROWS = 64;

/**
 * Finds latents whose samples are near images: each image's search starts from the candidates that are nearest, and
 * follows the gradient from there.
 *
 * @param images `[n, …]` as the generator makes them.
 * @throws {ArgumentError} if a number is out of range.
 * @throws {DivergedError} if a search leaves the finite numbers.
 * @throws {UnsupportedError} if features are asked for and there are none, or latents come from a user's own function.
 * @see Creswell & Bharath 2016, https://arxiv.org/abs/1611.05644
 * @see Lipton & Tripathi 2017, https://arxiv.org/abs/1702.04782
 */
export async function invertImages(
  setting: InvertSetting,
  images: BatchColumn,
  options: InvertOptions,
): Promise<Inversion> {
  const { steps = 200, learningRate = 0.1, restarts = 4, candidates = 512 } = options;
  const { prior = 0.01, features: featureWeight = 0, seed = 0 } = options;
  const { space, generator } = setting;
  requireInteger('invert', 'steps', steps);
  requireInteger('invert', 'restarts', restarts);
  requireInteger('invert', 'candidates', candidates, restarts);
  for (const [name, value] of Object.entries({ learningRate, prior, features: featureWeight }))
    requireNumber('invert', name, value, 0);
  const pool = latentsOf(seed, candidates, space.size, namedDistribution('invert', space));
  const features = featureWeight > 0 ? featuresOf(setting.judge) : undefined;
  const search: Search = { ...setting, steps, learningRate, prior, featureWeight };

  const [count, ...shape] = images.shape as [number, ...number[]];
  const size = sizeOf(shape);
  const starts = await nearest(setting, images, pool, restarts);
  const latents: Latent[] = [];
  const errors = new Float32Array(count);
  const reconstructed = new Float32Array(count * size);
  const atOnce = Math.max(1, Math.floor(MOST_ROWS / restarts));
  for (let first = 0; first < count; first += atOnce) {
    const end = Math.min(first + atOnce, count);
    const rows = Array.from(
      { length: (end - first) * restarts },
      (_, row) => first + Math.floor(row / restarts),
    );
    const condition = setting.condition && rowsOf(setting.condition, rows);
    const targets = rowsOf(images, rows);
    const begin = latentTensor('invert', starts.slice(first * restarts, end * restarts), space);
    try {
      const found = await searchLatents(begin, { generator, features, condition, targets }, search);
      const made = await takeValues(tidy(() => generator.apply(found, { condition })));
      const values = await takeValues(found);
      for (let image = first; image < end; image++) {
        const tried = Array.from({ length: restarts }, (_, k) => (image - first) * restarts + k);
        const distances = tried.map((row) => distance(made, row, images.values, image, size));
        const error = Math.min(...distances);
        if (!Number.isFinite(error)) {
          throw new DivergedError(
            `invert: latents must stay finite, got others for image ${image}; lower the learning rate`,
          );
        }
        const row = tried[distances.indexOf(error)]!;
        errors[image] = error;
        reconstructed.set(made.subarray(row * size, (row + 1) * size), image * size);
        latents.push(
          new Latent(values.slice(row * space.size, (row + 1) * space.size), pool[0]!.distribution),
        );
      }
    } finally {
      for (const each of [condition, targets, begin]) each?.dispose();
    }
  }
  return { latents, images: tensor(reconstructed, images.shape), errors };
}

/** The judge's layers up to its smallest feature map. */
function featuresOf(judge: Network | undefined): Network {
  if (judge) return headOf('invert', judge, featureLayers('invert', judge));
  throw new UnsupportedError('invert: features need a game with a discriminator, got one without');
}

/** For each image the latents of the pool whose samples are nearest, nearest first. */
async function nearest(
  { generator, space, condition }: InvertSetting,
  { values, shape }: BatchColumn,
  pool: readonly Latent[],
  wanted: number,
): Promise<Latent[]> {
  const [count, ...rest] = shape as [number, ...number[]];
  const size = sizeOf(rest);
  const images = Array.from({ length: count }, (_, image) => image);
  const distances = images.map(() => new Float64Array(pool.length));
  // Of a few candidates at a time, since large images fill the memory.
  for (let first = 0; first < pool.length; first += LATENTS_A_DRAW) {
    const some = pool.slice(first, first + LATENTS_A_DRAW);
    const samples = (given: ConditionOf) => valuesOf('invert', generator, some, space, given);
    const forAll = condition ? undefined : await samples(() => undefined);
    for (const image of images) {
      const made = forAll ?? (await samples((n) => rowsOf(condition!, Array<number>(n).fill(image))));
      for (let row = 0; row < some.length; row++)
        distances[image]![first + row] = distance(made, row, values, image, size);
    }
  }
  return images.flatMap((image) => {
    const own = distances[image]!;
    const order = [...pool.keys()].sort((a, b) => own[a]! - own[b]!);
    return order.slice(0, wanted).map((row) => pool[row]!);
  });
}

/** Mean squared difference of two rows. */
function distance(
  a: ArrayLike<number>,
  rowA: number,
  b: ArrayLike<number>,
  rowB: number,
  size: number,
): number {
  let sum = 0;
  for (let i = 0; i < size; i++) sum += (a[rowA * size + i]! - b[rowB * size + i]!) ** 2;
  return sum / size;
}
