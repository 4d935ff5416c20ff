import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { Latent, type LatentDistribution, latentsOf } from '../../src/latent/latent';

const normal = (...values: number[]) => new Latent(Float32Array.from(values));
const length = ({ values }: Latent) => Math.hypot(...values);

describe('latentsOf', () => {
  it.each(['normal', 'uniform'] as const)(
    'gives the first of any count the same latent: %s',
    (distribution) => {
      const many = latentsOf(7, 70, 5, distribution);
      expect(many).toHaveLength(70);
      for (const count of [1, 3, 64, 65])
        expect(latentsOf(7, count, 5, distribution)).toEqual(many.slice(0, count));
      expect(new Set(many.map(({ values }) => values.join())).size).toBe(70);
      expect(many[0]!.distribution).toBe(distribution);
    },
  );

  it('draws from the distribution that it names', () => {
    const moments = (distribution: LatentDistribution) => {
      const values = latentsOf(1, 100, 100, distribution).flatMap((latent) => [...latent.values]);
      const mean = values.reduce((sum, value) => sum + value) / values.length;
      const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
      return { mean, variance, smallest: Math.min(...values), largest: Math.max(...values) };
    };
    const gaussian = moments('normal');
    expect(Math.abs(gaussian.mean)).toBeLessThan(0.04);
    expect(Math.abs(gaussian.variance - 1)).toBeLessThan(0.05);
    expect(gaussian.largest).toBeGreaterThan(3);
    const flat = moments('uniform');
    expect(Math.abs(flat.mean)).toBeLessThan(0.03);
    expect(Math.abs(flat.variance - 1 / 3)).toBeLessThan(0.02);
    expect(flat.smallest).toBeGreaterThanOrEqual(-1);
    expect(flat.largest).toBeLessThan(1);
  });

  it('refuses numbers out of range', () => {
    expect(() => latentsOf(-1, 1, 4)).toThrow(/^latent: seed must be an integer of at least 0, got -1$/);
    expect(() => latentsOf(1.5, 1, 4)).toThrow(ArgumentError);
    expect(() => latentsOf(1, 0, 4)).toThrow(/count must be an integer of at least 1, got 0/);
    expect(() => latentsOf(1, 1, 4, 'cauchy' as LatentDistribution)).toThrow(
      /distribution must be normal or uniform, got cauchy/,
    );
  });
});

describe('a latent', () => {
  const [one, other] = latentsOf(3, 2, 512) as [Latent, Latent];

  it('is mixed in a straight line, halfway shorter by √½', () => {
    expect(normal(1, 2).mix(normal(3, -2), 0.25).values).toEqual(Float32Array.of(1.5, 1));
    expect(one.mix(other, 0)).toEqual(one);
    expect(one.mix(other, 1)).toEqual(other);
    const ratio = length(one.mix(other, 0.5)) / length(one);
    expect(Math.abs(ratio - Math.SQRT1_2)).toBeLessThan(0.05);
  });

  it('keeps its length on the arc to another', () => {
    const half = normal(1, 0).slerp(normal(0, 1), 0.5);
    for (const value of half.values) expect(Math.abs(value - Math.SQRT1_2)).toBeLessThan(1e-6);
    const third = normal(2, 0).slerp(normal(0, 2), 1 / 3);
    expect(Math.abs(third.values[0]! - 2 * Math.cos(Math.PI / 6))).toBeLessThan(1e-6);
    expect(Math.abs(third.values[1]! - 1)).toBeLessThan(1e-6);
    for (const t of [0.2, 0.5, 0.8]) {
      const between = length(one) * (1 - t) + length(other) * t;
      expect(Math.abs(length(one.slerp(other, t)) / between - 1)).toBeLessThan(0.02);
    }
    expect(one.slerp(other, 0)).toEqual(one);
    expect(one.slerp(other, 1)).toEqual(other);
  });

  it('goes straight where there is no one arc', () => {
    expect(normal(1, 0).slerp(normal(3, 0), 0.5).values).toEqual(Float32Array.of(2, 0));
    expect(normal(1, 0).slerp(normal(-1, 0), 0.25).values).toEqual(Float32Array.of(0.5, 0));
    expect(normal(0, 0).slerp(normal(0, 4), 0.5).values).toEqual(Float32Array.of(0, 2));
  });

  it('goes towards another along the arc if it is normal, straight if it is uniform', () => {
    expect(one.towards(other, 0.3)).toEqual(one.slerp(other, 0.3));
    expect(one.towards(other, 0.3, 'linear')).toEqual(one.mix(other, 0.3));
    const [a, b] = latentsOf(3, 2, 8, 'uniform') as [Latent, Latent];
    expect(a.towards(b, 0.3)).toEqual(a.mix(b, 0.3));
    expect(a.towards(b, 0.3, 'spherical')).toEqual(a.slerp(b, 0.3));
    expect(a.towards(b, 0.3).distribution).toBe('uniform');
  });

  it('is truncated towards the mean and moved along a direction', () => {
    expect(normal(1, -2).truncate(0.5).values).toEqual(Float32Array.of(0.5, -1));
    expect(
      normal(1, -2)
        .truncate(0)
        .values.every((value) => value === 0),
    ).toBe(true);
    expect(normal(1, -2).move({ values: [0, 1] }, 3).values).toEqual(Float32Array.of(1, 1));
    expect(normal(1, -2).move(normal(2, 2), -0.5).values).toEqual(Float32Array.of(0, -3));
  });

  it('stays as it is', () => {
    const latent = normal(1, 2);
    latent.mix(normal(5, 5), 0.5);
    latent.slerp(normal(5, 6), 0.5);
    latent.truncate(0.1);
    latent.move(normal(1, 1), 2);
    expect(latent).toEqual(normal(1, 2));
  });

  it('refuses another length and what is no number', () => {
    expect(() => normal(1).mix(normal(1, 2), 0.5)).toThrow(ShapeError);
    expect(() => normal(1).slerp(normal(1, 2), 0.5)).toThrow(/latents must have one length, got 1 and 2/);
    expect(() => normal(1).move({ values: [1, 2] }, 1)).toThrow(ShapeError);
    expect(() => normal(1).mix(normal(2), Number.NaN)).toThrow(/^mix: t must be a number/);
    expect(() => normal(1).truncate(Number.POSITIVE_INFINITY)).toThrow(ArgumentError);
  });
});
