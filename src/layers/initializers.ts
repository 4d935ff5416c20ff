import { type Tensor, zeros } from '@tensorflow/tfjs-core';
import type { RandomStream } from '../ops/random';
import type { Shape } from '../util/shape';

/** Draws a weight's first values. */
export type Initializer = (shape: Shape, random: RandomStream) => Tensor;

export const zerosInitializer: Initializer = (shape) => zeros([...shape]);
