import { describe, expect, it } from 'vitest';
import { resampleSound } from '../../../src/data/sound/resample';
import { ArgumentError } from '../../../src/errors';

const tone = (rate: number, hertz: number, seconds = 0.25): Float32Array =>
  Float32Array.from({ length: rate * seconds }, (_, i) => Math.sin((2 * Math.PI * hertz * i) / rate));

/** Largest sample away from both ends. */
const largest = (samples: Float32Array): number =>
  samples.slice(200, -200).reduce((most, value) => Math.max(most, Math.abs(value)), 0);

describe('resampleSound', () => {
  it.each([
    [44_100, 8000, 1000],
    [8000, 44_100, 3000],
    [48_000, 16_000, 6800],
    [11_025, 8000, 440],
    [8000, 7999, 1234],
  ])('keeps a tone: %i to %i samples a second, %i Hz', (from, to, hertz) => {
    const { rate, samples } = resampleSound({ rate: from, samples: tone(from, hertz) }, to);
    expect(rate).toBe(to);
    expect(samples.length).toBe(Math.ceil((Math.floor(from * 0.25) * to) / from));
    const wanted = tone(to, hertz);
    let most = 0;
    for (let i = 200; i < samples.length - 200; i++) {
      most = Math.max(most, Math.abs(samples[i]! - wanted[i]!));
    }
    expect(most).toBeLessThan(1e-3);
  });

  it.each([4200, 4400, 5000, 9000, 20_000])('folds nothing back: %i Hz is gone at 8 kHz', (hertz) => {
    const { samples } = resampleSound({ rate: 44_100, samples: tone(44_100, hertz) }, 8000);
    expect(largest(samples)).toBeLessThan(1e-3);
  });

  it('keeps what stands still', () => {
    const samples = new Float32Array(4000).fill(0.25);
    const out = resampleSound({ rate: 44_100, samples }, 8000).samples.slice(100, -100);
    expect(out.every((value) => Math.abs(value - 0.25) < 1e-4)).toBe(true);
  });

  it('changes nothing at the same rate', () => {
    const sound = { rate: 8000, samples: tone(8000, 100) };
    expect(resampleSound(sound, 8000)).toBe(sound);
  });

  it('refuses rates that are none', () => {
    const sound = { rate: 8000, samples: tone(8000, 100) };
    expect(() => resampleSound(sound, 0)).toThrow(ArgumentError);
    expect(() => resampleSound(sound, 8000.5)).toThrow(/whole numbers, got 8000 to 8000.5/);
    expect(() => resampleSound({ ...sound, rate: Number.NaN }, 8000)).toThrow(/got NaN to 8000/);
  });
});
