import { ArgumentError } from '../errors';
import type { Given } from '../generator/feeds';
import { printable } from '../util/text';

/** Seeds repeat beyond. */
const SEEDS = 2 ** 32;

/** A whole number from an attribute. */
export function readSeed(text: string | null): number {
  const seed = Number(text ?? 0);
  if (Number.isInteger(seed) && seed >= 0 && seed < SEEDS) return seed;
  throw wrong('seed', 'a whole number from 0 to 4294967295', text);
}

/** Milliseconds, or undefined without the attribute. */
export function readInterval(text: string | null): number | undefined {
  if (text === null) return undefined;
  const interval = Number(text);
  if (text.trim() && Number.isFinite(interval) && interval >= 0) return interval;
  throw wrong('interval', 'milliseconds, 0 or more', text);
}

/** JSON of what the generator is given, by input. */
export function readGiven(text: string | null): Record<string, Given> | undefined {
  if (text === null) return undefined;
  try {
    const given: unknown = JSON.parse(text);
    if (typeof given === 'object' && given !== null && !Array.isArray(given)) return { ...given };
  } catch {
    // Reported below, as everything else that is wrong.
  }
  throw wrong('given', `JSON of an object, as {"label": 3}`, text);
}

/** Pixels, or undefined if it is not a positive number. */
export function readSize(text: string | null): number | undefined {
  const size = Number.parseFloat(text ?? '');
  return size > 0 && Number.isFinite(size) ? size : undefined;
}

/** The seed so many further on, round the end. */
export const seedAfter = (seed: number, steps: number): number => (seed + steps + SEEDS) % SEEDS;

function wrong(name: string, requirement: string, text: string | null): ArgumentError {
  return new ArgumentError(
    `kallima-generator: ${name} must be ${requirement}, got '${printable(text ?? '')}'`,
  );
}
