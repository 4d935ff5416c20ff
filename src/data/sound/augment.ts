import type { Sound } from '../../formats/wav';
import { requireInteger, requireNumber } from '../../util/require';
import { Draws } from '../draws';
import { resampler } from './resample';

/** Variants of each sound that are learned besides it, so that few recordings go further. */
export interface SoundAugmentation {
  /** Variants of each sound. */
  readonly copies: number;
  /** Faster or slower, and so higher or lower, by up to this share, in steps of 1/40; default 0.1. */
  readonly speed?: number;
  /** Earlier or later by up to this many seconds; default 0.05. */
  readonly shift?: number;
  /** White noise of at least this many decibels below the sound's mean power, and at most 40 more; default 15. */
  readonly noise?: number;
  /** Default 0. */
  readonly seed?: number;
}

const SPEED_STEPS = 40;
const NOISE_RANGE = 40;

/**
 * Makes variants of sounds, each a pure function of the seed and two numbers. Loudness is not varied, since
 * {@link logMel} takes it out again.
 *
 * @returns A function from a sound, its number and the variant's number to the variant.
 * @throws {ArgumentError} if a number is out of range.
 */
export function soundVariants(
  options: SoundAugmentation,
): (sound: Sound, index: number, copy: number) => Sound {
  const { copies, speed = 0.1, shift = 0.05, noise = 15, seed = 0 } = options;
  requireInteger('augment', 'copies', copies, 0);
  requireNumber('augment', 'speed', speed, 0, 0.5);
  requireNumber('augment', 'shift', shift, 0, 10);
  requireNumber('augment', 'noise', noise, -20, 200);
  requireInteger('augment', 'seed', seed, 0);
  const steps = Math.floor(speed * SPEED_STEPS + 1e-9);
  const resamplers = new Map<string, ReturnType<typeof resampler>>();
  const resampled = (samples: Float32Array, from: number, to: number): Float32Array => {
    if (from === to) return samples;
    const key = `${from} ${to}`;
    const known = resamplers.get(key) ?? resampler(from, to);
    resamplers.set(key, known);
    return known(samples);
  };

  return (sound, index, copy) => {
    const draws = new Draws(seed, index * copies + copy);
    const step = draws.below(2 * steps + 1) - steps;
    // Played at the old rate, a sound resampled to a higher one is slower.
    const slowed = Math.round((sound.rate * (SPEED_STEPS + step)) / SPEED_STEPS);
    const samples = resampled(sound.samples, sound.rate, slowed);
    const delay = Math.round(draws.between(-shift, shift) * sound.rate);
    // In the middle of the frames, twice the silence on one side is a delay.
    const moved = new Float32Array(samples.length + 2 * Math.abs(delay));
    moved.set(samples, delay > 0 ? 2 * delay : 0);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    const level = Math.sqrt(power * 10 ** (-(noise + draws.between(0, NOISE_RANGE)) / 10));
    // Uniform noise of variance 1 is as white as normal noise, and cheaper.
    for (let i = 0; i < moved.length; i++) moved[i]! += level * Math.sqrt(12) * (draws.unit() - 0.5);
    return { rate: sound.rate, samples: moved };
  };
}
