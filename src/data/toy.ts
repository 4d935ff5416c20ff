import { ArgumentError } from '../errors';
import { checkIndex } from './array';
import { Draws } from './draws';
import type { DataSource } from './source';

/** A mixture of equal round Gaussians in the plane. */
export interface GaussianModes {
  readonly centers: readonly (readonly [x: number, y: number])[];
  /** Standard deviation of each, along both axes. */
  readonly sigma: number;
}

/**
 * Eight modes on the unit circle, σ 0.01.
 *
 * @see Lin et al. 2018, PacGAN, https://arxiv.org/abs/1712.04086
 */
export const RING8_MODES: GaussianModes = {
  centers: Array.from(
    { length: 8 },
    (_, i) => [Math.cos((i * Math.PI) / 4), Math.sin((i * Math.PI) / 4)] as const,
  ),
  sigma: 0.01,
};

const GRID = [-4, -2, 0, 2, 4];

/**
 * Twenty-five modes at {−4, −2, 0, 2, 4}², σ 0.05.
 *
 * @see Lin et al. 2018, PacGAN, https://arxiv.org/abs/1712.04086
 */
export const GRID25_MODES: GaussianModes = {
  centers: GRID.flatMap((x) => GRID.map((y) => [x, y] as const)),
  sigma: 0.05,
};

export interface GeneratedOptions {
  /** 0 unless given. */
  readonly seed?: number;
  /** Number of examples. */
  readonly count?: number;
}

const DEFAULT_COUNT = 100_000;

/** Checks the options that all generated sources share. */
export function checkGenerated(
  caller: string,
  options: GeneratedOptions,
  count: number,
): { seed: number; count: number } {
  const { seed = 0, count: size = count } = options;
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new ArgumentError(`${caller}: seed must be a whole number ≥ 0, got ${seed}`);
  if (!Number.isInteger(size) || size < 1 || size > 2 ** 32)
    throw new ArgumentError(`${caller}: count must be a whole number ≥ 1, got ${size}`);
  return { seed, count: size };
}

function modesData(name: string, modes: GaussianModes, options: GeneratedOptions): DataSource<'x' | 'label'> {
  const { seed, count } = checkGenerated(name, options, DEFAULT_COUNT);
  return {
    name,
    size: count,
    shapes: { x: [2], label: [] },
    classes: modes.centers.map(([x, y]) => `${x.toFixed(2)},${y.toFixed(2)}`),
    read(indices) {
      const x = new Float32Array(2 * indices.length);
      const label = new Int32Array(indices.length);
      for (let i = 0; i < indices.length; i++) {
        checkIndex(name, indices[i]!, count);
        const draws = new Draws(seed, indices[i]!);
        label[i] = draws.below(modes.centers.length);
        const [centerX, centerY] = modes.centers[label[i]!]!;
        x[2 * i] = centerX + modes.sigma * draws.normal();
        x[2 * i + 1] = centerY + modes.sigma * draws.normal();
      }
      return { x: { data: x, shape: [2] }, label: { data: label, shape: [] } };
    },
  };
}

/** Points of {@link RING8_MODES}: `x` `[N, 2]`, `label` the mode. Each is a pure function of seed and index. */
export function ring8(options: GeneratedOptions = {}): DataSource<'x' | 'label'> {
  return modesData('ring8', RING8_MODES, options);
}

/** Points of {@link GRID25_MODES}: `x` `[N, 2]`, `label` the mode. Each is a pure function of seed and index. */
export function grid25(options: GeneratedOptions = {}): DataSource<'x' | 'label'> {
  return modesData('grid25', GRID25_MODES, options);
}

const ROLL_NOISE = 0.25;
const ROLL_SCALE = 7.5;

/**
 * Points of the swiss roll seen from its side: `t (cos t, sin t)`, t uniform in [1.5 π, 4.5 π), plus normal
 * noise of σ 0.25, all divided by 7.5 (the settings of the WGAN-GP authors' toy program).
 *
 * @see Marsland 2009, Machine Learning: An Algorithmic Perspective, chapter 10
 * @see Gulrajani et al. 2017, Improved Training of Wasserstein GANs, https://arxiv.org/abs/1704.00028
 */
export function swissRoll(options: GeneratedOptions = {}): DataSource<'x'> {
  const { seed, count } = checkGenerated('swiss-roll', options, DEFAULT_COUNT);
  return {
    name: 'swiss-roll',
    size: count,
    shapes: { x: [2] },
    read(indices) {
      const x = new Float32Array(2 * indices.length);
      for (let i = 0; i < indices.length; i++) {
        checkIndex('swiss-roll', indices[i]!, count);
        const draws = new Draws(seed, indices[i]!);
        const t = 1.5 * Math.PI * (1 + 2 * draws.unit());
        x[2 * i] = (t * Math.cos(t) + ROLL_NOISE * draws.normal()) / ROLL_SCALE;
        x[2 * i + 1] = (t * Math.sin(t) + ROLL_NOISE * draws.normal()) / ROLL_SCALE;
      }
      return { x: { data: x, shape: [2] } };
    },
  };
}
