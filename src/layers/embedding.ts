import { gather, type Tensor1D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { type InitializerConfig, initializer } from './initializers';
import type { Layer } from './layer';

export interface EmbeddingOptions {
  /** Number of classes: labels are 0 … classes − 1. */
  readonly classes: number;
  /** Length of a class's vector. */
  readonly units: number;
  /** Default `normal` with std 1, as PyTorch has it. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * A vector for each label: int32 `[N]` to `[N, units]`. Weights: `kernel` `[classes, units]`.
 *
 * @throws {ShapeError} if the input of one example is not a scalar, or not int32.
 */
export function embedding(options: EmbeddingOptions): Layer {
  const { classes, units, kernelInitializer = { kind: 'normal', std: 1 } } = options;
  requireInteger('embedding', 'classes', classes);
  requireInteger('embedding', 'units', units);
  return {
    config: { kind: 'embedding', classes, units, kernelInitializer },
    build(inputShape, scope) {
      if (inputShape.length !== 0) {
        throw new ShapeError(`embedding: input must be one label an example, got ${formatShape(inputShape)}`);
      }
      const kernel = scope.parameter('kernel', [classes, units], initializer(kernelInitializer));
      return {
        outputShape: [units],
        apply(x, mode) {
          if (x.dtype !== 'int32') {
            throw new ShapeError(`embedding: labels must be int32, got ${x.dtype}; cast them`);
          }
          return gather(kernel.read(mode), x as Tensor1D);
        },
      };
    },
  };
}
