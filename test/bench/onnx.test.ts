import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openOnnx } from '../../bench/peers/onnx';
import {
  channelsFirst,
  convTransposeModel,
  generatorModel,
  matMulModel,
} from '../../bench/peers/onnx-models';
import { uniformValues } from '../../bench/workloads/inputs';
import type { OnnxWorkload } from '../../bench/workloads/workload';
import { buildNetwork, chooseBackend, dcgan } from '../../src/index';
import { maxDifference } from '../support/numeric';

async function outputOf(model: Uint8Array, inputs: OnnxWorkload['inputs'], threads = 1) {
  const session = await openOnnx({ model, inputs }, threads);
  const output = await session.output();
  session.dispose();
  return output;
}

/** From NHWC to NCHW. */
const imagesFirst = (images: tf.Tensor): Float32Array =>
  channelsFirst(images.dataSync<'float32'>(), images.shape[1]! * images.shape[2]!, images.shape[3]!);

describe('models in onnxruntime-web compute what TF.js does', () => {
  beforeAll(async () => {
    await chooseBackend({ backend: 'cpu' });
  });

  it.each([1, 2])('a matrix product, on %i threads', async (threads) => {
    const [a, b] = [uniformValues([3, 5], 0), uniformValues([5, 4], 1)];
    const expected = tf.matMul(tf.tensor2d(a, [3, 5]), tf.tensor2d(b, [5, 4]));
    const inputs = { a: { data: a, shape: [3, 5] }, b: { data: b, shape: [5, 4] } };
    const values = await outputOf(matMulModel([3, 5], [5, 4]), inputs, threads);
    expect(maxDifference(values, expected.dataSync<'float32'>())).toBeLessThan(1e-5);
  });

  it('a transposed convolution', async () => {
    const x = uniformValues([2, 3, 5, 4], 0);
    const filter = { data: uniformValues([4, 4, 6, 4], 1), shape: [4, 4, 6, 4] };
    const images = tf.tensor4d(x, [2, 3, 5, 4]);
    const expected = tf.conv2dTranspose(images, tf.tensor4d(filter.data, [4, 4, 6, 4]), [2, 6, 10, 6], 2, 1);
    const inputs = { x: { data: imagesFirst(images), shape: [2, 4, 3, 5] } };
    const values = await outputOf(convTransposeModel([2, 4, 3, 5], filter), inputs);
    expect(values).toHaveLength(expected.size);
    expect(maxDifference(values, imagesFirst(expected))).toBeLessThan(1e-4);
  });

  it('a generator, its running statistics included', async () => {
    const { generator } = dcgan({
      size: 32,
      channels: 3,
      width: 4,
      latent: 6,
      kernelInitializer: 'heUniform',
    });
    const network = buildNetwork(generator, 'generator', 1);
    let draw = 2;
    for (const [path, variable] of [...network.parameters, ...network.state]) {
      if (path.endsWith('/kernel')) continue;
      const values = uniformValues(variable.shape, draw++);
      // A variance is positive.
      variable.assign(tf.tensor(path.endsWith('/variance') ? values.map((v) => 1.5 + v) : values));
    }
    const z = uniformValues([2, 6], 0);
    const expected = network.apply(tf.tensor2d(z, [2, 6]));
    const values = await outputOf(generatorModel(network, 2), { z: { data: z, shape: [2, 6] } });
    expect(values).toHaveLength(2 * 32 * 32 * 3);
    expect(maxDifference(values, imagesFirst(expected))).toBeLessThan(1e-4);
    // Far from constant, and from saturation.
    expect(tf.moments(expected).variance.dataSync()[0]).toBeGreaterThan(0.01);
    network.dispose();
  });
});
