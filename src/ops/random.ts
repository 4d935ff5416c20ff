import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { philoxNormal, philoxUniform } from '../util/philox';
import { type Shape, sizeOf } from '../util/shape';

/** Seeded noise: the n-th draw under a seed is the same on every backend (to rounding). */
export interface RandomStream {
  /** Standard normal numbers. */
  normal(shape: Shape): Tensor;
  /** Uniform numbers in [minimum, maximum). */
  uniform(shape: Shape, minimum?: number, maximum?: number): Tensor;
}

/** A stream under `seed` whose draws are numbered from `draw`; the number is what a checkpoint keeps. */
export class SeededRandom implements RandomStream {
  constructor(
    readonly seed: number,
    public draw = 0,
  ) {}

  normal(shape: Shape): Tensor {
    return tensor(philoxNormal(sizeOf(shape), { seed: this.seed, draw: this.draw++ }), [...shape]);
  }

  uniform(shape: Shape, minimum = 0, maximum = 1): Tensor {
    const values = philoxUniform(sizeOf(shape), { seed: this.seed, draw: this.draw++ });
    for (let i = 0; i < values.length; i++) values[i] = minimum + values[i]! * (maximum - minimum);
    return tensor(values, [...shape]);
  }
}
