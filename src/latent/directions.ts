import { ShapeError } from '../errors';
import { philoxNormal } from '../util/philox';
import { requireInteger } from '../util/require';
import { symmetricEigen, withPositivePeak } from './eigen';
import type { Latent } from './latent';

/** A direction in which samples change much; `latent.move(direction, amount)` goes there. */
export interface LatentDirection {
  /** Of length 1. */
  readonly values: Float32Array;
  /** Its part of all change, in [0, 1]. */
  readonly share: number;
}

/**
 * SeFa: the directions that the generator's first affine map stretches most, the eigenvectors of `AᵀA`. It needs no
 * samples.
 *
 * @param weights `A`, `[outputs, size of a latent]`, row by row.
 * @param count of directions, at most the size of a latent.
 * @throws {ShapeError} if the weights are no whole number of rows.
 * @see Shen & Zhou 2021, https://arxiv.org/abs/2007.06600
 */
export function factorDirections(weights: Float32Array, size: number, count: number): LatentDirection[] {
  checkCount('factorDirections', count, size);
  if (weights.length === 0 || weights.length % size !== 0) {
    throw new ShapeError(
      `factorDirections: weights must be rows of ${size} numbers, got ${weights.length} in all`,
    );
  }
  const square = new Float64Array(size * size);
  for (let row = 0; row < weights.length; row += size) {
    for (let i = 0; i < size; i++) {
      const value = weights[row + i]!;
      for (let j = 0; j <= i; j++) square[i * size + j]! += value * weights[row + j]!;
    }
  }
  for (let i = 0; i < size; i++) for (let j = 0; j < i; j++) square[j * size + i] = square[i * size + j]!;
  const { values, vectors } = symmetricEigen(square, size);
  const total = values.reduce((sum, value) => sum + value, 0);
  return vectors
    .slice(0, count)
    .map((vector, k) => ({ values: Float32Array.from(vector), share: share(values[k]!, total) }));
}

/** More of the subspace than is asked for, and passes over the features: both make it more exact. */
const OVERSAMPLING = 8;
const PASSES = 6;

/**
 * GANSpace: principal components of what many latents lead to (an early layer's values, or the samples themselves),
 * and for each the direction of latents that goes along with it, by least squares.
 *
 * @param features `[number of latents, any]`, row by row: what each latent led to.
 * @param latents many more than numbers in one: their chance correlations are errors of the directions.
 * @param count of directions, at most the size of a latent.
 * @throws {ShapeError} if there are not as many rows of features as latents.
 * @see Härkönen et al. 2020, https://arxiv.org/abs/2004.02546
 * @see Halko, Martinsson & Tropp 2011, algorithm 4.4, https://arxiv.org/abs/0909.4061, for the components
 */
export function principalDirections(
  features: Float32Array,
  latents: readonly Latent[],
  count: number,
): LatentDirection[] {
  const rows = latents.length;
  const width = features.length / rows;
  if (!(rows > 1) || width === 0 || !Number.isInteger(width)) {
    throw new ShapeError(
      `principalDirections: features must be a row for each of two or more latents, got ${features.length} numbers for ${rows}`,
    );
  }
  const size = latents[0]!.values.length;
  checkCount('principalDirections', count, size);
  const { data, total } = centred(features, rows, width);
  const ranks = Math.min(count + OVERSAMPLING, rows - 1, width);
  // Scores, one list of `rows` for each component; multiplied by all that lies between them until they settle.
  let scores = orthonormal(listsOf(philoxNormal(ranks * rows, { seed: 0, draw: 0 }), rows));
  let loadings: Float64Array[] = [];
  for (let pass = 0; pass < PASSES; pass++) {
    loadings = scores.map((score) => byColumns(data, score, width));
    if (pass < PASSES - 1) scores = orthonormal(loadings.map((loading) => byRows(data, loading, rows)));
  }
  const inner = Float64Array.from({ length: ranks * ranks }, (_, i) =>
    dot(loadings[Math.floor(i / ranks)]!, loadings[i % ranks]!),
  );
  const { values, vectors } = symmetricEigen(inner, ranks);
  return vectors.slice(0, Math.min(count, ranks)).map((vector, k) => {
    const direction = new Float64Array(size);
    for (const [row, { values: latent }] of latents.entries()) {
      let score = 0;
      for (const [i, weight] of vector.entries()) score += weight * scores[i]![row]!;
      for (let i = 0; i < size; i++) direction[i]! += score * latent[i]!;
    }
    const length = Math.sqrt(dot(direction, direction)) || 1;
    return {
      values: Float32Array.from(withPositivePeak(direction), (value) => value / length),
      share: share(values[k]!, total),
    };
  });
}

function checkCount(caller: string, count: number, size: number): void {
  requireInteger(caller, 'count', count);
  if (count > size) {
    throw new ShapeError(`${caller}: count must be at most the ${size} numbers of a latent, got ${count}`);
  }
}

const share = (value: number, total: number): number => (total > 0 ? Math.max(0, value) / total : 0);

/** Features less their mean, and the sum of their squares. */
function centred(features: Float32Array, rows: number, width: number): { data: Float32Array; total: number } {
  const means = new Float64Array(width);
  for (let i = 0; i < features.length; i++) means[i % width]! += features[i]! / rows;
  let total = 0;
  const data = features.map((value, i) => {
    const difference = value - means[i % width]!;
    total += difference * difference;
    return difference;
  });
  return { data, total };
}

/** `dataᵀ · score` */
function byColumns(data: Float32Array, score: Float64Array, width: number): Float64Array {
  const sums = new Float64Array(width);
  for (const [row, value] of score.entries()) {
    const base = row * width;
    for (let i = 0; i < width; i++) sums[i]! += value * data[base + i]!;
  }
  return sums;
}

/** `data · loading` */
function byRows(data: Float32Array, loading: Float64Array, rows: number): Float64Array {
  const width = loading.length;
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    const base = row * width;
    for (let i = 0; i < width; i++) sum += data[base + i]! * loading[i]!;
    sums[row] = sum;
  }
  return sums;
}

function listsOf(values: Float32Array, length: number): Float64Array[] {
  return Array.from({ length: values.length / length }, (_, i) =>
    Float64Array.from(values.subarray(i * length, (i + 1) * length)),
  );
}

/** Gram and Schmidt's, twice over: once loses what is nearly parallel. What depends on the others becomes zero. In place. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const done: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    for (const other of [...done, ...done]) {
      const along = dot(vector, other);
      for (let i = 0; i < vector.length; i++) vector[i]! -= along * other[i]!;
    }
    const length = Math.sqrt(dot(vector, vector));
    done.push(vector.map((value) => (length > 1e-10 * before ? value / length : 0)));
  }
  return done;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
