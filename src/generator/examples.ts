import { ArgumentError, ShapeError } from '../errors';
import type { Latent } from '../latent/latent';
import type { Shape } from '../util/shape';
import type { Feed } from './graph/compiled';

/** A class by number or name, a caption, or the numbers of an example. */
export type Given = number | string | ArrayLike<number>;

/** What to make images from. */
export interface DrawOptions {
  /** Fixes the noise; default 0. */
  readonly seed?: number;
  /** Instead of the seed's: one for all, or one for each. */
  readonly latent?: Latent | readonly Latent[];
  /** What the generator is given besides, by input: `{ label: 3 }`, `{ words: 'red hair' }`; one for all, or a list. */
  readonly given?: Readonly<Record<string, Given | readonly Given[]>>;
  /** How many; default: as many as are given, or 1. */
  readonly count?: number;
}

/** All examples of one input. */
export interface Examples {
  readonly feed: Feed;
  /** Of one example. */
  readonly shape: Shape;
}

/** Whether one is given for each example, rather than one for all. */
export const isList = <T>(value: unknown): value is readonly T[] =>
  Array.isArray(value) && typeof value[0] !== 'number';

/** One for each example. */
export function repeat<T>(name: string, values: T | readonly T[], count: number): readonly T[] {
  if (!isList<T>(values)) return Array<T>(count).fill(values);
  if (values.length !== count) {
    throw new ArgumentError(`sample: '${name}' must be one or ${count}, got ${values.length}`);
  }
  return values;
}

/** The numbers of all examples, one after the other. */
export function joined(name: string, examples: readonly ArrayLike<number>[], size: number): Float32Array {
  const data = new Float32Array(examples.length * size);
  for (const [i, example] of examples.entries()) {
    if (example.length !== size) {
      throw new ShapeError(`sample: '${name}' must be ${size} numbers, got ${example.length}`);
    }
    data.set(example, i * size);
  }
  return data;
}
