import { expect } from 'vitest';

/** `length` numbers in [−1, 1), the same for the same seed. */
export function values(length: number, seed: number): Float32Array {
  let state = Math.imul(seed, 0x9e3779b1) | 1;
  return Float32Array.from({ length }, () => {
    state = Math.imul(state, 1664525) + 1013904223;
    return (state >> 8) / 0x800000;
  });
}

/** Exact sums of products, and the sums of their magnitudes, which scale the rounding error. */
export interface Products {
  readonly sum: Float64Array;
  readonly size: Float64Array;
}

/**
 * Every |actual − sum| ≤ (8 + 2√k) · 2⁻²⁴ · size: k roundings of random sign, and well below one term of k.
 */
export function expectClose(actual: Float32Array, { sum, size }: Products, k: number): void {
  expect(actual.length).toBe(sum.length);
  const unit = (8 + 2 * Math.sqrt(k)) * 2 ** -24;
  for (let i = 0; i < sum.length; i++) {
    const error = Math.abs(actual[i]! - sum[i]!);
    if (!(error <= unit * size[i]! + 1e-30)) {
      expect.fail(`element ${i} of ${sum.length}: got ${actual[i]}, exactly ${sum[i]}, error ${error}`);
    }
  }
}

/** The two hold the same bytes. */
export function expectSameBits(actual: Float32Array, expected: Float32Array): void {
  const [a, b] = [actual, expected].map((x) => new Uint32Array(x.buffer, x.byteOffset, x.length));
  expect(a!.findIndex((bits, i) => bits !== b![i])).toBe(-1);
}
