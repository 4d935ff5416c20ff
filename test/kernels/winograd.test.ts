import { describe, expect, it } from 'vitest';
import { type WinogradTiles, winograd, winogradShape } from '../../src/program/records/winograd';
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

/** y and dx with tiles of at most `most` pixels; with `check`, their errors are held to `limit`. */
function run(
  harness: KernelHarness,
  one: Case,
  most: number,
  biased: boolean,
  limit?: number,
): Float32Array[] {
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
  const results = [harness.get(outY, lengthY), harness.get(outX, lengthX)];
  if (limit !== undefined) {
    const expected = reference(shape, xs, ws, ys);
    if (biased) {
      expected.y.sum.forEach((v, i, sum) => {
        sum[i] = v + biasY[i % outChannels]!;
      });
      expected.dx.sum.forEach((v, i, sum) => {
        sum[i] = v + biasX[i % inChannels]!;
      });
    }
    expect(worst(results[0]!, expected.y.sum)).toBeLessThan(limit);
    expect(worst(results[1]!, expected.dx.sum)).toBeLessThan(limit);
  }
  expect(harness.overrun()).toBe(0);
  return results;
}

const CASES: readonly Case[] = [
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

describe.each([true, false])('Winograd convolutions, relaxed SIMD %s', (relaxedSimd) => {
  it.each(CASES)('are right for %j, the same bits for 1, 2 and 3 threads', async (one) => {
    const taps = one.filter[0] / (one.stride?.[0] ?? 1);
    for (let most = 2; most <= 7 - taps; most++) {
      const results: Float32Array[][] = [];
      for (const threads of [1, 2, 3]) {
        const harness = await KernelHarness.create({ relaxedSimd, threads });
        results.push(run(harness, one, most, most % 2 === 1, threads === 1 ? 1e-5 : undefined));
      }
      for (const other of results.slice(1)) {
        other.forEach((bits, i) => {
          expectSameBits(bits, results[0]![i]!);
        });
      }
    }
  });
});
