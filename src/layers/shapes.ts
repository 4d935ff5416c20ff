import { reshape as reshapeTensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import type { Layer } from './layer';

/** Each example as one axis, row-major: `[N, H, W, C]` to `[N, H·W·C]`. */
export function flatten(): Layer {
  return {
    config: { kind: 'flatten' },
    build(inputShape) {
      const size = sizeOf(inputShape);
      return { outputShape: [size], apply: (x) => reshapeTensor(x, [x.shape[0]!, size]) };
    },
  };
}

export interface ReshapeOptions {
  /** Of one example, without the batch axis. */
  readonly shape: Shape;
}

/**
 * The same values under another shape.
 *
 * @throws {ShapeError} on building, if the sizes differ.
 */
export function reshape({ shape }: ReshapeOptions): Layer {
  for (const size of shape) requireInteger('reshape', 'shape', size);
  return {
    config: { kind: 'reshape', shape },
    build(inputShape) {
      if (sizeOf(inputShape) !== sizeOf(shape)) {
        throw new ShapeError(
          `reshape: shape must hold as many values as the input, got ${formatShape(shape)} for input ${formatShape(inputShape)}`,
        );
      }
      return { outputShape: shape, apply: (x) => reshapeTensor(x, [x.shape[0]!, ...shape]) };
    },
  };
}
