import { describe, expect, it } from 'vitest';
import { joined, shrunk } from '../../src/latent/shrink';

describe('shrunk', () => {
  it('leaves small images and what is no image as it is', () => {
    const data = Float32Array.from({ length: 2 * 64 * 3 }, (_, i) => i);
    expect(shrunk(data, [2, 1, 64, 3])).toBe(data);
    expect(shrunk(data, [2, 192])).toBe(data);
  });

  it('takes means of blocks, smaller ones at the far sides', () => {
    // Two images of 3×129×2: blocks of 3, the last row of blocks whole, 43 columns.
    const [height, width, channels] = [3, 129, 2];
    const data = Float32Array.from({ length: 2 * height * width * channels }, (_, i) => {
      const channel = i % channels;
      const x = Math.floor(i / channels) % width;
      const image = Math.floor(i / (height * width * channels));
      return image * 1000 + (channel === 0 ? x : -1);
    });
    const small = shrunk(data, [2, height, width, channels]);
    expect(small).toHaveLength(2 * 1 * 43 * channels);
    for (let column = 0; column < 43; column++) {
      expect(Math.abs(small[column * 2]! - (3 * column + 1))).toBeLessThan(1e-4);
      expect(Math.abs(small[column * 2 + 1]! - -1)).toBeLessThan(1e-5);
      expect(Math.abs(small[(43 + column) * 2]! - (1000 + 3 * column + 1))).toBeLessThan(1e-2);
    }
    // 65 columns of ones: 32 blocks of two and one of one, all of mean 1.
    const ones = shrunk(new Float32Array(65 * 65).fill(1), [1, 65, 65, 1]);
    expect(ones).toHaveLength(33 * 33);
    for (const value of ones) expect(Math.abs(value - 1)).toBeLessThan(1e-6);
  });
});

describe('joined', () => {
  it('puts lists one after the other', () => {
    expect(joined([Float32Array.of(1, 2), new Float32Array(0), Float32Array.of(3)])).toEqual(
      Float32Array.of(1, 2, 3),
    );
    expect(joined([])).toHaveLength(0);
  });
});
