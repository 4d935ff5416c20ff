import { gather, mul, type Tensor, tensor2d } from '@tensorflow/tfjs-core';
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
  /** Number 0 is padding: its vector is zero and learns nothing; default false. */
  readonly padding?: boolean;
  /** Default `normal` with std 1, as PyTorch has it. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * A vector for each label or word: int32 `[N]` to `[N, units]`, `[N, T]` to `[N, T, units]`. Weights: `kernel`
 * `[classes, units]`.
 *
 * @throws {ShapeError} if the input of one example is neither a number nor a sequence of them, or not int32.
 */
export function embedding(options: EmbeddingOptions): Layer {
  const { classes, units, padding = false, kernelInitializer = { kind: 'normal', std: 1 } } = options;
  requireInteger('embedding', 'classes', classes);
  requireInteger('embedding', 'units', units);
  return {
    config: { kind: 'embedding', classes, units, padding, kernelInitializer },
    build(inputShape, scope) {
      if (inputShape.length > 1) {
        throw new ShapeError(
          `embedding: input must be one label or a sequence of them an example, got ${formatShape(inputShape)}`,
        );
      }
      const kernel = scope.parameter('kernel', [classes, units], initializer(kernelInitializer));
      return {
        outputShape: [...inputShape, units],
        apply(x, mode) {
          if (x.dtype !== 'int32') {
            throw new ShapeError(`embedding: labels must be int32, got ${x.dtype}; cast them`);
          }
          const vectors = kernel.read(mode);
          return gather(padding ? mul(vectors, allButFirst(classes)) : vectors, x);
        },
      };
    },
  };
}

/** `[classes, 1]`: 0, then ones. */
function allButFirst(classes: number): Tensor {
  return tensor2d(
    Float32Array.from({ length: classes }, (_, row) => Math.min(row, 1)),
    [classes, 1],
  );
}
