import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { type InitializerConfig, initializer } from '../../src/layers/initializers';

function moments(values: Float32Array) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, variance, largest: values.reduce((most, value) => Math.max(most, Math.abs(value)), 0) };
}

const SHAPE = [4, 4, 60, 40];
const FIELD = 16;

describe('initializer', () => {
  it('fills with constants', () => {
    expect([...initializer('zeros')([2, 2], 1)]).toEqual([0, 0, 0, 0]);
    expect([...initializer('ones')([3], 1)]).toEqual([1, 1, 1]);
    expect([...initializer({ kind: 'constant', value: 2.5 })([2], 1)]).toEqual([2.5, 2.5]);
  });

  it.each<[InitializerConfig, number]>([
    [{ kind: 'normal', std: 0.02 }, 0.0004],
    [{ kind: 'normal' }, 1],
    // A normal cut at two standard deviations keeps 0.7737 of its variance.
    [{ kind: 'truncatedNormal', std: 0.5 }, 0.25 * 0.7737],
    [{ kind: 'uniform', minimum: -0.3, maximum: 0.3 }, 0.09 / 3],
    ['glorotUniform', 2 / (FIELD * 100)],
    ['glorotNormal', 2 / (FIELD * 100)],
    ['heUniform', 2 / (FIELD * 60)],
    ['heNormal', 2 / (FIELD * 60)],
    ['lecunUniform', 1 / (FIELD * 60)],
    ['lecunNormal', 1 / (FIELD * 60)],
  ])('%j has mean 0 and variance %d', (config, variance) => {
    const found = moments(initializer(config)(SHAPE, 3));
    expect(Math.abs(found.mean)).toBeLessThan(0.015 * Math.sqrt(variance));
    expect(Math.abs(found.variance / variance - 1)).toBeLessThan(0.03);
    const name = typeof config === 'string' ? config : config.kind;
    if (/niform/.test(name)) expect(found.largest).toBeLessThanOrEqual(Math.sqrt(3 * variance) * (1 + 1e-6));
  });

  it('cuts a truncated normal at two standard deviations, and shifts by the mean', () => {
    const values = initializer({ kind: 'truncatedNormal', mean: 3, std: 0.1 })([20_000], 5);
    expect(Math.max(...values)).toBeLessThanOrEqual(3.2 + 1e-6);
    expect(Math.min(...values)).toBeGreaterThanOrEqual(2.8 - 1e-6);
    expect(Math.max(...values)).toBeGreaterThan(3.19);
  });

  it.each([[[5, 3]], [[3, 5]], [[2, 2, 3, 6]]])('makes %j orthogonal', (shape) => {
    const columns = shape[shape.length - 1]!;
    const values = initializer({ kind: 'orthogonal', gain: 2 })(shape, 1);
    const rows = values.length / columns;
    const byColumn = rows > columns;
    const at = (k: number, i: number) => values[byColumn ? i * columns + k : k * columns + i]!;
    const count = Math.min(rows, columns);
    for (let a = 0; a < count; a++) {
      for (let b = 0; b < count; b++) {
        let dot = 0;
        for (let i = 0; i < Math.max(rows, columns); i++) dot += at(a, i) * at(b, i);
        expect(Math.abs(dot - (a === b ? 4 : 0))).toBeLessThan(1e-5);
      }
    }
  });

  it('repeats itself for a seed and differs between seeds', () => {
    const make = initializer('heNormal');
    expect(make([50, 5], 7)).toEqual(make([50, 5], 7));
    expect(make([50, 5], 7)).not.toEqual(make([50, 5], 8));
  });

  it('names the nearest to an unknown name', () => {
    expect(() => initializer('glorotNornal' as 'zeros')).toThrow(ArgumentError);
    expect(() => initializer('glorotNornal' as 'zeros')).toThrow(
      /got glorotNornal; nearest are glorotNormal/,
    );
    expect(() => initializer(JSON.parse('{ "kind": "nrmal" }'))).toThrow(/got nrmal; nearest are normal/);
    expect(() => initializer('toString' as 'zeros')).toThrow(/got toString/);
  });
});
