import { describe, expect, it } from 'vitest';
import { BUILT_IN_DATA, builtInData } from '../../src/data/built-in';
import { GRID25_MODES, grid25, RING8_MODES, ring8, swissRoll } from '../../src/data/toy';
import { ArgumentError } from '../../src/errors';
import { modeCoverage } from '../../src/metrics/modes';

const first = (count: number) => Array.from({ length: count }, (_, i) => i);

describe.each([
  ['ring8', ring8, RING8_MODES],
  ['grid25', grid25, GRID25_MODES],
] as const)('%s', (_, make, modes) => {
  const { x, label } = make({ seed: 5 }).read(first(5000));

  it('spreads evenly over its modes, which the labels name', () => {
    const expected = 5000 / modes.centers.length;
    const counts = modes.centers.map(() => 0);
    for (const mode of label.data) counts[mode]!++;
    for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
  });

  it('has the standard deviation it should, about the centre it should', () => {
    for (const axis of [0, 1] as const) {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < 5000; i++) {
        const offset = (x.data[2 * i + axis]! - modes.centers[label.data[i]!]![axis]) / modes.sigma;
        sum += offset;
        squares += offset * offset;
      }
      expect(Math.abs(sum / 5000)).toBeLessThan(0.06);
      expect(Math.abs(squares / 5000 - 1)).toBeLessThan(0.08);
    }
  });

  it('covers all modes; 98.9 % lie within 3 σ, as in any plane Gaussian', () => {
    const { covered, highQuality } = modeCoverage(x.data, modes);
    expect(covered).toBe(modes.centers.length);
    expect(Math.abs(highQuality - (1 - Math.exp(-4.5)))).toBeLessThan(0.006);
  });

  it('is a function of seed and index', () => {
    const again = make({ seed: 5 }).read([4999, 17]);
    expect([...again.x.data]).toEqual([...x.data.slice(2 * 4999), ...x.data.slice(34, 36)]);
    expect(make({ seed: 6 }).read([17]).x.data).not.toEqual(again.x.data.slice(2));
  });
});

describe('swissRoll', () => {
  it('lies along its spiral', () => {
    const { x } = swissRoll({ seed: 1 }).read(first(4000));
    let squares = 0;
    let [low, high] = [Number.POSITIVE_INFINITY, 0];
    for (let i = 0; i < 4000; i++) {
      const radius = 7.5 * Math.hypot(x.data[2 * i]!, x.data[2 * i + 1]!);
      low = Math.min(low, radius);
      high = Math.max(high, radius);
      // Turns before this point of the spiral are whole: compare angle and radius.
      const angle = Math.atan2(x.data[2 * i + 1]!, x.data[2 * i]!);
      const off = (radius - angle) / (2 * Math.PI);
      squares += ((off - Math.round(off)) * 2 * Math.PI) ** 2;
    }
    expect(Math.abs(Math.sqrt(squares / 4000) - 0.25)).toBeLessThan(0.02);
    expect(low).toBeGreaterThan(1.5 * Math.PI - 1.2);
    expect(high).toBeLessThan(4.5 * Math.PI + 1.2);
    expect(high - low).toBeGreaterThan(2.9 * Math.PI);
  });
});

describe('builtInData', () => {
  it('knows each name it tells of', () => {
    expect(BUILT_IN_DATA).toEqual([
      'faces',
      'portraits',
      'face-edges',
      'maze',
      'ring8',
      'grid25',
      'swiss-roll',
    ]);
    for (const name of BUILT_IN_DATA)
      expect(builtInData(name, { count: 3 })).toMatchObject({ name, size: 3 });
  });

  it.each(['face', 'constructor'])('refuses the unknown name %s', (name) => {
    expect(() => builtInData(name)).toThrow(
      new ArgumentError(`builtInData: name must be ${BUILT_IN_DATA.join(', ')}, got '${name}'`),
    );
  });

  it('refuses a seed or a count out of range', () => {
    expect(() => ring8({ seed: -1 })).toThrow(
      new ArgumentError('ring8: seed must be a whole number ≥ 0, got -1'),
    );
    expect(() => builtInData('faces', { count: 0 })).toThrow(
      new ArgumentError('faces: count must be a whole number ≥ 1, got 0'),
    );
  });
});
