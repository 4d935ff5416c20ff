import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { installGradients } from '../../src/gradients';
import { type Input, uniform } from './finite-differences';

const STEP = 1 / 512;

/** Convolutions of stride 2, leaky ReLU, layer norm, dense: `[2, 8, 6, 2]` → `[2, 1]`, and what enters the ReLUs. */
function critic(x: tf.Tensor, weights: readonly tf.Tensor[]): { score: tf.Tensor; active: tf.Tensor[] } {
  const [kernel1, bias1, kernel2, scale, offset, dense] = weights as tf.Tensor4D[];
  const a = tf.add(tf.conv2d(x as tf.Tensor4D, kernel1!, 2, 1), bias1!);
  const b = tf.conv2d(tf.leakyRelu(a, 0.2) as tf.Tensor4D, kernel2!, 2, 'same') as tf.Tensor;
  const { mean, variance } = tf.moments(b, [1, 2, 3], true);
  const normal = tf.div(tf.sub(b, mean), tf.sqrt(tf.add(variance, 1e-5)));
  const c = tf.add(tf.mul(normal, scale!), offset!);
  const score = tf.matMul(tf.reshape(tf.leakyRelu(c, 0.2), [2, -1]), dense as tf.Tensor);
  return { score, active: [a, c] };
}

/** The critic's part of a WGAN-GP loss: `mean(critic) + 10 · mean((‖∂critic/∂x‖ − 1)²)`. */
function loss(x: tf.Tensor, weights: readonly tf.Tensor[]): tf.Tensor {
  const slope = tf.grad((at: tf.Tensor) => tf.sum(critic(at, weights).score))(x);
  const norm = tf.sqrt(tf.sum(tf.square(slope), [1, 2, 3]));
  return tf.add(tf.mean(critic(x, weights).score), tf.mul(10, tf.mean(tf.square(tf.sub(norm, 1)))));
}

describe.each(['cpu', 'kallima', 'wasm'] as const)('the gradient penalty on %s', (backend) => {
  beforeAll(async () => {
    await chooseBackend({ backend });
    installGradients();
  }, 60_000);

  it('has the gradient that central differences in the weights find', () => {
    const x = tf.tensor(uniform([2, 8, 6, 2]).values, [2, 8, 6, 2]);
    const weights = [[4, 4, 2, 4], [4], [3, 3, 4, 3], [3], [3], [12, 1]].map((shape) => uniform(shape));
    const tensors = (inputs: readonly Input[]) =>
      inputs.map(({ values, shape }) => tf.tensor(values, [...shape]));
    const before = tf.memory().numTensors;
    const gradient = tf.tidy(() =>
      tf
        .grads((...w: tf.Tensor[]) => loss(x, w))(tensors(weights))
        .map((g) => g.dataSync<'float32'>()),
    );
    const signs = new Set<string>();
    for (let weight = 0; weight < weights.length; weight++) {
      const way = uniform(weights[weight]!.shape, -1, 1, 8);
      const at = (multiple: number): number =>
        tf.tidy(() => {
          const moved = weights.map(({ shape, values }, i) =>
            i === weight
              ? { shape, values: values.map((v, j) => v + multiple * STEP * way.values[j]!) }
              : { shape, values },
          );
          const all = tensors(moved);
          signs.add(
            critic(x, all)
              .active.map((values) => tf.sign(values).dataSync().join())
              .join(),
          );
          return loss(x, all).dataSync()[0]!;
        });
      const numeric = (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP);
      const terms = [...way.values].map((v, j) => v * gradient[weight]![j]!);
      const analytic = terms.reduce((a, b) => a + b, 0);
      const scale = Math.hypot(...terms);
      expect(scale).toBeGreaterThan(0.01);
      expect(Math.abs(analytic - numeric) / scale).toBeLessThan(5e-3);
    }
    // No unit crossed its kink on the way, or the differences would mean nothing.
    expect(signs.size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
    x.dispose();
  });
});
