import { beforeAll, describe, expect, it } from 'vitest';
import {
  type PoolShape,
  recordAveragePoolGrad,
  recordMaxPoolGrad,
  recordPool,
} from '../../src/program/records/pool';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

let harnesses: KernelHarness[];
beforeAll(async () => {
  harnesses = await everyHarness();
});

const BASE: PoolShape = {
  batch: 2,
  channels: 4,
  input: [6, 5],
  output: [3, 2],
  window: [2, 2],
  stride: [2, 2],
  before: [0, 0],
};
const CASES: PoolShape[] = [
  ...[1, 3, 4, 5, 8, 9, 17, 33].map((channels) => ({ ...BASE, channels })),
  // Windows that overlap, and that cover the border on every side.
  ...[3, 4].map(
    (channels): PoolShape => ({
      ...BASE,
      channels,
      output: [6, 5],
      window: [3, 3],
      stride: [1, 1],
      before: [1, 1],
    }),
  ),
  // Windows of uneven sides; strides that leave elements out.
  { ...BASE, output: [2, 2], window: [3, 1], stride: [3, 4] },
  { ...BASE, channels: 7, input: [5, 7], output: [3, 3], window: [3, 4], stride: [2, 3], before: [1, 2] },
  {
    ...BASE,
    channels: 20,
    input: [33, 34],
    output: [17, 17],
    window: [3, 2],
    stride: [2, 2],
    before: [1, 0],
  },
];
const named = CASES.map(
  (shape) => [`[${shape.input}] by [${shape.window}], ${shape.channels} channels`, shape] as const,
);

/** Indices into x of each output's window, rows first. */
function windows({ batch, channels, input, output, window, stride, before }: PoolShape): number[][] {
  const result: number[][] = [];
  for (let n = 0; n < batch; n++) {
    for (let r = 0; r < output[0]; r++) {
      for (let c = 0; c < output[1]; c++) {
        for (let d = 0; d < channels; d++) {
          const indices: number[] = [];
          for (let i = 0; i < window[0]; i++) {
            for (let j = 0; j < window[1]; j++) {
              const row = r * stride[0] - before[0] + i;
              const column = c * stride[1] - before[1] + j;
              if (row < 0 || row >= input[0] || column < 0 || column >= input[1]) continue;
              indices.push(((n * input[0] + row) * input[1] + column) * channels + d);
            }
          }
          result.push(indices);
        }
      }
    }
  }
  return result;
}

const inputSize = ({ batch, channels, input }: PoolShape) => batch * channels * input[0] * input[1];
/** Few different values, so that windows hold equal maxima. */
const steps = (size: number) => noise(size).map((value) => Math.round(4 * value) - 1);
const firstMaximum = (x: Float32Array, indices: number[]) =>
  indices.reduce((best, i) => (best < 0 || x[i]! > x[best]! ? i : best), -1);

describe('pool', () => {
  it.each(named)('averages %s', (_, shape) => {
    const x = noise(inputSize(shape));
    const expected = windows(shape).map((indices) => indices.reduce((s, i) => s + x[i]!, 0) / indices.length);
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(expected.length);
      recordPool(harness, 'average', { y: pointer, x: harness.put(x) }, shape);
      return [harness.get(pointer, expected.length)];
    })) {
      expect(maxError(y!, expected)).toBeLessThan(3e-7);
    }
  });

  it.each(named)('takes the maximum of %s', (_, shape) => {
    const x = noise(inputSize(shape));
    const expected = windows(shape).map((indices) => Math.max(...indices.map((i) => x[i]!)));
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(expected.length);
      recordPool(harness, 'max', { y: pointer, x: harness.put(x) }, shape);
      return [harness.get(pointer, expected.length)];
    })) {
      expect([...y!]).toEqual(expected);
    }
  });
});

describe('pool gradient', () => {
  it.each(named)('spreads the average over %s', (_, shape) => {
    const where = windows(shape);
    const dy = noise(where.length, 2);
    const expected = new Float64Array(inputSize(shape));
    where.forEach((indices, o) => {
      for (const i of indices) expected[i]! += dy[o]! / (shape.window[0] * shape.window[1]);
    });
    for (const [dx] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(expected.length);
      recordAveragePoolGrad(harness, { dx: pointer, dy: harness.put(dy) }, shape);
      return [harness.get(pointer, expected.length)];
    })) {
      expect(maxError(dx!, expected)).toBeLessThan(3e-7);
    }
  });

  it.each(named)('gives the first maximum of %s its gradient', (_, shape) => {
    const x = steps(inputSize(shape));
    const where = windows(shape);
    const dy = noise(where.length, 2);
    const expected = new Float64Array(x.length);
    where.forEach((indices, o) => {
      expected[firstMaximum(x, indices)]! += dy[o]!;
    });
    for (const [dx] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(x.length);
      recordMaxPoolGrad(harness, { dx: pointer, dy: harness.put(dy), x: harness.put(x) }, shape);
      return [harness.get(pointer, x.length)];
    })) {
      expect(maxError(dx!, expected)).toBeLessThan(1e-6);
    }
  });
});
