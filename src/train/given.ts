import { Tensor, tensor } from '@tensorflow/tfjs-core';
import { meaningsOf, readMeaning } from '../data/meaning';
import type { Column, DataSource, Meaning } from '../data/source';
import { ArgumentError, ShapeError } from '../errors';
import type { Batch, Direction, Game } from '../games/game';
import { formatShape, type Shape, sameShape, sizeOf } from '../util/shape';
import { type BatchColumn, toColumn } from './batches';

/**
 * What samples are made from: a tensor `[n, …]` or a column of n examples, or a text or class number (a list of n).
 * n is 1, one for all samples, or their number.
 */
export type Given = Tensor | Column | string | number | readonly (string | number)[];

/** What is known of a column's values. */
export interface GivenFacts {
  readonly shapes: Readonly<Record<string, Shape>>;
  readonly meanings: Readonly<Record<string, Meaning>>;
  /** Examples to take where nothing is given. */
  readonly data?: DataSource;
}

export function factsOf(data: DataSource): GivenFacts {
  return { shapes: data.shapes, meanings: meaningsOf(data), data };
}

/**
 * The direction that is asked for, or the game's first.
 *
 * @throws {ArgumentError} if the game has none of that name.
 */
export function directionOf(
  game: Pick<Game, 'kind' | 'directions'>,
  name: string | undefined,
  caller = 'sample',
): [string, Direction] {
  const names = Object.keys(game.directions);
  const asked = name ?? names[0]!;
  const direction = Object.hasOwn(game.directions, asked) ? game.directions[asked] : undefined;
  if (direction) return [asked, direction];
  throw new ArgumentError(
    `${caller}: direction of ${game.kind} must be ${names.join(' or ')}, got '${asked}'`,
  );
}

/**
 * The columns that a direction is given, `count` examples of each.
 *
 * @throws {ArgumentError} if one is missing, unknown, or cannot be read.
 * @throws {ShapeError} if one has another shape than the data.
 */
export async function readGiven(
  game: Pick<Game, 'integers'>,
  direction: Direction,
  facts: GivenFacts,
  count: number,
  given: Readonly<Record<string, Given>> = {},
): Promise<Readonly<Record<string, BatchColumn>>> {
  for (const name of Object.keys(given)) {
    if (direction.given.includes(name)) continue;
    const wanted = direction.given.length > 0 ? `be ${direction.given.join(', ')}` : 'be left out';
    throw new ArgumentError(`sample: given must ${wanted}, got '${name}'`);
  }
  const { data } = facts;
  const left = direction.given.some((name) => given[name] === undefined);
  const examples = left && data?.read(Array.from({ length: count }, (_, i) => i % data.size));
  const columns: Record<string, BatchColumn> = {};
  for (const name of direction.given) {
    const value = given[name];
    const column =
      value !== undefined
        ? await readOne(name, value, facts)
        : examples
          ? toColumn(name, examples[name]!, count)
          : everyClass(name, facts, count);
    checkLimit(name, column, game.integers?.[name]);
    columns[name] = repeated(name, column, count);
  }
  return columns;
}

/** Every class in turn. */
function everyClass(name: string, { meanings }: GivenFacts, count: number): BatchColumn {
  const meaning = meanings[name];
  if (meaning?.kind === 'class') {
    return { values: Int32Array.from({ length: count }, (_, i) => i % meaning.names.length), shape: [count] };
  }
  throw new ArgumentError(`sample: given must have ${name}, got none; say what to draw`);
}

async function readOne(name: string, value: Given, { shapes, meanings }: GivenFacts): Promise<BatchColumn> {
  const shape = shapes[name]!;
  if (value instanceof Tensor) {
    requireSame(name, value.shape.slice(1), shape);
    const values = (await value.data()) as BatchColumn['values'];
    return { values, shape: [...value.shape] };
  }
  if (typeof value === 'object' && 'data' in value) {
    requireSame(name, value.shape, shape);
    return toColumn(name, value, value.data.length / sizeOf(shape));
  }
  const texts = Array.isArray(value) ? value : [value];
  const read = await Promise.all(texts.map((text) => readMeaning(name, meanings[name], String(text))));
  const size = sizeOf(shape);
  const integers = read.every(({ data }) => data instanceof Int32Array);
  const values = new (integers ? Int32Array : Float32Array)(size * read.length);
  for (const [i, column] of read.entries()) {
    requireSame(name, column.shape, shape);
    values.set(toColumn(name, column, 1).values, i * size);
  }
  return { values, shape: [read.length, ...shape] };
}

function requireSame(name: string, got: Shape, wanted: Shape): void {
  if (sameShape(got, wanted)) return;
  throw new ShapeError(
    `sample: ${name} must be ${formatShape(wanted)} an example, as in training, got ${formatShape(got)}`,
  );
}

function checkLimit(name: string, { values }: BatchColumn, limit: number | undefined): void {
  if (limit === undefined) return;
  const bad = values.find((value) => !(Number.isInteger(value) && value >= 0 && value < limit));
  if (bad === undefined) return;
  throw new ArgumentError(`sample: ${name} must be a whole number from 0 to ${limit - 1}, got ${bad}`);
}

function repeated(name: string, column: BatchColumn, count: number): BatchColumn {
  const [examples, ...shape] = column.shape;
  if (examples === count) return column;
  if (examples !== 1) {
    throw new ArgumentError(
      `sample: ${name} must hold 1 example or ${count}, one for each sample, got ${examples}`,
    );
  }
  const { values } = column;
  const all = new (values instanceof Int32Array ? Int32Array : Float32Array)(values.length * count);
  for (let i = 0; i < count; i++) all.set(values, i * values.length);
  return { values: all, shape: [count, ...shape] };
}

/** Examples from `first` to before `end`, as tensors. */
export function batchOf(columns: Readonly<Record<string, BatchColumn>>, first: number, end: number): Batch {
  const batch: Record<string, Tensor> = {};
  for (const [name, { values, shape }] of Object.entries(columns)) {
    const size = sizeOf(shape.slice(1));
    const part = values.subarray(first * size, end * size);
    batch[name] = tensor(
      part,
      [end - first, ...shape.slice(1)],
      part instanceof Int32Array ? 'int32' : 'float32',
    );
  }
  return batch;
}

/** The column of a direction that holds an image, for `translate`; a spectrogram is none. */
export function imageColumn(
  game: Pick<Game, 'kind'>,
  direction: Direction,
  { shapes, meanings }: GivenFacts,
): string {
  const column = direction.given.find(
    (name) => shapes[name]?.length === 3 && meanings[name]?.kind !== 'sound',
  );
  if (column) return column;
  throw new ArgumentError(
    `translate: the game must make samples from an image, got ${game.kind}; use sample`,
  );
}

/** How many examples are given. */
export function countOf(value: Tensor | Column): number {
  return value instanceof Tensor ? value.shape[0]! : value.data.length / sizeOf(value.shape);
}
