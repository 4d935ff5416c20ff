import { ArgumentError } from '../../errors';
import type { Sound } from '../../formats/wav';
import { requireInteger, requireNumber } from '../../util/require';
import { powerSpectrum } from './fft';
import { resampleSound } from './resample';

/** How a sound becomes a picture of its spectrum over time. */
export interface LogMelOptions {
  /** Samples a second to which sounds are brought first; default 8 000. */
  readonly rate?: number;
  /** Number of spectra, hop after hop; default 32. */
  readonly frames?: number;
  /** Bands of each spectrum; default 32. */
  readonly mels?: number;
  /** Samples that a spectrum is taken of; default 32 ms. */
  readonly window?: number;
  /** Samples from one spectrum to the next; default 20 ms. */
  readonly hop?: number;
  /** Lower end of the lowest band in Hz; default 60. */
  readonly low?: number;
  /** Upper end of the highest band in Hz, at most half the rate; default half the rate. */
  readonly high?: number;
  /** Decibels below the loudest band that are told apart; default 60. */
  readonly range?: number;
}

/** All of it, with the defaults filled in: what a `sound` column means, and is kept in a checkpoint. */
export type SoundMeaning = Required<LogMelOptions> & { readonly kind: 'sound' };

/** Below this power nothing is heard: 2⁻³⁰ of full scale. */
const SILENCE = 2 ** -60;
const MAX_SIDE = 4096;

/** @throws {ArgumentError} if a number is out of range, or if a band is so narrow that no frequency falls into it. */
export function soundMeaning(options: LogMelOptions = {}): SoundMeaning {
  const { rate = 8000, frames = 32, mels = 32, low = 60, high = rate / 2, range = 60 } = options;
  const { window = Math.round(rate * 0.032), hop = Math.round(rate * 0.02) } = options;
  for (const [name, value, limit] of [
    ['rate', rate, 1_000_000],
    ['frames', frames, MAX_SIDE],
    ['mels', mels, MAX_SIDE],
    ['window', window, 2 ** 20],
    ['hop', hop, 2 ** 20],
  ] as const) {
    requireInteger('soundMeaning', name, value);
    requireNumber('soundMeaning', name, value, 1, limit);
  }
  requireInteger('soundMeaning', 'window', window, 2);
  requireNumber('soundMeaning', 'high', high, 0, rate / 2);
  requireNumber('soundMeaning', 'low', low, 0, high);
  requireNumber('soundMeaning', 'range', range, 1, 200);
  const meaning: SoundMeaning = { kind: 'sound', rate, frames, mels, window, hop, low, high, range };
  const empty = melBands(meaning).findIndex(({ weights }) => weights.length === 0);
  if (empty >= 0) {
    throw new ArgumentError(
      `soundMeaning: each of the mels must hold a frequency of the window's spectrum, got none in band ${empty} of ${mels} with a window of ${window} samples at ${rate} Hz; take fewer mels or a longer window`,
    );
  }
  return meaning;
}

const toMel = (hertz: number): number => 2595 * Math.log10(1 + hertz / 700);
const toHertz = (mel: number): number => 700 * (10 ** (mel / 2595) - 1);

/** A triangle over the bins of a spectrum. */
interface Band {
  readonly first: number;
  readonly weights: readonly number[];
}

const fftSize = (window: number): number => 2 ** Math.ceil(Math.log2(window));

/** Triangles of height 1, their corners evenly spaced in mel. */
function melBands({ rate, mels, window, low, high }: SoundMeaning): Band[] {
  const size = fftSize(window);
  const corners = Array.from({ length: mels + 2 }, (_, i) =>
    toHertz(toMel(low) + ((toMel(high) - toMel(low)) * i) / (mels + 1)),
  );
  return Array.from({ length: mels }, (_, band) => {
    const [from, peak, to] = corners.slice(band, band + 3) as [number, number, number];
    const weights: number[] = [];
    let first = 0;
    for (let bin = 0; bin <= size / 2; bin++) {
      const hertz = (bin * rate) / size;
      const weight = Math.min((hertz - from) / (peak - from), (to - hertz) / (to - peak));
      if (!(weight > 0)) continue;
      if (weights.length === 0) first = bin;
      weights.push(weight);
    }
    return { first, weights };
  });
}

/** `length` samples: the loudest stretch (in steps of a hop) of a longer sound, a shorter one amid silence. */
function toLength(samples: Float32Array, length: number, hop: number): Float32Array {
  const out = new Float32Array(length);
  if (samples.length <= length) {
    out.set(samples, Math.floor((length - samples.length) / 2));
    return out;
  }
  let sum = 0;
  for (let i = 0; i < length; i++) sum += samples[i]! ** 2;
  let best = 0;
  let most = sum;
  // From one start to the next only the two ends differ.
  for (let from = hop; from + length <= samples.length; from += hop) {
    for (let i = from - hop; i < from; i++) sum += samples[i + length]! ** 2 - samples[i]! ** 2;
    if (sum <= most) continue;
    most = sum;
    best = from;
  }
  out.set(samples.subarray(best, best + length));
  return out;
}

/**
 * Log-mel spectrograms of one kind. A sound is resampled to `rate`; its spectra are taken under a periodic Hann
 * window, the powers summed in bands that are triangles evenly spaced on the HTK mel scale, `2595 log₁₀(1 + f / 700)`,
 * each of height 1; and the decibels from `range` below the loudest band up to it become −1 … 1. So loudness does not
 * matter, and silence is −1. A sound longer than the frames is cropped to its loudest stretch; a shorter one stands in
 * the middle.
 *
 * @returns A function from a sound to `frames × mels` values, time first.
 * @see Young et al. 2002, The HTK Book, section 5.4
 */
export function logMel(meaning: SoundMeaning): (sound: Sound) => Float32Array {
  const { rate, frames, mels, window, hop, range } = meaning;
  const bands = melBands(meaning);
  const size = fftSize(window);
  const spectrum = powerSpectrum(size);
  const hann = Float64Array.from(
    { length: window },
    (_, i) => 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / window),
  );
  const part = new Float64Array(size);
  const powers = new Float64Array(size / 2 + 1);

  return (sound) => {
    const samples = toLength(resampleSound(sound, rate).samples, (frames - 1) * hop + window, hop);
    const decibels = new Float64Array(frames * mels);
    let peak = Number.NEGATIVE_INFINITY;
    for (let frame = 0; frame < frames; frame++) {
      for (let i = 0; i < window; i++) part[i] = samples[frame * hop + i]! * hann[i]!;
      spectrum(part, powers);
      bands.forEach(({ first, weights }, band) => {
        let power = SILENCE;
        for (let i = 0; i < weights.length; i++) power += weights[i]! * powers[first + i]!;
        const level = 10 * Math.log10(power);
        decibels[frame * mels + band] = level;
        peak = Math.max(peak, level);
      });
    }
    const silent = 10 * Math.log10(SILENCE) + 1;
    if (peak < silent) return new Float32Array(frames * mels).fill(-1);
    return Float32Array.from(decibels, (level) => 1 + (2 * Math.max(level - peak, -range)) / range);
  };
}
