import { describe, expect, it } from 'vitest';
import { conv2dFilterGradient } from '../../src/program/records/conv';
import { winogradFilterGradient, winogradFilterWins } from '../../src/program/records/winograd-filter';
import { type Case, reference, shapeOf } from './conv-reference';
import { KernelHarness } from './harness';
import { expectSameBits, values } from './product-reference';

const K4S2 = { stride: [2, 2], pad: [1, 1, 1, 1] } as const;

/** Every tile of 1 to 4 results for 2, 3 and 4 taps, alone and mixed; channel tails; odd sizes and pads. */
const CASES: readonly Case[] = [
  { n: 3, x: [14, 14, 8], filter: [4, 4, 16], ...K4S2 },
  { n: 1, x: [16, 12, 5], filter: [4, 4, 68], ...K4S2 },
  { n: 2, x: [4, 20, 68], filter: [4, 4, 5], ...K4S2 },
  { n: 2, x: [7, 9, 6], filter: [4, 4, 9], stride: [2, 2], pad: [2, 1, 0, 3] },
  { n: 2, x: [10, 7, 24], filter: [3, 3, 7], pad: [1, 1, 1, 1] },
  { n: 1, x: [18, 11, 3], filter: [3, 3, 3] },
  { n: 5, x: [4, 5, 20], filter: [4, 4, 20], pad: [1, 2, 2, 0] },
  { n: 1, x: [16, 8, 12], filter: [4, 4, 12], pad: [1, 1, 1, 1] },
  { n: 2, x: [6, 7, 6], filter: [4, 4, 9] },
  { n: 1, x: [2, 3, 1], filter: [2, 2, 1], pad: [0, 1, 0, 1] },
  { n: 2, x: [12, 13, 9], filter: [6, 3, 10], stride: [2, 1], pad: [2, 2, 1, 1] },
];

/** One case, and the largest error relative to the largest gradient. */
function run(harness: KernelHarness, one: Case, write = winogradFilterGradient) {
  harness.reset();
  const shape = shapeOf(one);
  const [xs, ys] = [
    values(shape.batchSize * shape.inHeight * shape.inWidth * shape.inChannels, 1),
    values(shape.batchSize * shape.outHeight * shape.outWidth * shape.outChannels, 3),
  ];
  const length = shape.filterHeight * shape.filterWidth * shape.inChannels * shape.outChannels;
  const filter = harness.out(length);
  write(harness, { shape, x: harness.put(xs), filter, y: harness.put(ys) });
  expect(harness.overrun()).toBe(0);
  const actual = harness.get(filter, length);
  const check = () => {
    const { sum } = reference(shape, xs, new Float32Array(length), ys).dw;
    const scale = sum.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    return actual.reduce((most, value, i) => {
      return Math.max(most, Math.abs(value - sum[i]!) / scale);
    }, 0);
  };
  return { actual, check };
}

describe.each([true, false])("Winograd's filter gradient, relaxed SIMD %s", (relaxedSimd) => {
  it.each(CASES)('is right for %j', async (one) => {
    const harness = await KernelHarness.create({ relaxedSimd });
    expect(run(harness, one).check()).toBeLessThan(3e-6);
  });

  it('has the same bits for 1, 2, 3 and 8 threads', async () => {
    for (const one of [
      { n: 7, x: [14, 14, 36], filter: [4, 4, 40], ...K4S2 },
      { n: 2, x: [15, 14, 37], filter: [3, 3, 50], pad: [1, 1, 1, 1] },
    ] as const) {
      const results: Float32Array[] = [];
      for (const threads of [1, 2, 3, 8]) {
        const harness = await KernelHarness.create({ relaxedSimd, threads });
        const { actual, check } = run(harness, one);
        if (threads === 1) expect(check()).toBeLessThan(3e-6);
        results.push(actual);
      }
      for (const bits of results.slice(1)) expectSameBits(bits, results[0]!);
    }
  });

  it('combines its sums range by range, for any number of threads', async () => {
    const one = { n: 2, x: [8, 8, 97], filter: [4, 4, 300], ...K4S2 } as const;
    const results: Float32Array[] = [];
    for (const threads of [1, 3]) {
      const harness = await KernelHarness.create({ relaxedSimd, threads });
      const { actual, check } = run(harness, one);
      if (threads === 1) expect(check()).toBeLessThan(3e-6);
      results.push(actual);
    }
    expectSameBits(results[1]!, results[0]!);
  });

  it('goes on from block to block of images', async () => {
    const harness = await KernelHarness.create({ relaxedSimd, threads: 2 });
    const one = { n: 13, x: [32, 32, 33], filter: [4, 4, 34], ...K4S2 } as const;
    expect(winogradFilterWins(shapeOf(one))).toBe(true);
    expect(run(harness, one, conv2dFilterGradient).check()).toBeLessThan(5e-6);
  });
});

describe("the choice of Winograd's filter gradient", () => {
  it('takes the layers of DCGANs, and leaves what is small, thin, dilated or of one pixel', () => {
    const wins = (one: Case) => winogradFilterWins(shapeOf(one));
    expect(wins({ n: 64, x: [14, 14, 64], filter: [4, 4, 128], ...K4S2 })).toBe(true);
    expect(wins({ n: 32, x: [8, 8, 256], filter: [4, 4, 512], ...K4S2 })).toBe(true);
    expect(wins({ n: 1, x: [18, 18, 128], filter: [3, 3, 128] })).toBe(true);
    expect(wins({ n: 2, x: [8, 8, 16], filter: [4, 4, 16], ...K4S2 })).toBe(false);
    expect(wins({ n: 64, x: [28, 28, 1], filter: [4, 4, 64], ...K4S2 })).toBe(false);
    expect(wins({ n: 64, x: [14, 14, 64], filter: [3, 3, 64], dilation: [2, 2] })).toBe(false);
    expect(wins({ n: 64, x: [4, 4, 512], filter: [4, 4, 512] })).toBe(false);
    expect(wins({ n: 64, x: [14, 14, 64], filter: [3, 3, 64], stride: [2, 2] })).toBe(false);
  });
});
