import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { philoxNormal, philoxUniform } from '../util/philox';
import { type Shape, sizeOf } from '../util/shape';
import { hasKernel, runKernel } from './kernels';

/** Seeded noise: the n-th draw under a seed is the same on every backend (to rounding). */
export interface RandomStream {
  /** Standard normal numbers. */
  normal(shape: Shape): Tensor;
  /** Uniform numbers in [minimum, maximum). */
  uniform(shape: Shape, minimum?: number, maximum?: number): Tensor;
}

const RANDOM_KERNEL = 'KallimaRandom';

/**
 * A stream under `seed` whose draws are numbered from `draw`; the number is what a checkpoint keeps.
 * The numbers are made by the backend's `KallimaRandom` kernel where there is one, else in JavaScript.
 */
export class SeededRandom implements RandomStream {
  constructor(
    readonly seed: number,
    public draw = 0,
  ) {}

  normal(shape: Shape): Tensor {
    const key = this.next();
    if (hasKernel(RANDOM_KERNEL)) return runRandom(shape, { distribution: 'normal', ...key });
    return tensor(philoxNormal(sizeOf(shape), key), [...shape]);
  }

  uniform(shape: Shape, minimum = 0, maximum = 1): Tensor {
    const key = this.next();
    if (hasKernel(RANDOM_KERNEL)) {
      return runRandom(shape, { distribution: 'uniform', minimum, maximum, ...key });
    }
    const values = philoxUniform(sizeOf(shape), key);
    for (let i = 0; i < values.length; i++) values[i] = minimum + values[i]! * (maximum - minimum);
    return tensor(values, [...shape]);
  }

  private next(): { seed: number; draw: number } {
    return { seed: this.seed, draw: this.draw++ };
  }
}

function runRandom(shape: Shape, attributes: Record<string, string | number>): Tensor {
  return runKernel(RANDOM_KERNEL, {}, { minimum: 0, maximum: 1, ...attributes, shape: [...shape] })[0]!;
}
