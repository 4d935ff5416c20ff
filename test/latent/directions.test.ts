import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { factorDirections, principalDirections } from '../../src/latent/directions';
import { latentsOf } from '../../src/latent/latent';
import { philoxNormal } from '../../src/util/philox';

const [SIZE, OUTPUTS] = [6, 40];
/** How much a map stretches each axis of the latent. */
const STRETCH = [1, 5, 0.5, 3, 0.1, 2];
const BY_STRETCH = [1, 3, 5, 0, 2, 4];

/** `[OUTPUTS, SIZE]`: columns that are nearly at right angles, each as long as its stretch. */
const weights = (() => {
  const numbers = philoxNormal(OUTPUTS * SIZE, { seed: 4, draw: 0 });
  const columns = STRETCH.map((stretch, column) => {
    const own = Array.from({ length: OUTPUTS }, (_, row) =>
      row % SIZE === column ? numbers[row * SIZE]! : 0,
    );
    const length = Math.hypot(...own);
    return own.map((value) => (value * stretch) / length);
  });
  return Float32Array.from({ length: OUTPUTS * SIZE }, (_, i) => columns[i % SIZE]![Math.floor(i / SIZE)]!);
})();

/** What `A` makes of latents, curved if asked for, with an offset that must not matter. */
function featuresOf(latents: ReturnType<typeof latentsOf>, curve = (value: number) => value): Float32Array {
  return Float32Array.from(
    latents.flatMap(({ values }) =>
      Array.from({ length: OUTPUTS }, (_, row) => {
        const sum = values.reduce((all, value, i) => all + value * weights[row * SIZE + i]!, 0);
        return 10 + curve(sum);
      }),
    ),
  );
}

const total = STRETCH.reduce((sum, value) => sum + value ** 2, 0);

describe('factorDirections', () => {
  it('finds the axes that a map stretches most, with their shares', () => {
    const directions = factorDirections(weights, SIZE, SIZE);
    for (const [k, axis] of BY_STRETCH.entries()) {
      const { values, share } = directions[k]!;
      for (const [i, value] of values.entries())
        expect(Math.abs(value - (i === axis ? 1 : 0))).toBeLessThan(1e-6);
      expect(Math.abs(share - STRETCH[axis]! ** 2 / total)).toBeLessThan(1e-6);
    }
    expect(factorDirections(weights, SIZE, 2)).toEqual(directions.slice(0, 2));
  });

  it('refuses more directions than there are, and weights that are no rows', () => {
    expect(() => factorDirections(weights, SIZE, 7)).toThrow(
      /count must be at most the 6 numbers of a latent, got 7/,
    );
    expect(() => factorDirections(weights, SIZE, 0)).toThrow(ArgumentError);
    expect(() => factorDirections(weights, 7, 2)).toThrow(
      /weights must be rows of 7 numbers, got 240 in all/,
    );
    expect(() => factorDirections(new Float32Array(0), SIZE, 2)).toThrow(ShapeError);
  });
});

describe('principalDirections', () => {
  const latents = latentsOf(1, 4000, SIZE);

  it.each([
    ['straight', (value: number) => value],
    ['curved', (value: number) => Math.tanh(value / 4)],
  ])('finds the latents behind the largest components: %s', (_name, curve) => {
    const directions = principalDirections(featuresOf(latents, curve), latents, 4);
    expect(directions).toHaveLength(4);
    for (const [k, { values, share }] of directions.entries()) {
      const axis = BY_STRETCH[k]!;
      expect(values[axis], `direction ${k}`).toBeGreaterThan(0.98);
      expect(Math.abs(Math.hypot(...values) - 1)).toBeLessThan(1e-6);
      if (_name === 'straight') expect(Math.abs(share - STRETCH[axis]! ** 2 / total)).toBeLessThan(0.03);
    }
  });

  it('gives the same for the same, and no more than there are components', () => {
    const few = latentsOf(2, 3, SIZE);
    const features = featuresOf(few);
    const found = principalDirections(features, few, 5);
    expect(found).toHaveLength(2);
    expect(principalDirections(features, few, 5)).toEqual(found);
    expect(Math.abs(found.reduce((sum, { share }) => sum + share, 0) - 1)).toBeLessThan(1e-6);
  });

  it('finds nothing in features that never change', () => {
    const few = latentsOf(2, 8, SIZE);
    for (const { share, values } of principalDirections(new Float32Array(8 * 3).fill(2), few, 2)) {
      expect(share).toBe(0);
      expect([...values].every(Number.isFinite)).toBe(true);
    }
  });

  it('refuses features that are no rows of latents', () => {
    expect(() => principalDirections(new Float32Array(7), latents.slice(0, 3), 2)).toThrow(
      /features must be a row for each of two or more latents, got 7 numbers for 3/,
    );
    expect(() => principalDirections(new Float32Array(0), latents.slice(0, 3), 2)).toThrow(ShapeError);
    expect(() => principalDirections(new Float32Array(3), latents.slice(0, 1), 2)).toThrow(ShapeError);
    expect(() => principalDirections(new Float32Array(9), latents.slice(0, 3), 7)).toThrow(/at most the 6/);
  });
});
