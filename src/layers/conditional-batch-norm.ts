import { add, mul, reshape } from '@tensorflow/tfjs-core';
import { requireNumber } from '../util/require';
import { conditionOf, requireVectorCondition } from './check';
import { dense } from './dense';
import type { InitializerConfig } from './initializers';
import type { Layer } from './layer';
import { batchStatistics } from './normalization';

export interface ConditionalBatchNormOptions {
  /** Weight of the new batch in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** Of the two kernels; default `zeros`: at first every condition is normalised alike. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * Batch normalisation whose scale and offset a channel are linear functions of the model's encoded condition:
 * `scale = condition · scale/kernel + scale/bias`, which is 1 at first, and `offset` likewise, which is 0. With
 * a one-hot condition that is a scale and an offset for each class. Statistics as {@link batchNorm} has them.
 * Weights: `scale/kernel`, `offset/kernel` `[condition, C]`, `scale/bias`, `offset/bias` `[C]`; state: `mean`,
 * `variance` `[C]`.
 *
 * @throws {ShapeError} on building, if the model has no condition or its condition is not one vector.
 * @see Dumoulin et al. 2016, https://arxiv.org/abs/1610.07629
 * @see de Vries et al. 2017, https://arxiv.org/abs/1707.00683
 */
export function conditionalBatchNorm(options: ConditionalBatchNormOptions = {}): Layer {
  const { momentum = 0.1, epsilon = 1e-5, kernelInitializer = 'zeros' } = options;
  requireNumber('conditionalBatchNorm', 'momentum', momentum, 0, 1);
  requireNumber('conditionalBatchNorm', 'epsilon', epsilon, 0);
  return {
    config: { kind: 'conditionalBatchNorm', momentum, epsilon, kernelInitializer },
    build(inputShape, scope) {
      const length = requireVectorCondition('conditionalBatchNorm', scope);
      const normalized = batchStatistics('conditionalBatchNorm', inputShape, scope, { momentum, epsilon });
      const units = inputShape[inputShape.length - 1]!;
      const linear = (name: string, biasInitializer: InitializerConfig) =>
        dense({ units, kernelInitializer, biasInitializer }).build([length], scope.child(name));
      const scale = linear('scale', 'ones');
      const offset = linear('offset', 'zeros');
      const positions = inputShape.slice(0, -1).map(() => 1);
      return {
        outputShape: inputShape,
        apply(x, mode) {
          const condition = conditionOf(mode);
          const everywhere = [x.shape[0]!, ...positions, units];
          const y = mul(normalized(x, mode), reshape(scale.apply(condition, mode), everywhere));
          return add(y, reshape(offset.apply(condition, mode), everywhere));
        },
      };
    },
  };
}
