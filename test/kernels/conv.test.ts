import { describe, expect, it } from 'vitest';
import { conv2d, conv2dInputGradient } from '../../src/program/records/conv';
import { type Case, run, shapeOf } from './conv-reference';
import { KernelHarness } from './harness';
import { expectSameBits, values } from './product-reference';

const CASES: readonly Case[] = [
  // the layers of a DCGAN, narrow
  { x: [8, 8, 9], filter: [4, 4, 17], stride: [2, 2], pad: [1, 1, 1, 1] },
  { x: [14, 14, 1], filter: [4, 4, 16], stride: [2, 2], pad: [1, 1, 1, 1] },
  { x: [8, 8, 3], filter: [4, 4, 8], stride: [2, 2], pad: [1, 1, 1, 1] },
  { x: [5, 5, 8], filter: [4, 4, 1], pad: [1, 1, 1, 1] },
  { x: [7, 7, 7], filter: [7, 7, 3], pad: [3, 3, 3, 3] },
  { x: [6, 6, 8], filter: [3, 3, 8], pad: [1, 1, 1, 1] },
  { x: [5, 4, 8], filter: [1, 1, 9] },
  // uneven padding, strides past the kernel, a last row that no window reaches
  { x: [7, 6, 5], filter: [4, 4, 4], stride: [2, 2], pad: [1, 2, 1, 1] },
  { x: [9, 10, 4], filter: [2, 1, 5], stride: [3, 2] },
  { x: [8, 9, 8], filter: [3, 3, 4], stride: [2, 3] },
  { x: [6, 5, 2], filter: [5, 3, 2], stride: [1, 2], pad: [4, 4, 2, 2] },
  // dilation with and without stride
  { x: [9, 9, 4], filter: [3, 3, 6], dilation: [2, 2], pad: [2, 2, 2, 2] },
  { x: [9, 9, 8], filter: [3, 2, 8], stride: [2, 3], dilation: [3, 2], pad: [2, 2, 1, 1] },
  // one pixel, one channel, a kernel as large as the image
  { n: 1, x: [1, 1, 1], filter: [1, 1, 1] },
  { n: 1, x: [4, 4, 8], filter: [4, 4, 1] },
  { n: 3, x: [1, 1, 9], filter: [4, 4, 8], pad: [3, 3, 3, 3] },
  // several blocks of pixels, rows, taps and images
  { n: 3, x: [20, 20, 20], filter: [4, 4, 9], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 33, x: [4, 4, 70], filter: [3, 3, 12], pad: [1, 1, 1, 1] },
  { n: 1, x: [4, 4, 150], filter: [4, 4, 130], stride: [2, 2], pad: [1, 1, 1, 1] },
  { x: [20, 18, 4], filter: [3, 3, 6], pad: [1, 1, 1, 1] },
  // few pixels and many channels: one image of a generator, uneven, and dilated
  { n: 1, x: [8, 10, 70], filter: [4, 4, 130], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 2, x: [5, 5, 64], filter: [3, 4, 65], stride: [2, 1], pad: [1, 1, 1, 2] },
  { n: 1, x: [5, 5, 66], filter: [3, 3, 64], dilation: [2, 2], pad: [2, 2, 2, 2] },
  { n: 1, x: [2, 300, 3], filter: [1, 3, 5], pad: [0, 0, 1, 1] },
  { n: 1, x: [3, 8, 260], filter: [1, 4, 9] },
  { n: 9, x: [14, 14, 3], filter: [4, 4, 2], stride: [2, 2], pad: [1, 1, 1, 1] },
];

describe.each([true, false])('conv2d and its gradients, relaxed SIMD %s', (relaxedSimd) => {
  it.each(CASES)('are right for %j, the same bits for 1, 2 and 3 threads', async (one) => {
    const shape = shapeOf(one);
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
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
    for (const channels of [1, 2, 3, 4, 5, 7, 8, 9, 17]) {
      for (const filters of [1, 2, 3, 4, 7, 8, 9, 17]) {
        for (const width of [2, 3, 4, 5]) {
          run(
            harness,
            shapeOf({ n: 1, x: [2, width, channels], filter: [2, 2, filters], pad: [0, 1, 1, 0] }),
          );
        }
      }
    }
  });

  it('add a bias to every pixel', async () => {
    const harness = await KernelHarness.create({ relaxedSimd, threads: 2 });
    for (const [inC, outC] of [
      [9, 12],
      [1, 3],
      [3, 1],
    ] as const) {
      harness.reset();
      const shape = shapeOf({ x: [6, 6, inC], filter: [4, 4, outC], stride: [2, 2], pad: [1, 1, 1, 1] });
      const zeros = harness.put(new Float32Array(2 * 36 * 16 * Math.max(inC, outC)));
      const bias = values(Math.max(inC, outC), 4);
      const y = harness.out(2 * 9 * outC);
      const x = harness.out(2 * 36 * inC);
      conv2d(harness, { shape, x: zeros, filter: zeros, y, bias: harness.put(bias) });
      conv2dInputGradient(harness, { shape, x, filter: zeros, y: zeros, bias: harness.put(bias) });
      harness.get(y, 18 * outC).forEach((v, i) => {
        expect(v).toBe(bias[i % outC]);
      });
      harness.get(x, 72 * inC).forEach((v, i) => {
        expect(v).toBe(bias[i % inC]);
      });
      expect(harness.overrun()).toBe(0);
    }
  });

  it('give zero gradients for an empty batch', async () => {
    const harness = await KernelHarness.create({ relaxedSimd });
    const [, dx, dw] = run(harness, shapeOf({ n: 0, x: [4, 4, 3], filter: [2, 2, 5] }));
    expect(dx!.length).toBe(0);
    expect([...dw!]).toEqual(new Array(60).fill(0));
  });
});
