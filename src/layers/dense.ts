import { add, matMul, type Tensor2D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { type InitializerConfig, initializer } from './initializers';
import type { Layer } from './layer';

export interface DenseOptions {
  /** Length of the output. */
  readonly units: number;
  /** Default true. */
  readonly bias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerConfig;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerConfig;
}

/**
 * `y = x · kernel + bias`, from `[N, in]` to `[N, units]`. Weights: `kernel` `[in, units]`, `bias` `[units]`.
 *
 * @throws {ShapeError} on building, if the input has not one axis.
 */
export function dense(options: DenseOptions): Layer {
  const { units, bias = true, kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options;
  requireInteger('dense', 'units', units);
  return {
    config: { kind: 'dense', units, bias, kernelInitializer, biasInitializer },
    build(inputShape, scope) {
      const inputs = inputShape[0];
      if (inputShape.length !== 1 || inputs === undefined) {
        throw new ShapeError(
          `dense: input must be [features], got ${formatShape(inputShape)}; put flatten before it`,
        );
      }
      const kernel = scope.parameter('kernel', [inputs, units], initializer(kernelInitializer));
      const offset = bias ? scope.parameter('bias', [units], initializer(biasInitializer)) : undefined;
      return {
        outputShape: [units],
        apply(x, mode) {
          const y = matMul(x as Tensor2D, kernel.read(mode) as Tensor2D);
          return offset ? add(y, offset.read(mode)) : y;
        },
      };
    },
  };
}
