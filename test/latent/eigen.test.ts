import { describe, expect, it } from 'vitest';
import { symmetricEigen } from '../../src/latent/eigen';
import { philoxNormal } from '../../src/util/philox';

/** A symmetric matrix of random numbers. */
function random(n: number, seed: number): Float64Array {
  const half = philoxNormal(n * n, { seed, draw: 0 });
  return Float64Array.from({ length: n * n }, (_, i) => half[i]! + half[(i % n) * n + Math.floor(i / n)]!);
}

/** Largest of |M v − λ v| over all pairs, and of |v · w − (v = w)|. */
function errors(matrix: Float64Array, n: number): { equation: number; orthonormality: number } {
  const { values, vectors } = symmetricEigen(Float64Array.from(matrix), n);
  let [equation, orthonormality] = [0, 0];
  for (const [k, vector] of vectors.entries()) {
    for (let i = 0; i < n; i++) {
      const image = vector.reduce((sum, value, j) => sum + matrix[i * n + j]! * value, 0);
      equation = Math.max(equation, Math.abs(image - values[k]! * vector[i]!));
    }
    for (const [l, other] of vectors.entries()) {
      const dot = vector.reduce((sum, value, i) => sum + value * other[i]!, 0);
      orthonormality = Math.max(orthonormality, Math.abs(dot - (k === l ? 1 : 0)));
    }
  }
  expect([...values]).toEqual([...values].sort((a, b) => b - a));
  return { equation, orthonormality };
}

describe('symmetricEigen', () => {
  it('knows a matrix of two by heart', () => {
    const { values, vectors } = symmetricEigen(Float64Array.of(2, 1, 1, 2), 2);
    for (const [k, wanted] of [3, 1].entries()) expect(Math.abs(values[k]! - wanted)).toBeLessThan(1e-14);
    for (const value of vectors[0]!) expect(Math.abs(value - Math.SQRT1_2)).toBeLessThan(1e-14);
  });

  it('finds the frequencies of a chain: 2 − 2 cos(πk / (n + 1))', () => {
    const n = 12;
    const chain = Float64Array.from({ length: n * n }, (_, i) => {
      const apart = Math.abs(Math.floor(i / n) - (i % n));
      return apart === 0 ? 2 : apart === 1 ? -1 : 0;
    });
    const { values } = symmetricEigen(chain, n);
    for (const [k, value] of values.entries())
      expect(Math.abs(value - (2 - 2 * Math.cos((Math.PI * (n - k)) / (n + 1))))).toBeLessThan(1e-13);
  });

  it.each([1, 2, 3, 4, 7, 33, 100])('solves its equation for a random matrix of %i', (n) => {
    const { equation, orthonormality } = errors(random(n, n), n);
    expect(equation).toBeLessThan(1e-12 * Math.max(4, n));
    expect(orthonormality).toBeLessThan(1e-12);
  });

  it('takes diagonal, zero, equal and low-rank matrices', () => {
    const n = 6;
    const diagonal = new Float64Array(n * n);
    for (let i = 0; i < n; i++) diagonal[i * n + i] = i - 2;
    expect([...symmetricEigen(Float64Array.from(diagonal), n).values]).toEqual([3, 2, 1, 0, -1, -2]);
    expect([...symmetricEigen(new Float64Array(n * n), n).values]).toEqual([0, 0, 0, 0, 0, 0]);
    const ones = new Float64Array(n * n).fill(1);
    const { values, vectors } = symmetricEigen(Float64Array.from(ones), n);
    expect(Math.abs(values[0]! - n)).toBeLessThan(1e-13);
    for (const value of values.subarray(1)) expect(Math.abs(value)).toBeLessThan(1e-13);
    for (const value of vectors[0]!) expect(Math.abs(value - 1 / Math.sqrt(n))).toBeLessThan(1e-13);
    for (const matrix of [diagonal, ones]) expect(errors(matrix, n).orthonormality).toBeLessThan(1e-12);
  });

  it('makes the largest component of each vector positive', () => {
    for (const vector of symmetricEigen(random(9, 2), 9).vectors) {
      const peak = [...vector].sort((a, b) => Math.abs(b) - Math.abs(a))[0]!;
      expect(peak).toBeGreaterThan(0);
    }
  });
});
