import { ArgumentError } from '../../errors';
import type { Sound } from '../../formats/wav';
import { requireNumber } from '../../util/require';

/** Zero crossings of the sinc on either side of a sample: the filter's length. */
const CROSSINGS = 32;
/** The filter's edge as a share of the lower of both Nyquist frequencies, which leaves room for its slope. */
const ROLL_OFF = 0.94;
/** Of the Kaiser window: attenuation of about 90 dB. */
const BETA = 9;
/** Filters that are kept: as many as there are positions of an output sample between two input samples. */
const MAX_PHASES = 4096;

/** Modified Bessel function of the first kind, order 0. */
function bessel(x: number): number {
  let term = 1;
  let sum = 1;
  for (let k = 1; term > sum * 1e-17; k++) {
    term *= (x / (2 * k)) ** 2;
    sum += term;
  }
  return sum;
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

/**
 * The same sound at another sampling rate, by band-limited interpolation: a sinc under a Kaiser window (β 9, 32 zero
 * crossings on either side), whose edge is 0.94 of the lower of the two Nyquist frequencies, so that nothing is folded
 * back when the rate falls. Beyond its ends the sound is silent.
 *
 * @param rate samples a second, a whole number.
 * @returns `⌈samples · rate / old rate⌉` samples; the sound itself where the rates are equal.
 * @throws {ArgumentError} if the rate is no whole number from 1 to 1 000 000.
 * @see Smith 2002, Digital audio resampling, https://ccrma.stanford.edu/~jos/resample/
 */
export function resampleSound(sound: Sound, rate: number): Sound {
  return rate === sound.rate ? sound : { rate, samples: resampler(sound.rate, rate)(sound.samples) };
}

/** {@link resampleSound} for many sounds: the filters are kept. */
export function resampler(from: number, to: number): (samples: Float32Array) => Float32Array {
  requireNumber('resampleSound', 'rate', to, 1, 1_000_000);
  if (!Number.isInteger(to) || !Number.isInteger(from) || from < 1) {
    throw new ArgumentError(`resampleSound: rates must be whole numbers, got ${from} to ${to}`);
  }
  const divisor = commonDivisor(to, from);
  const up = to / divisor;
  const down = from / divisor;
  // In units of the input's Nyquist frequency.
  const edge = ROLL_OFF * Math.min(1, to / from);
  const reach = CROSSINGS / edge;
  const taps = 2 * Math.ceil(reach);
  const first = 1 - taps / 2;
  const whole = bessel(BETA);

  /** Weights of the input samples `first …` about an output sample that lies `fraction` behind one. */
  const filter = (fraction: number): Float64Array => {
    const weights = new Float64Array(taps);
    for (let tap = 0; tap < taps; tap++) {
      const distance = first + tap - fraction;
      const inside = 1 - (distance / reach) ** 2;
      if (inside <= 0) continue;
      const angle = Math.PI * edge * distance;
      const sinc = angle === 0 ? 1 : Math.sin(angle) / angle;
      weights[tap] = (edge * sinc * bessel(BETA * Math.sqrt(inside))) / whole;
    }
    return weights;
  };

  const kept = new Map<number, Float64Array>();
  return (samples) => {
    const out = new Float32Array(Math.ceil((samples.length * up) / down));
    for (let i = 0; i < out.length; i++) {
      const phase = (i * down) % up;
      let weights = kept.get(phase);
      if (!weights) {
        weights = filter(phase / up);
        if (kept.size < MAX_PHASES) kept.set(phase, weights);
      }
      const start = (i * down - phase) / up + first;
      const end = Math.min(taps, samples.length - start);
      let sum = 0;
      for (let tap = Math.max(0, -start); tap < end; tap++) sum += weights[tap]! * samples[start + tap]!;
      out[i] = sum;
    }
    return out;
  };
}
