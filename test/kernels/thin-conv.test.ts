import { describe, expect, it } from 'vitest';
import { conv2dInputGradient } from '../../src/program/records/conv';
import { type Case, run, shapeOf } from './conv-reference';
import { KernelHarness } from './harness';
import { expectSameBits, values } from './product-reference';

/** Large enough for several chunks, units and shares. */
const CASES: readonly Case[] = [
  { n: 19, x: [28, 28, 1], filter: [4, 4, 64], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 5, x: [30, 33, 3], filter: [4, 4, 21], stride: [2, 2], pad: [1, 2, 0, 1] },
  { n: 1, x: [40, 30, 3], filter: [7, 7, 12] },
  { n: 1, x: [26, 34, 12], filter: [7, 7, 3], pad: [3, 3, 3, 3] },
  { n: 2, x: [31, 9, 70], filter: [4, 4, 1], pad: [1, 1, 1, 1] },
  { n: 3, x: [17, 16, 2], filter: [5, 3, 68], stride: [1, 3], pad: [0, 3, 2, 1] },
  { n: 4, x: [12, 12, 40], filter: [4, 4, 2], stride: [2, 2], pad: [1, 1, 1, 1] },
];

describe.each([true, false])('convolutions with one to three channels, relaxed SIMD %s', (relaxedSimd) => {
  it.each(CASES)('are right for %j, the same bits for 1, 2, 3 and 8 threads', async (one) => {
    const shape = shapeOf(one);
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3, 8]) {
      const harness = await KernelHarness.create({ relaxedSimd, threads });
      results.push(run(harness, shape, threads === 1));
    }
    for (const other of results.slice(1)) {
      other.forEach((bits, i) => {
        expectSameBits(bits, results[0]![i]!);
      });
    }
  });

  it('are right on every edge of a tile', async () => {
    const harness = await KernelHarness.create({ relaxedSimd });
    for (const thin of [1, 2, 3]) {
      for (const wide of [8, 9, 11, 12, 13, 15, 16, 17]) {
        for (const [inputs, outputs] of [
          [thin, wide],
          [wide, thin],
        ] as const) {
          const pad = [1, 1, 1, 1] as const;
          run(harness, shapeOf({ x: [6, 5, inputs], filter: [4, 4, outputs], stride: [2, 2], pad }));
          run(harness, shapeOf({ n: 1, x: [3, 7, inputs], filter: [3, 3, outputs], pad }));
        }
      }
    }
  });

  it('add a bias to every pixel, reached by a window or not', async () => {
    const harness = await KernelHarness.create({ relaxedSimd, threads: 2 });
    for (const thin of [1, 2, 3]) {
      harness.reset();
      const shape = shapeOf({ x: [9, 10, thin], filter: [4, 4, 8], stride: [2, 3], pad: [0, 0, 1, 0] });
      const zeros = harness.put(new Float32Array(2 * 9 * 10 * 16 * 8));
      const bias = values(thin, 4);
      const x = harness.out(180 * thin);
      conv2dInputGradient(harness, { shape, x, filter: zeros, y: zeros, bias: harness.put(bias) });
      harness.get(x, 180 * thin).forEach((v, i) => {
        expect(v).toBe(bias[i % thin]);
      });
      expect(harness.overrun()).toBe(0);
    }
  });
});
