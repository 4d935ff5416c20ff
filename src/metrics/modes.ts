import type { GaussianModes } from '../data/toy';
import { ArgumentError } from '../errors';

const HIGH_QUALITY_SIGMAS = 3;

/** How well samples cover a mixture of Gaussians. */
export interface ModeCoverage {
  /** Modes that at least one high-quality sample is nearest to. */
  readonly covered: number;
  readonly modes: number;
  /** Share of the samples that are of high quality, 0 to 1. */
  readonly highQuality: number;
  /** High-quality samples by their nearest mode. */
  readonly counts: readonly number[];
}

/**
 * Counts modes as the PacGAN paper and its program do: a sample is of high quality if it lies less than 3 σ
 * from the nearest mode's centre; a mode is covered if at least one sample of high quality is nearest to it.
 * (The paper draws 2 500 samples.)
 *
 * @param points `[N, 2]`, row by row.
 * @throws {ArgumentError} if there is no point or the number of values is odd.
 * @see Lin et al. 2018, PacGAN, https://arxiv.org/abs/1712.04086
 */
export function modeCoverage(points: ArrayLike<number>, modes: GaussianModes): ModeCoverage {
  if (points.length === 0 || points.length % 2 !== 0) {
    throw new ArgumentError(`modeCoverage: points must be pairs of x and y, got ${points.length} values`);
  }
  const limit = (HIGH_QUALITY_SIGMAS * modes.sigma) ** 2;
  const counts = modes.centers.map(() => 0);
  let good = 0;
  for (let i = 0; i < points.length; i += 2) {
    let nearest = 0;
    let best = Number.POSITIVE_INFINITY;
    modes.centers.forEach(([x, y], mode) => {
      const distance = (points[i]! - x) ** 2 + (points[i + 1]! - y) ** 2;
      if (distance < best) {
        best = distance;
        nearest = mode;
      }
    });
    if (best < limit) {
      counts[nearest]!++;
      good++;
    }
  }
  return {
    covered: counts.filter((count) => count > 0).length,
    modes: counts.length,
    highQuality: good / (points.length / 2),
    counts,
  };
}
