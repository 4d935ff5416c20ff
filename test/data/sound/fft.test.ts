import { describe, expect, it } from 'vitest';
import { Draws } from '../../../src/data/draws';
import { powerSpectrum } from '../../../src/data/sound/fft';
import { ArgumentError } from '../../../src/errors';

describe('powerSpectrum', () => {
  it.each([2, 4, 8, 64, 256])('of %i numbers is the sum that defines it', (size) => {
    const draws = new Draws(5, size);
    const input = Float64Array.from({ length: size }, () => draws.normal());
    const powers = new Float64Array(size / 2 + 1);
    powerSpectrum(size)(input, powers);
    for (let k = 0; k <= size / 2; k++) {
      let re = 0;
      let im = 0;
      input.forEach((value, n) => {
        re += value * Math.cos((2 * Math.PI * k * n) / size);
        im += value * Math.sin((2 * Math.PI * k * n) / size);
      });
      expect(Math.abs(powers[k]! - (re * re + im * im))).toBeLessThan(1e-9 * size * size);
    }
  });

  it('can be asked again', () => {
    const spectrum = powerSpectrum(8);
    const first = new Float64Array(5);
    spectrum([1, 2, 3, 4, 5, 6, 7, 8], first);
    const again = new Float64Array(5);
    spectrum([0, 0, 0, 0, 0, 0, 0, 0], again);
    expect([...again]).toEqual([0, 0, 0, 0, 0]);
    spectrum([1, 2, 3, 4, 5, 6, 7, 8], again);
    expect(again).toEqual(first);
  });

  it('refuses other sizes', () => {
    for (const size of [0, 1, 3, 96, 2.5]) expect(() => powerSpectrum(size)).toThrow(ArgumentError);
  });
});
