import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { FAMILIES } from '../../src/backend/kernels/index';

beforeAll(async () => {
  expect(await tf.setBackend('kallima')).toBe(true);
});

type Op = () => tf.Tensor;

/** The op on `kallima` and on TF.js's cpu backend, to 1e-5 of the largest value; no tensor is left. */
async function expectParity(op: Op): Promise<void> {
  const results: { shape: number[]; values: Float32Array }[] = [];
  for (const backend of ['kallima', 'cpu']) {
    await tf.setBackend(backend);
    const before = tf.memory().numTensors;
    const y = tf.tidy(op);
    results.push({ shape: y.shape, values: (await y.data<'float32'>()).slice() });
    y.dispose();
    expect(tf.memory().numTensors).toBe(before);
  }
  await tf.setBackend('kallima');
  const [own, cpu] = results as [(typeof results)[0], (typeof results)[0]];
  expect(own.shape).toEqual(cpu.shape);
  const scale = cpu.values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);
  const worst = own.values.reduce((most, v, i) => Math.max(most, Math.abs(v - cpu.values[i]!)), 0);
  expect(worst).toBeLessThanOrEqual(1e-5 * scale);
  expect(scale).toBeGreaterThan(0);
}

const normal = (shape: number[], seed: number) => tf.randomNormal(shape, 0, 1, 'float32', seed);

describe('matrix products', () => {
  const cases: [number[], number[], boolean, boolean][] = [
    [[5, 7], [7, 9], false, false],
    [[2, 3, 5, 7], [2, 3, 9, 7], false, true],
    [[4, 7, 5], [7, 9], true, false],
    [[1, 7, 5], [6, 9, 7], true, true],
    [[2, 1, 5, 7], [1, 1, 1, 7, 3], false, false],
  ];
  it.each(cases)('of %j and %j, transposed %s and %s, agree with cpu', async (a, b, left, right) => {
    await expectParity(() => tf.matMul(normal(a, 1), normal(b, 2), left, right));
  });

  it.each(['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const)(
    'with a bias and %s agree with cpu',
    async (activation) => {
      await expectParity(() =>
        tf.fused.matMul({
          a: normal([33, 20], 1) as tf.Tensor2D,
          b: normal([20, 18], 2) as tf.Tensor2D,
          bias: normal([18], 3),
          activation,
          leakyreluAlpha: 0.3,
          preluActivationWeights: normal([18], 4),
        }),
      );
    },
  );

  it('of int32 matrices are forwarded', async () => {
    const a = tf.tensor2d([1, 2, 3, 4], [2, 2], 'int32');
    const y = tf.matMul(a, a);
    expect(y.dtype).toBe('int32');
    expect([...(await y.data())]).toEqual([7, 10, 15, 22]);
  });
});

describe('convolutions', () => {
  it.each([
    ['same', 2, 1],
    ['valid', 1, 2],
    [1, 2, 1],
  ] as const)('with padding %s, stride %i and dilation %i agree with cpu', async (pad, stride, dilation) => {
    await expectParity(() =>
      tf.conv2d(
        normal([2, 9, 10, 5], 1) as tf.Tensor4D,
        normal([4, 3, 5, 11], 2) as tf.Tensor4D,
        stride,
        pad,
        'NHWC',
        dilation,
      ),
    );
  });

  it('with a bias and an activation agree with cpu', async () => {
    await expectParity(() =>
      tf.fused.conv2d({
        x: normal([2, 9, 9, 5], 1) as tf.Tensor4D,
        filter: normal([3, 3, 5, 11], 2) as tf.Tensor4D,
        strides: 1,
        pad: 'same',
        bias: normal([11], 3),
        activation: 'leakyrelu',
        leakyreluAlpha: 0.2,
      }),
    );
  });

  it('transposed agree with cpu', async () => {
    await expectParity(() =>
      tf.conv2dTranspose(
        normal([2, 5, 6, 7], 1) as tf.Tensor4D,
        normal([4, 4, 9, 7], 2) as tf.Tensor4D,
        [2, 10, 12, 9],
        2,
        'same',
      ),
    );
  });

  it('have a filter gradient that agrees with cpu', async () => {
    await expectParity(() => {
      const x = normal([2, 8, 8, 5], 1) as tf.Tensor4D;
      const filter = normal([4, 4, 5, 9], 2) as tf.Tensor4D;
      return tf
        .engine()
        .runKernel(
          'Conv2DBackpropFilter',
          { x, dy: normal([2, 4, 4, 9], 3) },
          { strides: 2, pad: 'same', dataFormat: 'NHWC', filterShape: filter.shape },
        ) as tf.Tensor;
    });
  });

  it('are served by kernels of our own', () => {
    const names = FAMILIES.flatMap((family) => Object.keys(family));
    for (const name of [
      'BatchMatMul',
      '_FusedMatMul',
      'Conv2D',
      'FusedConv2D',
      'Conv2DBackpropInput',
      'Conv2DBackpropFilter',
    ]) {
      expect(names).toContain(name);
    }
  });
});
