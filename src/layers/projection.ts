import { add, mul, sum } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { formatShape } from '../util/shape';
import { conditionOf, requireVectorCondition } from './check';
import { dense } from './dense';
import type { InitializerConfig } from './initializers';
import type { Layer } from './layer';

export interface ProjectionOptions {
  /** Of both kernels; default `glorotUniform`. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * The last layer of a projection discriminator: one score of features h and the model's encoded condition c,
 * `h · kernel + bias + ⟨h, c · V⟩`, from `[N, F]` to `[N, 1]`. Weights: `score/kernel` `[F, 1]`, `score/bias`
 * `[1]`, and V, `condition/kernel` `[condition, F]`.
 *
 * @throws {ShapeError} on building, if the input or the model's condition is not one vector.
 * @see Miyato & Koyama 2018, cGANs with projection discriminator, equation 3, https://arxiv.org/abs/1802.05637
 */
export function projection(options: ProjectionOptions = {}): Layer {
  const { kernelInitializer = 'glorotUniform' } = options;
  return {
    config: { kind: 'projection', kernelInitializer },
    build(inputShape, scope) {
      const [features] = inputShape;
      if (inputShape.length !== 1 || features === undefined) {
        throw new ShapeError(
          `projection: input must be [features], got ${formatShape(inputShape)}; put flatten or globalSumPool before it`,
        );
      }
      const length = requireVectorCondition('projection', scope);
      const score = dense({ units: 1, kernelInitializer }).build(inputShape, scope.child('score'));
      const projected = dense({ units: features, bias: false, kernelInitializer }).build(
        [length],
        scope.child('condition'),
      );
      return {
        outputShape: [1],
        apply: (h, mode) =>
          add(score.apply(h, mode), sum(mul(h, projected.apply(conditionOf(mode), mode)), 1, true)),
      };
    },
  };
}
