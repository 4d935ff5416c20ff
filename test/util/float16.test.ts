import { describe, expect, it } from 'vitest';
import { fromFloat16, toFloat16 } from '../../src/util/float16';

const ALL = Uint16Array.from({ length: 2 ** 16 }, (_, half) => half);

/** By the definition of the format. */
function meaning(half: number): number {
  const sign = half >> 15 ? -1 : 1;
  const exponent = (half >> 10) & 31;
  const digits = half & 1023;
  if (exponent === 31) return digits === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (exponent === 0 ? digits * 2 ** -24 : (1024 + digits) * 2 ** (exponent - 25));
}

describe('half precision', () => {
  it('reads every half', () => {
    expect(fromFloat16(ALL)).toEqual(Float32Array.from(ALL, meaning));
    expect(Object.is(fromFloat16([0x8000])[0], -0)).toBe(true);
  });

  it('writes the value of every half as that half', () => {
    const numbers = ALL.filter((half) => !Number.isNaN(meaning(half)));
    expect(toFloat16(fromFloat16(numbers))).toEqual(numbers);
    expect(toFloat16([Number.NaN])[0]! & 0x7e00).toBe(0x7e00);
  });

  it('rounds to the nearest half, and to the even one from between two', () => {
    for (let half = 0; half < 0x7bff; half += 7) {
      const low = meaning(half);
      const high = meaning(half + 1);
      const middle = (low + high) / 2;
      const near = Math.fround(middle + (high - low) / 1024);
      const even = half % 2 === 0 ? half : half + 1;
      expect([...toFloat16([middle, near, -middle, Math.fround(middle - (high - low) / 1024)])]).toEqual([
        even,
        half + 1,
        even | 0x8000,
        half,
      ]);
    }
  });

  it('makes infinity of what is too large, and zero of what is too small', () => {
    const found = toFloat16([65519, 65520, 1e30, -1e30, Number.NEGATIVE_INFINITY, 2 ** -25, -1e-30]);
    expect([...found]).toEqual([0x7bff, 0x7c00, 0x7c00, 0xfc00, 0xfc00, 0, 0x8000]);
  });
});
