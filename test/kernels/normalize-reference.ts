import type { NormalizeSettings } from '../../src/program/records/normalize';

export interface Moments {
  readonly mean: Float64Array;
  readonly variance: Float64Array;
}

/** Index of the statistic that element i belongs to, and how many statistics there are. */
function owner({ shape, over }: NormalizeSettings): { of: (i: number) => number; count: number; n: number } {
  const size = shape.reduce((a, b) => a * b, 1);
  const channels = shape[shape.length - 1]!;
  const example = size / shape[0]!;
  const index = (i: number) => Math.floor(i / example);
  const [of, count] =
    over === 'batch'
      ? [(i: number) => i % channels, channels]
      : over === 'instance'
        ? [(i: number) => index(i) * channels + (i % channels), shape[0]! * channels]
        : [index, shape[0]!];
  return { of, count, n: size / count };
}

/** Two passes in f64. */
export function referenceMoments(x: ArrayLike<number>, settings: NormalizeSettings): Moments {
  const { of, count, n } = owner(settings);
  const mean = new Float64Array(count);
  const variance = new Float64Array(count);
  for (let i = 0; i < x.length; i++) mean[of(i)]! += x[i]! / n;
  for (let i = 0; i < x.length; i++) variance[of(i)]! += (x[i]! - mean[of(i)]!) ** 2 / n;
  return { mean, variance };
}

/** The definition, in f64; `moments` are x's own unless given. */
export function referenceNormalize(
  x: ArrayLike<number>,
  scale: ArrayLike<number> | undefined,
  offset: ArrayLike<number> | undefined,
  settings: NormalizeSettings,
  { mean, variance } = referenceMoments(x, settings),
): Float64Array {
  const { of } = owner(settings);
  const channels = settings.shape[settings.shape.length - 1]!;
  return Float64Array.from({ length: x.length }, (_, i) => {
    const hat = (x[i]! - mean[of(i)]!) / Math.sqrt(variance[of(i)]! + settings.epsilon);
    return hat * (scale?.[i % channels] ?? 1) + (offset?.[i % channels] ?? 0);
  });
}

/** Derivative of Σ dy·y by the chain rule through the statistics, in f64. */
export function referenceGradient(
  dy: ArrayLike<number>,
  x: ArrayLike<number>,
  scale: ArrayLike<number> | undefined,
  settings: NormalizeSettings,
): { dx: Float64Array; dscale: Float64Array; doffset: Float64Array } {
  const { of, count, n } = owner(settings);
  const { mean, variance } = referenceMoments(x, settings);
  const channels = settings.shape[settings.shape.length - 1]!;
  const r = variance.map((v) => 1 / Math.sqrt(v + settings.epsilon));
  const d = (i: number) => x[i]! - mean[of(i)]!;
  const dmean = new Float64Array(count);
  const dvariance = new Float64Array(count);
  const dscale = new Float64Array(channels);
  const doffset = new Float64Array(channels);
  const h = (i: number) => dy[i]! * (scale?.[i % channels] ?? 1);
  for (let i = 0; i < x.length; i++) {
    const s = of(i);
    dmean[s]! -= h(i) * r[s]!;
    dvariance[s]! -= (h(i) * d(i) * r[s]! ** 3) / 2;
    dscale[i % channels]! += dy[i]! * d(i) * r[s]!;
    doffset[i % channels]! += dy[i]!;
  }
  const dx = Float64Array.from(
    { length: x.length },
    (_, i) => h(i) * r[of(i)]! + dmean[of(i)]! / n + (dvariance[of(i)]! * 2 * d(i)) / n,
  );
  return { dx, dscale, doffset };
}
