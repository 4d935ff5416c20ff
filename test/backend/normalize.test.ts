import {
  abs,
  batchNorm,
  grads,
  mul,
  setBackend,
  sum,
  type Tensor,
  type Tensor1D,
  tensor,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { normalizeReference, normalizeWithMoments } from '../../src/ops/normalize';
import { maxError, noise } from '../kernels/float';

beforeAll(async () => {
  expect(await setBackend('kallima')).toBe(true);
});

const draw = (shape: number[], seed: number) =>
  tensor(
    noise(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    shape,
  );
const values = (t: Tensor) => t.dataSync();

describe.each(['batch', 'instance', 'layer'] as const)('KallimaNormalize over %s', (over) => {
  const shape = [3, 4, 5, 6];
  const options = { over, epsilon: 1e-3 };

  it('agrees with the same made of TF.js ops', () => {
    const [x, scale, offset] = [draw(shape, 1), draw([6], 2), draw([6], 3)];
    const own = normalizeWithMoments(x, scale, offset, options);
    const reference = normalizeReference(x, scale, offset, options);
    for (const name of ['y', 'mean', 'variance'] as const) {
      expect(own[name].shape).toEqual(reference[name].shape);
      expect(maxError(values(own[name]), values(reference[name]))).toBeLessThan(2e-6);
    }
  });

  it('has the gradients of the same made of TF.js ops', () => {
    const inputs = [draw(shape, 1), draw([6], 2), draw([6], 3)];
    const weights = draw(shape, 4);
    const gradientsOf = (normalize: typeof normalizeReference) =>
      grads((x: Tensor, scale: Tensor, offset: Tensor) =>
        sum(mul(weights, normalize(x, scale, offset, options).y)),
      )(inputs);
    const expected = gradientsOf(normalizeReference);
    gradientsOf(normalizeWithMoments).forEach((gradient, i) => {
      expect(gradient.shape).toEqual(expected[i]!.shape);
      expect(maxError(values(gradient), values(expected[i]!))).toBeLessThan(2e-5);
    });
  });
});

describe('FusedBatchNorm', () => {
  it('serves inference with and without scale and offset', async () => {
    const x = draw([2, 3, 5], 1);
    const variance = abs(draw([5], 3)) as Tensor1D;
    const [mean, scale, offset] = [2, 4, 5].map((seed) => draw([5], seed) as Tensor1D);
    const results = () => [
      values(batchNorm(x, mean!, variance, offset, scale, 0.01)),
      values(batchNorm(x, mean!, variance)),
      values(batchNorm(x, mean!, variance, offset, undefined, 0.01)),
    ];
    const own = results();
    await setBackend('cpu');
    const cpu = results();
    await setBackend('kallima');
    own.forEach((result, i) => {
      expect(maxError(result, cpu[i]!)).toBeLessThan(4e-6);
    });
  });
});
