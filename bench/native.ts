import { FormatError } from '../src/index';
import type { Milliseconds } from './result';

/** Times of the same rows in native PyTorch, as bench/native.py prints them. */
export interface NativeTimes {
  readonly torch: string;
  readonly runs: readonly {
    readonly threads: number;
    readonly results: Readonly<Record<string, Milliseconds>>;
  }[];
}

/**
 * Reads what `npm run bench:native` printed.
 *
 * @throws {FormatError} if the text is something else.
 */
export function parseNative(text: string): NativeTimes {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (cause) {
    throw new FormatError('bench: native must be the JSON of bench:native, got text that is not JSON', {
      cause,
    });
  }
  if (!isNative(parsed)) {
    throw new FormatError(
      `bench: native must be the JSON of bench:native, got ${text.trim().slice(0, 60)}; npm run -s bench:native > native.json`,
    );
  }
  return parsed;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function isNative(value: unknown): value is NativeTimes {
  if (!isObject(value) || typeof value.torch !== 'string' || !Array.isArray(value.runs)) return false;
  return value.runs.every(
    (run: unknown) =>
      isObject(run) &&
      typeof run.threads === 'number' &&
      isObject(run.results) &&
      Object.values(run.results).every(isTimes),
  );
}

const isTimes = (value: unknown): boolean =>
  isObject(value) &&
  ['ms', 'minMs', 'maxMs', 'samples'].every(
    (key) => typeof value[key] === 'number' && Number(value[key]) > 0,
  );
