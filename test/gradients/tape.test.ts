import '@tensorflow/tfjs-backend-cpu';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { UnsupportedOpError } from '../../src/errors';
import { installGradients } from '../../src/gradients';

const second = (f: (x: tf.Tensor) => tf.Tensor) =>
  tf.grad((x: tf.Tensor) => tf.sum(tf.square(tf.grad(f)(x))));

describe('the repaired tape', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
    installGradients();
  });

  it('differentiates twice through a saved output of a custom gradient', () => {
    const exp = tf.customGrad((x, save) => {
      const y = tf.exp(x as tf.Tensor);
      (save as tf.GradSaveFunc)([y]);
      return { value: y, gradFunc: (dy, [saved]) => tf.mul(dy, saved!) };
    });
    const x = tf.tensor1d([-1, 0.5]);
    // d/dx exp(x)² = 2 exp(2x)
    const slope = second((at) => exp(at))(x).dataSync();
    expect(slope[0]! / (2 * Math.exp(-2))).toBeCloseTo(1, 5);
    expect(slope[1]! / (2 * Math.E)).toBeCloseTo(1, 5);
  });

  it('names the op that has no gradient', () => {
    const kernel = () => tf.grad((x: tf.Tensor) => tf.topk(x, 2).values)(tf.tensor1d([3, 1, 2]));
    expect(kernel).toThrow(UnsupportedOpError);
    expect(kernel).toThrow(/^gradient: every op .* not found for TopK; /);
  });

  it('names the op that can be differentiated only once', () => {
    const x = tf.ones([1, 4, 4, 2]);
    const filter = tf.zeros([2, 2, 2]) as tf.Tensor3D;
    const dilate = (at: tf.Tensor) => tf.dilation2d(at as tf.Tensor4D, filter, 1, 'valid');
    expect(tf.grad(dilate)(x).shape).toEqual([1, 4, 4, 2]);
    expect(() => second((at) => dilate(tf.square(at)))(x)).toThrow(UnsupportedOpError);
    expect(() => second((at) => dilate(tf.square(at)))(x)).toThrow(/not found for Dilation2DBackpropInput; /);
  });

  it('gives integer and boolean inputs a float gradient of zeros', () => {
    const slope = tf.grad((x: tf.Tensor) => tf.cast(tf.greaterEqual(x, 2), 'float32'))(
      tf.tensor1d([1, 2], 'int32'),
    );
    expect(slope.dtype).toBe('float32');
    expect([...slope.dataSync()]).toEqual([0, 0]);
  });

  it('sends the gradient of equal maxima to the first, in both orders', () => {
    const pool = (x: tf.Tensor) => tf.maxPool(x as tf.Tensor4D, 2, 2, 'valid');
    const x = tf.zeros([1, 2, 2, 1]);
    expect([...tf.grad(pool)(x).dataSync()]).toEqual([1, 0, 0, 0]);
    const third = tf.grad((w: tf.Tensor) => tf.sum(tf.square(tf.grad(pool)(x, tf.reshape(w, [1, 1, 1, 1])))));
    expect([...third(tf.scalar(3)).dataSync()]).toEqual([6]);
  });

  it('is repaired once, and takes the gradients back from a later registration', () => {
    tf.registerGradient({ kernelName: 'Neg', gradFunc: (dy) => ({ x: () => dy as tf.Tensor }) });
    installGradients();
    installGradients();
    const slope = tf.grad((x: tf.Tensor) => tf.neg(x))(tf.tensor1d([1]));
    expect([...slope.dataSync()]).toEqual([-1]);
    const x = tf.tensor1d([0.5]);
    expect(second(tf.tanh)(x).dataSync()[0]).toBeCloseTo(
      -4 * Math.tanh(0.5) * (1 - Math.tanh(0.5) ** 2) ** 2,
      5,
    );
  });

  it('keeps no tensor after a second derivative', () => {
    const x = tf.tensor1d([0.5, 1]);
    const before = tf.memory().numTensors;
    second((at) => tf.logSigmoid(tf.mul(tf.softmax(at), tf.tanh(at))))(x).dispose();
    expect(tf.memory().numTensors).toBe(before);
  });
});
