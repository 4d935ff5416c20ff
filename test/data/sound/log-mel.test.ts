import { describe, expect, it } from 'vitest';
import { type LogMelOptions, logMel, soundMeaning } from '../../../src/data/sound/log-mel';
import { ArgumentError } from '../../../src/errors';
import reference from './mel-reference.json';

/** The signal of mel_reference.py. */
function signal(rate: number, seconds: number): Float32Array {
  const count = Math.trunc(rate * seconds);
  return Float32Array.from({ length: count }, (_, i) => {
    const t = i / rate;
    const sweep = 0.5 * Math.sin(2 * Math.PI * (200 * t + 900 * t * t));
    const tone = 0.05 * Math.sin(2 * Math.PI * 3100 * t);
    return sweep + tone + (i === Math.floor(count / 3) ? 0.8 : 0);
  });
}

const tone = (rate: number, seconds: number, hertz: number, gain = 0.5): Float32Array =>
  Float32Array.from(
    { length: Math.round(rate * seconds) },
    (_, i) => gain * Math.sin((2 * Math.PI * hertz * i) / rate),
  );

const features = (options: LogMelOptions, rate: number, samples: Float32Array): Float32Array =>
  logMel(soundMeaning(options))({ rate, samples });

/** Frames in which anything is heard. */
const heard = (values: Float32Array, mels = 32): number[] =>
  Array.from({ length: values.length / mels }, (_, frame) => frame).filter((frame) =>
    values.subarray(frame * mels, (frame + 1) * mels).some((value) => value > -1),
  );

describe('log-mel spectrograms', () => {
  it.each(reference)('are those that NumPy computes: $options', ({ options, values }) => {
    const got = features(options, options.rate, signal(options.rate, 0.45));
    expect(got.length).toBe(options.frames * options.mels);
    got.forEach((value, i) => {
      expect(Math.abs(value - values[i]!), `value ${i}`).toBeLessThan(2e-4);
    });
    // Neither all floor nor all alike.
    expect(values.filter((value) => value > -1).length).toBeGreaterThan(values.length / 4);
  });

  it('have the peak of a tone in the band of its pitch, at 1', () => {
    const values = features({}, 8000, tone(8000, 0.7, 1000));
    const middle = values.subarray(16 * 32, 17 * 32);
    const best = middle.indexOf(Math.max(...middle));
    const mel = (hertz: number) => 1127 * Math.log(1 + hertz / 700);
    const expected = ((mel(1000) - mel(60)) / (mel(4000) - mel(60))) * 33 - 1;
    expect(Math.abs(best - expected)).toBeLessThan(0.75);
    expect(Math.max(...values)).toBe(1);
    expect(Math.min(...values)).toBe(-1);
  });

  it('do not tell how loud a sound is', () => {
    const loud = features({}, 8000, tone(8000, 0.5, 700, 0.9));
    const quiet = features({}, 8000, tone(8000, 0.5, 700, 0.009));
    loud.forEach((value, i) => {
      expect(Math.abs(value - quiet[i]!)).toBeLessThan(1e-4);
    });
  });

  it('have a short sound in the middle, and silence around it', () => {
    const values = features({}, 8000, tone(8000, 0.2, 500));
    const frames = heard(values);
    expect(frames.length).toBeGreaterThan(8);
    expect(frames.length).toBeLessThan(14);
    expect(Math.abs((frames[0]! + frames.at(-1)!) / 2 - 15.5)).toBeLessThan(0.6);
  });

  it('have the loudest stretch of a long sound', () => {
    const samples = new Float32Array(8000 * 3);
    samples.set(tone(8000, 0.3, 500, 0.01), 2000);
    samples.set(tone(8000, 0.6, 500), 15_000);
    const values = features({}, 8000, samples);
    expect(heard(values).length).toBeGreaterThan(28);
  });

  it('are the same for 44.1 kHz as for 8 kHz', () => {
    const low = features({}, 8000, tone(8000, 0.5, 900));
    const high = features({}, 44_100, tone(44_100, 0.5, 900));
    let most = 0;
    // Away from the ends, where the cut of the tone is heard.
    for (let frame = 6; frame < 26; frame++) {
      for (let mel = 0; mel < 32; mel++) {
        const at = frame * 32 + mel;
        if (low[at]! > -0.5) most = Math.max(most, Math.abs(low[at]! - high[at]!));
      }
    }
    expect(most).toBeLessThan(0.02);
  });

  it('are −1 for silence', () => {
    expect(features({}, 8000, new Float32Array(100)).every((value) => value === -1)).toBe(true);
  });

  it('need bands that hold a frequency, and numbers in their range', () => {
    expect(() => soundMeaning({ mels: 200 })).toThrow(ArgumentError);
    expect(() => soundMeaning({ mels: 200 })).toThrow(/got none in band \d+ of 200 .*take fewer mels/);
    expect(() => soundMeaning({ frames: 0 })).toThrow(/frames must be an integer of at least 1, got 0/);
    expect(() => soundMeaning({ high: 4001 })).toThrow(/high must be a number in \[0, 4000\], got 4001/);
    expect(() => soundMeaning({ low: 5000 })).toThrow(/low/);
    expect(() => soundMeaning({ rate: Number.NaN })).toThrow(/rate/);
  });
});
