import { describe, expect, it } from 'vitest';
import { WINOGRAD_POINTS } from '../../assembly/abi/winograd';
import { type WinogradTiles, winograd, winogradShape } from '../../src/program/records/winograd';
import { chooseWinograd } from '../../src/program/records/winograd-choice';
import { type Case, reference, shapeOf } from './conv-reference';
import { KernelHarness } from './harness';
import { expectSameBits, values } from './product-reference';

/** Largest error against f64, as a share of the largest output. */
function worst(actual: Float32Array, expected: Float64Array): number {
  let error = 0;
  let scale = 0;
  for (let i = 0; i < expected.length; i++) {
    const one = Math.abs(actual[i]! - expected[i]!);
    // Not Math.max alone: a NaN must show.
    if (!(one <= error)) error = one;
    scale = Math.max(scale, Math.abs(expected[i]!));
  }
  return scale === 0 ? error : error / scale;
}

/** Tiles of at most `most` pixels a side. */
function tilesOf(height: number, width: number, most: number): WinogradTiles {
  return { down: Math.ceil(height / most), across: Math.ceil(width / most) };
}

/** y and dx with tiles of at most `most` pixels, and their errors. */
function run(harness: KernelHarness, one: Case, most: number, biased = false) {
  harness.reset();
  const shape = shapeOf(one);
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const lengthX = batchSize * inHeight * inWidth * inChannels;
  const lengthY = batchSize * outHeight * outWidth * outChannels;
  const xs = values(lengthX, 1);
  const ws = values(shape.filterHeight * shape.filterWidth * inChannels * outChannels, 2);
  const ys = values(lengthY, 3);
  const biasY = values(outChannels, 4);
  const biasX = values(inChannels, 5);
  const [x, filter, y] = [harness.put(xs), harness.put(ws), harness.put(ys)];
  const [outY, outX] = [harness.out(lengthY), harness.out(lengthX)];
  const forward = { shape, x, filter, y: outY, ...(biased && { bias: harness.put(biasY) }) };
  winograd(harness, forward, false, tilesOf(outHeight, outWidth, most));
  const { outHeight: height, outWidth: width } = winogradShape(shape, true);
  const backward = { shape, x: outX, filter, y, ...(biased && { bias: harness.put(biasX) }) };
  winograd(harness, backward, true, tilesOf(height, width, most));
  expect(harness.overrun()).toBe(0);
  const [resultY, resultX] = [harness.get(outY, lengthY), harness.get(outX, lengthX)];
  const errors = () => {
    const expected = reference(shape, xs, ws, ys);
    const plus = (sum: Float64Array, bias: Float32Array) => sum.map((v, i) => v + bias[i % bias.length]!);
    return {
      y: worst(resultY, biased ? plus(expected.y.sum, biasY) : expected.y.sum),
      x: worst(resultX, biased ? plus(expected.dx.sum, biasX) : expected.dx.sum),
    };
  };
  return { results: [resultY, resultX], errors };
}

const CASES: readonly Case[] = [
  // longer than one block of k
  { n: 1, x: [4, 4, 260], filter: [4, 4, 8], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 1, x: [8, 8, 4], filter: [4, 4, 8], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 1, x: [5, 6, 1], filter: [3, 3, 1], pad: [1, 1, 1, 1] },
  { n: 3, x: [14, 14, 5], filter: [4, 4, 9], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 2, x: [9, 13, 68], filter: [4, 4, 5], stride: [2, 2], pad: [1, 2, 0, 2] },
  { n: 3, x: [4, 4, 7], filter: [4, 4, 68], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 1, x: [17, 23, 6], filter: [4, 4, 64], stride: [2, 2] },
  { n: 1, x: [6, 7, 3], filter: [4, 4, 10], stride: [2, 2], pad: [2, 2, 2, 2] },
  { n: 2, x: [2, 3, 4], filter: [4, 4, 4], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 3, x: [7, 7, 5], filter: [3, 3, 68], pad: [1, 1, 1, 1] },
  { n: 1, x: [11, 6, 64], filter: [3, 3, 7] },
  { n: 2, x: [4, 9, 8], filter: [3, 3, 12], pad: [2, 2, 2, 2] },
  { n: 3, x: [8, 9, 5], filter: [4, 4, 6], pad: [1, 1, 1, 1] },
  { n: 1, x: [7, 5, 66], filter: [4, 4, 3], pad: [2, 1, 0, 2] },
  { n: 2, x: [6, 7, 12], filter: [2, 2, 9], pad: [0, 1, 1, 0] },
  { n: 2, x: [8, 11, 9], filter: [6, 6, 5], stride: [2, 2], pad: [2, 2, 2, 2] },
];

/** Work for every share: many tiles, or few tiles and many panels. */
const LARGER: readonly Case[] = [
  { n: 9, x: [14, 14, 20], filter: [4, 4, 37], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 1, x: [10, 12, 68], filter: [4, 4, 65], stride: [2, 2], pad: [1, 1, 1, 1] },
  { n: 2, x: [13, 12, 37], filter: [3, 3, 40], pad: [1, 1, 1, 1] },
  { n: 1, x: [8, 7, 50], filter: [4, 4, 36], pad: [1, 2, 1, 2] },
];

/**
 * Errors against f64 relative to the largest output, by m and r, for 64 channels each way: twice what is seen for 128. The
 * direct method's are 1.2e-6 to 1.8e-6.
 */
const LIMITS: readonly { m: number; r: number; limit: number }[] = [
  { m: 2, r: 2, limit: 3e-6 },
  { m: 3, r: 2, limit: 3e-6 },
  { m: 4, r: 2, limit: 1.6e-5 },
  { m: 5, r: 2, limit: 1.8e-5 },
  { m: 2, r: 3, limit: 1.5e-6 },
  { m: 3, r: 3, limit: 7e-6 },
  { m: 4, r: 3, limit: 9e-6 },
  { m: 2, r: 4, limit: 6e-6 },
  { m: 3, r: 4, limit: 5e-6 },
];

describe.each([true, false])('Winograd convolutions, relaxed SIMD %s', (relaxedSimd) => {
  it.each(CASES)('are right for %j, with tiles of every size', async (one) => {
    const harness = await KernelHarness.create({ relaxedSimd });
    const taps = one.filter[0] / (one.stride?.[0] ?? 1);
    for (let most = 2; most <= WINOGRAD_POINTS - taps + 1; most++) {
      const { y, x } = run(harness, one, most, most % 2 === 1).errors();
      expect(Math.max(y, x)).toBeLessThan(5e-6);
    }
  });

  it.each(LARGER)('have the same bits for 1, 2, 3 and 8 threads: %j', async (one) => {
    const taps = one.filter[0] / (one.stride?.[0] ?? 1);
    const most = WINOGRAD_POINTS - taps;
    const alone = run(await KernelHarness.create({ relaxedSimd }), one, most, true);
    const { y, x } = alone.errors();
    expect(Math.max(y, x)).toBeLessThan(5e-6);
    for (const threads of [2, 3, 8]) {
      const { results } = run(await KernelHarness.create({ relaxedSimd, threads }), one, most, true);
      results.forEach((bits, i) => {
        expectSameBits(bits, alone.results[i]!);
      });
    }
  });

  it('have the same bits where a large filter is shared out by panels', async () => {
    const one: Case = { n: 3, x: [4, 6, 330], filter: [4, 4, 370], stride: [2, 2], pad: [1, 1, 1, 1] };
    const alone = run(await KernelHarness.create({ relaxedSimd }), one, 2);
    const shared = run(await KernelHarness.create({ relaxedSimd, threads: 3 }), one, 2);
    alone.results.forEach((bits, i) => {
      expect(bits.every(Number.isFinite)).toBe(true);
      expectSameBits(bits, shared.results[i]!);
    });
  });

  it.each(LIMITS)('err by less than $limit of the largest output for F($m, $r)', async ({ m, r, limit }) => {
    const harness = await KernelHarness.create({ relaxedSimd });
    const size = r === 2 ? 4 : r;
    const stride = r === 2 ? 2 : 1;
    const side = 2 * m * stride;
    const pad = r === 4 ? ([1, 2, 1, 2] as const) : ([1, 1, 1, 1] as const);
    const one: Case = {
      n: 1,
      x: [side, side, 64],
      filter: [size, size, 64],
      stride: [stride, stride],
      pad,
    };
    const { y, x } = run(harness, one, m).errors();
    expect(Math.max(y, x)).toBeLessThan(limit);
  });
});

describe('chooseWinograd', () => {
  const layer = (n: number, size: number, inC: number, outC: number, filter = 4, stride = 2) =>
    shapeOf({
      n,
      x: [size, size, inC],
      filter: [filter, filter, outC],
      stride: [stride, stride],
      pad: [1, 1, 1, 1],
    });

  it('takes the fewest tiles of at most four pixels for the layers of a DCGAN, both ways', () => {
    for (const gradient of [false, true]) {
      expect(chooseWinograd(layer(64, 14, 64, 128), gradient)).toEqual({ down: 2, across: 2 });
      expect(chooseWinograd(layer(64, 32, 64, 128), gradient)).toEqual({ down: 4, across: 4 });
      expect(chooseWinograd(layer(16, 32, 64, 64, 3, 1), gradient)).toEqual({ down: 8, across: 8 });
    }
  });

  it('takes smaller tiles where the filter at more points would not pay', () => {
    expect(chooseWinograd(layer(32, 8, 256, 512), false)).toEqual({ down: 2, across: 2 });
  });

  it('does not count the packing of a filter that is fixed', () => {
    expect(chooseWinograd(layer(1, 16, 128, 256), true)).toBeUndefined();
    expect(chooseWinograd(layer(1, 16, 128, 256), true, true)).toEqual({ down: 2, across: 2 });
  });

  it('leaves the direct method what it does better: few channels, few pixels, other filters', () => {
    for (const gradient of [false, true]) {
      expect(chooseWinograd(layer(64, 28, 1, 64), gradient)).toBeUndefined();
      expect(chooseWinograd(layer(8, 16, 8, 8), gradient)).toBeUndefined();
      expect(chooseWinograd(layer(1, 8, 256, 512), gradient)).toBeUndefined();
      expect(chooseWinograd(layer(16, 32, 64, 64, 5, 1), gradient)).toBeUndefined();
      expect(chooseWinograd(layer(16, 32, 64, 64, 3, 2), gradient)).toBeUndefined();
      const dilated = { ...layer(16, 32, 64, 64, 3, 1), dilationHeight: 2, dilationWidth: 2 };
      expect(chooseWinograd(dilated, gradient)).toBeUndefined();
      expect(chooseWinograd(layer(0, 32, 64, 64, 3, 1), gradient)).toBeUndefined();
    }
  });
});
