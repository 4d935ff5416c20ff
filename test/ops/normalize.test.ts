import {
  add,
  grads,
  memory,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { normalize, normalizeReference, normalizeWithMoments } from '../../src/ops/normalize';
import type { NormalizeOver } from '../../src/ops/normalize-axes';
import { BACKENDS, startBackend } from '../support/backends';
import { checkGradient, expectClose, numbers, randomTensor } from '../support/numeric';

const EPSILON = 1e-3;

/** Normalisation by the definition, in double precision. */
function byDefinition(
  x: Float32Array,
  shape: readonly number[],
  over: NormalizeOver,
  scale: Float32Array,
  offset: Float32Array,
) {
  const channels = shape[shape.length - 1]!;
  const batch = shape[0]!;
  const perExample = x.length / batch;
  const groupOf = (i: number): number => {
    const n = Math.floor(i / perExample);
    if (over === 'batch') return i % channels;
    return over === 'instance' ? n * channels + (i % channels) : n;
  };
  const groups = over === 'batch' ? channels : over === 'instance' ? batch * channels : batch;
  const mean = new Float64Array(groups);
  const variance = new Float64Array(groups);
  const count = x.length / groups;
  x.forEach((value, i) => {
    mean[groupOf(i)]! += value / count;
  });
  x.forEach((value, i) => {
    variance[groupOf(i)]! += (value - mean[groupOf(i)]!) ** 2 / count;
  });
  const y = Float64Array.from(x, (value, i) => {
    const group = groupOf(i);
    const hat = (value - mean[group]!) / Math.sqrt(variance[group]! + EPSILON);
    return hat * scale[i % channels]! + offset[i % channels]!;
  });
  return { y, mean, variance };
}

const CASES: [NormalizeOver, number[]][] = [
  ['batch', [7, 5]],
  ['batch', [3, 4, 5, 6]],
  ['batch', [2, 3, 3, 17]],
  ['instance', [3, 4, 5, 6]],
  ['instance', [2, 3, 3, 1]],
  ['layer', [4, 9]],
  ['layer', [3, 4, 5, 6]],
];

describe.each(BACKENDS)('normalize on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(CASES)('over %s of %j equals the definition', (over, shape) => {
    const channels = shape[shape.length - 1]!;
    const x = numbers(shape, 1, -2, 3);
    const scale = numbers([channels], 2, 0.5, 1.5);
    const offset = numbers([channels], 3);
    const expected = byDefinition(x, shape, over, scale, offset);
    tidy(() => {
      const result = normalizeWithMoments(tensor(x, shape), tensor(scale), tensor(offset), {
        over,
        epsilon: EPSILON,
      });
      expect(result.y.shape).toEqual(shape);
      expectClose(result.y, expected.y, 3e-6);
      expectClose(result.mean, expected.mean, 1e-6);
      expectClose(result.variance, expected.variance, 3e-6);
      const reference = normalizeReference(tensor(x, shape), tensor(scale), tensor(offset), {
        over,
        epsilon: EPSILON,
      });
      expectClose(result.y, reference.y, 3e-6);
      expect(result.mean.shape).toEqual(reference.mean.shape);
    });
  });

  it.each(CASES)('over %s of %j leaves scale and offset out', (over, shape) => {
    const channels = shape[shape.length - 1]!;
    const x = numbers(shape, 1, -2, 3);
    const { y } = byDefinition(
      x,
      shape,
      over,
      new Float32Array(channels).fill(1),
      new Float32Array(channels),
    );
    tidy(() =>
      expectClose(normalize(tensor(x, shape), undefined, undefined, { over, epsilon: EPSILON }), y, 3e-6),
    );
  });

  it.each(CASES)('over %s of %j has the right first and second derivatives', (over, shape) => {
    const channels = shape[shape.length - 1]!;
    const x = tidy(() => variable(randomTensor(shape, 1, -2, 3)));
    const scale = tidy(() => variable(randomTensor([channels], 2, 0.5, 1.5)));
    const offset = tidy(() => variable(randomTensor([channels], 3)));
    const weights = randomTensor(shape, 4);
    const apply = (a: Tensor, b: Tensor, c: Tensor) => {
      const y = normalize(a, b, c, { over, epsilon: EPSILON });
      // A cube, so that the second derivative has every term.
      return sum(mul(weights, mul(y, square(y))));
    };
    const variables = [x, scale, offset];
    checkGradient(() => apply(x, scale, offset) as Scalar, variables, { step: 3e-3 });
    // Of all three first derivatives at once: the ways through dx, dscale and doffset.
    const steepness = () => {
      const parts = grads(apply)([x, scale, offset]);
      return parts
        .map((part, i) => sum(mul(square(part), 0.1 + 0.2 * i)))
        .reduce((total, part) => add(total, part)) as Scalar;
    };
    checkGradient(steepness, variables, { step: 3e-3, tolerance: 1e-2 });
    for (const tensorToDrop of [...variables, weights]) tensorToDrop.dispose();
  });

  it('leaves no tensors behind', () => {
    const x = randomTensor([4, 3, 3, 5], 1);
    const before = memory().numTensors;
    normalize(x, undefined, undefined, { over: 'batch' }).dispose();
    tidy(() => {
      normalizeWithMoments(x, undefined, undefined, { over: 'layer' });
    });
    x.dispose();
    expect(memory().numTensors).toBe(before - 1);
  });

  it('refuses what has no channels, half an affine pair, and unknown groups', () => {
    const x = randomTensor([4, 5], 1);
    const scale = randomTensor([4], 2);
    const options = { over: 'batch' } as const;
    expect(() => normalize(scale, undefined, undefined, options)).toThrow(ShapeError);
    expect(() => normalize(x, undefined, undefined, { over: 'instance' })).toThrow(/rank 3 or more.*\[4,5\]/);
    expect(() => normalize(x, scale, undefined, options)).toThrow(ArgumentError);
    expect(() => normalize(x, scale, scale, options)).toThrow(/\[5\].*\[4,5\].*\[4\]/);
    expect(() => normalize(x, undefined, undefined, { over: 'group' as 'batch' })).toThrow(/group/);
    x.dispose();
    scale.dispose();
  });
});
