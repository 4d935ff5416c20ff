import { mul, batchNorm as normalizeWith, type Tensor, type Tensor1D } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { normalize, normalizeWithMoments } from '../ops/normalize';
import { requireNumber } from '../util/require';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import { requireImage } from './check';
import { initializer } from './initializers';
import type { Layer, Mode, Scope, Weight } from './layer';

interface Affine {
  readonly scale: Weight;
  readonly offset: Weight;
}

function affineWeights(channels: number, scope: Scope): Affine {
  return {
    scale: scope.parameter('scale', [channels], initializer('ones')),
    offset: scope.parameter('offset', [channels], initializer('zeros')),
  };
}

function requireChannels(caller: string, inputShape: Shape): number {
  const channels = inputShape[inputShape.length - 1];
  if (channels === undefined) {
    throw new ShapeError(`${caller}: input must have a channel axis, got ${formatShape(inputShape)}`);
  }
  return channels;
}

export interface BatchNormOptions {
  /** Weight of the new batch in the running statistics; default 0.1. */
  readonly momentum?: number;
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** Learn a scale and an offset a channel; default true. */
  readonly affine?: boolean;
}

/**
 * Batch normalisation, a channel over batch and positions. In training by the batch's own (biased) variance;
 * else by running statistics, which move by `momentum` in each update of the network's owner, their variance
 * unbiased, as PyTorch's do. Weights: `scale`, `offset`; state: `mean`, `variance`, all `[C]`.
 *
 * @throws {ShapeError} on training with one value a channel, which has no variance.
 * @see Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167
 */
export function batchNorm(options: BatchNormOptions = {}): Layer {
  const { momentum = 0.1, epsilon = 1e-5, affine = true } = options;
  requireNumber('batchNorm', 'momentum', momentum, 0, 1);
  requireNumber('batchNorm', 'epsilon', epsilon, 0);
  return {
    config: { kind: 'batchNorm', momentum, epsilon, affine },
    build(inputShape, scope) {
      const weights = affine ? affineWeights(requireChannels('batchNorm', inputShape), scope) : undefined;
      const normalized = batchStatistics('batchNorm', inputShape, scope, { momentum, epsilon });
      return {
        outputShape: inputShape,
        apply: (x, mode) => normalized(x, mode, weights?.scale.read(mode), weights?.offset.read(mode)),
      };
    },
  };
}

/**
 * The normalisation of a batch, with the running statistics that it needs: by the batch in training, by them
 * in inference. A scale and an offset `[C]` are applied to the result.
 */
export function batchStatistics(
  caller: string,
  inputShape: Shape,
  scope: Scope,
  { momentum, epsilon }: { readonly momentum: number; readonly epsilon: number },
): (x: Tensor, mode: Mode, scale?: Tensor, offset?: Tensor) => Tensor {
  const channels = requireChannels(caller, inputShape);
  const runningMean = scope.state('mean', [channels], initializer('zeros'));
  const runningVariance = scope.state('variance', [channels], initializer('ones'));
  const positions = sizeOf(inputShape) / channels;

  function train(x: Tensor, mode: Mode, scale?: Tensor, offset?: Tensor): Tensor {
    const count = x.shape[0]! * positions;
    if (count < 2) {
      throw new ShapeError(
        `${caller}: training needs at least 2 values a channel, got input ${formatShape(x.shape)}; use a larger batch`,
      );
    }
    const { y, mean, variance } = normalizeWithMoments(x, scale, offset, { over: 'batch', epsilon });
    if (mode.updateState) {
      runningMean.average(mean, 1 - momentum);
      runningVariance.average(mul(variance, count / (count - 1)), 1 - momentum);
    }
    return y;
  }

  const infer = (x: Tensor, scale?: Tensor, offset?: Tensor): Tensor =>
    normalizeWith(
      x,
      runningMean.read() as Tensor1D,
      runningVariance.read() as Tensor1D,
      offset as Tensor1D | undefined,
      scale as Tensor1D | undefined,
      epsilon,
    );

  return (x, mode, scale, offset) =>
    mode.training ? train(x, mode, scale, offset) : infer(x, scale, offset);
}

export interface InstanceNormOptions {
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** Learn a scale and an offset a channel; default false. */
  readonly affine?: boolean;
}

/**
 * Instance normalisation, a channel of one image over its positions; the same in training and inference.
 * Weights, if affine: `scale`, `offset` `[C]`.
 *
 * @see Ulyanov et al. 2016, https://arxiv.org/abs/1607.08022
 */
export function instanceNorm(options: InstanceNormOptions = {}): Layer {
  const { epsilon = 1e-5, affine = false } = options;
  requireNumber('instanceNorm', 'epsilon', epsilon, 0);
  return {
    config: { kind: 'instanceNorm', epsilon, affine },
    build(inputShape, scope) {
      const [, , channels] = requireImage('instanceNorm', inputShape);
      const weights = affine ? affineWeights(channels, scope) : undefined;
      return {
        outputShape: inputShape,
        apply: (x, mode) =>
          normalize(x, weights?.scale.read(mode), weights?.offset.read(mode), { over: 'instance', epsilon }),
      };
    },
  };
}

export interface LayerNormOptions {
  /** Default 1e-5. */
  readonly epsilon?: number;
  /** Learn a scale and an offset a channel; default true. */
  readonly affine?: boolean;
}

/**
 * Layer normalisation, one example over all its positions and channels; the same in training and inference.
 * Weights, if affine: `scale`, `offset` `[C]`, one a channel.
 *
 * @see Ba et al. 2016, https://arxiv.org/abs/1607.06450
 */
export function layerNorm(options: LayerNormOptions = {}): Layer {
  const { epsilon = 1e-5, affine = true } = options;
  requireNumber('layerNorm', 'epsilon', epsilon, 0);
  return {
    config: { kind: 'layerNorm', epsilon, affine },
    build(inputShape, scope) {
      const channels = requireChannels('layerNorm', inputShape);
      const weights = affine ? affineWeights(channels, scope) : undefined;
      return {
        outputShape: inputShape,
        apply: (x, mode) =>
          normalize(x, weights?.scale.read(mode), weights?.offset.read(mode), { over: 'layer', epsilon }),
      };
    },
  };
}
