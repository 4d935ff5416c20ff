import { describe, expect, it } from 'vitest';
import { permutation } from '../../src/util/permutation';

describe('permutation', () => {
  it.each([0, 1, 2, 5, 64, 1001])('holds each of %i numbers once', (size) => {
    const order = permutation(size, 3, 4);
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, i) => i));
  });

  it('differs between epochs and seeds and not between calls', () => {
    const order = permutation(100, 1, 0);
    expect(permutation(100, 1, 0)).toEqual(order);
    expect(permutation(100, 1, 1)).not.toEqual(order);
    expect(permutation(100, 2, 0)).not.toEqual(order);
    expect(permutation(100, 2 ** 32 + 1, 0)).not.toEqual(order);
  });

  it('puts every number in every place equally often', () => {
    const size = 5;
    const rounds = 20_000;
    const counts = new Float64Array(size * size);
    for (let epoch = 0; epoch < rounds; epoch++) {
      permutation(size, 9, epoch).forEach((value, place) => {
        counts[place * size + value]! += 1;
      });
    }
    const expected = rounds / size;
    const chiSquare = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    // 16 degrees of freedom: above 6.9 in 97.5 % and below 39.3 in 99.9 % of all draws.
    expect(chiSquare).toBeGreaterThan(4);
    expect(chiSquare).toBeLessThan(39.3);
  });
});
