import { cast, oneHot as encode, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import type { Layer } from './layer';

export interface OneHotOptions {
  /** Number of classes: labels are 0 … classes − 1. */
  readonly classes: number;
}

/**
 * Labels as vectors of zeros with a one at the label: int32 `[N, …]` to float32 `[N, …, classes]`.
 *
 * @throws {ShapeError} if the input is not int32.
 */
export function oneHot({ classes }: OneHotOptions): Layer {
  requireInteger('oneHot', 'classes', classes);
  return {
    config: { kind: 'oneHot', classes },
    build: (inputShape) => ({
      outputShape: [...inputShape, classes],
      apply(x) {
        if (x.dtype !== 'int32') {
          throw new ShapeError(`oneHot: labels must be int32, got ${x.dtype}; cast them`);
        }
        return floatOneHot(x, classes);
      },
    }),
  };
}

/** `labels` as vectors, float32. TF.js's wasm backend writes an integer's bits where it is asked for floats. */
export function floatOneHot(labels: Tensor, classes: number): Tensor {
  return cast(encode(labels, classes), 'float32');
}
