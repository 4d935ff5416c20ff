import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError } from '../errors';
import { nearestNames } from '../util/names';
import { requireNumber } from '../util/require';
import type { Layer, LayerConfig } from './layer';

/** A layer without weights that keeps the shape. */
export function pointwise(config: LayerConfig, apply: (x: tf.Tensor) => tf.Tensor): Layer {
  return { config, build: (inputShape) => ({ outputShape: inputShape, apply: (x) => apply(x) }) };
}

/** `max(0, x)` */
export const relu = (): Layer => pointwise({ kind: 'relu' }, tf.relu);

/**
 * `x` where positive, else `slope · x`.
 *
 * @param options `slope`: default 0.2, as DCGAN has it.
 */
export function leakyRelu(options: { readonly slope?: number } = {}): Layer {
  const { slope = 0.2 } = options;
  requireNumber('leakyRelu', 'slope', slope);
  return pointwise({ kind: 'leakyRelu', slope }, (x) => tf.leakyRelu(x, slope));
}

export const tanh = (): Layer => pointwise({ kind: 'tanh' }, tf.tanh);

/** `1 / (1 + e⁻ˣ)` */
export const sigmoid = (): Layer => pointwise({ kind: 'sigmoid' }, tf.sigmoid);

/** `log(1 + eˣ)` */
export const softplus = (): Layer => pointwise({ kind: 'softplus' }, tf.softplus);

/** `x` where positive, else `eˣ − 1`. Clevert et al. 2015, https://arxiv.org/abs/1511.07289 */
export const elu = (): Layer => pointwise({ kind: 'elu' }, tf.elu);

/** Scaled ELU. Klambauer et al. 2017, https://arxiv.org/abs/1706.02515 */
export const selu = (): Layer => pointwise({ kind: 'selu' }, tf.selu);

/** `x · sigmoid(x)`. Ramachandran et al. 2017, https://arxiv.org/abs/1710.05941 */
export const swish = (): Layer => pointwise({ kind: 'swish' }, (x) => tf.mul(x, tf.sigmoid(x)));

/** `x · Φ(x)`, Φ being the normal distribution function. Hendrycks & Gimpel 2016, https://arxiv.org/abs/1606.08415 */
export const gelu = (): Layer =>
  pointwise({ kind: 'gelu' }, (x) => tf.mul(x, tf.add(tf.mul(tf.erf(tf.mul(x, Math.SQRT1_2)), 0.5), 0.5)));

/** Softmax over the last axis. */
export const softmax = (): Layer => pointwise({ kind: 'softmax' }, (x) => tf.softmax(x));

/** The identity. */
export const linear = (): Layer => pointwise({ kind: 'linear' }, (x) => x);

export const ACTIVATIONS = {
  relu,
  leakyRelu,
  tanh,
  sigmoid,
  softplus,
  elu,
  selu,
  swish,
  gelu,
  softmax,
  linear,
};

export type ActivationName = keyof typeof ACTIVATIONS;

/**
 * An activation layer by name, with its default numbers.
 *
 * @throws {ArgumentError} if the name is unknown.
 */
export function activation(name: ActivationName): Layer {
  if (!Object.hasOwn(ACTIVATIONS, name)) {
    const near = nearestNames(String(name), Object.keys(ACTIVATIONS));
    throw new ArgumentError(
      `activation: name must be a known activation, got ${String(name)}; nearest are ${near.join(', ')}`,
    );
  }
  return ACTIVATIONS[name]();
}
