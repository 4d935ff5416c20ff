import { InvalidArgumentError } from 'commander';
import { BENCH_ENGINES, type BenchEngine } from '../../bench/result';

/** Parses an option that is a whole number; commander turns the error into one line that names the option. */
export function wholeNumber(minimum: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < minimum) {
      throw new InvalidArgumentError(`It must be a whole number of at least ${minimum}.`);
    }
    return value;
  };
}

/** Parses an option that is a number in (or, where `open` is false, from) `minimum` up to `maximum`. */
export function numberBetween(minimum: number, maximum: number, open = true): (text: string) => number {
  return (text) => {
    const value = text.trim() === '' ? Number.NaN : Number(text);
    if (!(open ? value > minimum : value >= minimum) || value > maximum) {
      const end = maximum === Number.POSITIVE_INFINITY ? '' : ` and at most ${maximum}`;
      throw new InvalidArgumentError(
        `It must be a number ${open ? 'above' : 'of at least'} ${minimum}${end}.`,
      );
    }
    return value;
  };
}

/** A column by number where it is one, else by name. */
export function columnName(text: string): number | string {
  return /^-?\d+$/.test(text) ? Number(text) : text;
}

/** `8x8x1`, or `8x8` for grey. */
export function imageShape(text: string): [number, number, number] {
  const sizes = /^(\d+)x(\d+)(?:x([13]))?$/.exec(text);
  const [height, width, channels] = (sizes ?? []).slice(1).map((size) => Number(size ?? 1));
  if (!height || !width || !channels) {
    throw new InvalidArgumentError('It must be height x width x 1 or 3 channels, e.g. 8x8x1.');
  }
  return [height, width, channels];
}

/** `4x6`: rows and columns, each at least 2. */
export function rowsAndColumns(text: string): [number, number] {
  const [, rows, columns] = /^(\d+)x(\d+)$/.exec(text) ?? [];
  if (Number(rows) >= 2 && Number(columns) >= 2) return [Number(rows), Number(columns)];
  throw new InvalidArgumentError('It must be rows x columns, at least 2 each, e.g. 4x6.');
}

/** `0,16` */
export function imageRange(text: string): [number, number] {
  const [black, white, ...more] = text
    .split(',')
    .map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if (more.length > 0 || !Number.isFinite(black) || !Number.isFinite(white)) {
    throw new InvalidArgumentError('It must be two numbers, e.g. 0,16.');
  }
  return [black!, white!];
}

/** 1 (grey) or 3 (colour). */
export function channelCount(text: string): number {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It must be 1 or 3.');
  return Number(text);
}

/** Names between commas. */
export function list(text: string): string[] {
  return text
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

/** Whole numbers between commas, at least one. */
export function wholeNumbers(minimum: number): (text: string) => number[] {
  const one = wholeNumber(minimum);
  // Without names between the commas there is no number either.
  return (text) => (list(text).length > 0 ? list(text) : ['']).map(one);
}

/** What `bench` compares, between commas. */
export function benchEngines(text: string): BenchEngine[] {
  return list(text).map((name) => {
    const known = BENCH_ENGINES.find((engine) => engine === name);
    if (!known) throw new InvalidArgumentError(`Backends are ${BENCH_ENGINES.join(', ')}.`);
    return known;
  });
}
