import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Column, DataSource } from '../data/source';
import { DataError } from '../errors';
import type { Batch } from '../games/game';
import { permutation } from '../util/permutation';
import { deriveSeed } from '../util/seed';
import { formatShape, sameShape, sizeOf } from '../util/shape';

/** The named columns of a batch; a batch type's index signature is not one of them. */
export type ColumnsOf<B extends Batch> = keyof {
  [K in keyof B as string extends K ? never : number extends K ? never : K]: B[K];
} &
  string;

/** This column holds class numbers, whatever array they come in; every other one holds values. */
const LABEL = 'label';

const PIXELS = Float32Array.from({ length: 256 }, (_, value) => value / 127.5 - 1);

/** @throws {DataError} if this is no data source, as can happen without types, or an empty one. */
export function checkSource(source: DataSource): void {
  if (typeof source?.read !== 'function') {
    throw new DataError(
      `data: a data source is needed, got ${source === undefined ? 'none' : typeof source}`,
    );
  }
  if (!Number.isInteger(source.size) || source.size < 1) {
    throw new DataError(`data: '${source.name}' must hold at least one example, got ${source.size}`);
  }
}

/** Nothing that would poison the weights gets past here, whoever wrote the source. */
function checkColumn(source: DataSource, name: string, { data, shape }: Column, indices: ArrayLike<number>) {
  const declared = source.shapes[name];
  const size = sizeOf(shape);
  if (!declared || !sameShape(declared, shape) || data.length !== size * indices.length) {
    throw new DataError(
      `data: '${source.name}' must read ${name} as ${indices.length} × ${declared ? formatShape(declared) : 'undeclared'}, got ${data.length} values of shape ${formatShape(shape)}`,
    );
  }
  if (!(data instanceof Float32Array)) return;
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (!Number.isFinite(value)) {
      throw new DataError(
        `data: '${source.name}' must hold finite numbers, got ${value} in ${name} of example ${indices[Math.floor(i / size)]}; remove the example`,
      );
    }
  }
}

/** @throws {DataError} unless class numbers, or numbers of words, are below what the game knows. */
function checkIntegers(
  source: DataSource,
  name: string,
  { data, shape }: Column,
  limit: number,
  indices: ArrayLike<number>,
) {
  const size = sizeOf(shape);
  for (let i = 0; i < data.length; i++) {
    const value = data[i]!;
    if (Number.isInteger(value) && value >= 0 && value < limit) continue;
    throw new DataError(
      `data: '${source.name}' must have ${name} in 0 … ${limit - 1}, got ${value} in example ${indices[Math.floor(i / size)]}; make the models for more classes, or correct the example`,
    );
  }
}

/** A column of a batch as a backend takes it. */
export interface BatchColumn {
  readonly values: Float32Array | Int32Array;
  /** The batch axis first. */
  readonly shape: number[];
}

/** Bytes become floats in [−1, 1], labels int32. */
export function toColumn(name: string, { data, shape }: Column, count: number): BatchColumn {
  const full = [count, ...shape];
  if (name === LABEL) return { values: Int32Array.from(data), shape: full };
  if (!(data instanceof Uint8Array)) return { values: data, shape: full };
  const values = new Float32Array(data.length);
  for (let i = 0; i < data.length; i++) values[i] = PIXELS[data[i]!]!;
  return { values, shape: full };
}

/** Rows of a column, as a tensor. */
export function rowsOf({ values, shape }: BatchColumn, rows: readonly number[]): Tensor {
  const [, ...rest] = shape;
  const size = sizeOf(rest);
  const integers = values instanceof Int32Array;
  const all = new (integers ? Int32Array : Float32Array)(rows.length * size);
  for (const [i, row] of rows.entries()) all.set(values.subarray(row * size, (row + 1) * size), i * size);
  return tensor(all, [rows.length, ...rest], integers ? 'int32' : 'float32');
}

/** The order in which the examples of a source are drawn: another one in each epoch. */
class Order {
  private epoch = -1;
  private order: Uint32Array = new Uint32Array(0);

  constructor(
    private readonly size: number,
    private readonly seed: number,
  ) {}

  /** The examples drawn at positions from `first`, which counts on over epochs. */
  indices(first: number, count: number): Uint32Array {
    return Uint32Array.from({ length: count }, (_, i) => this.index(first + i));
  }

  private index(position: number): number {
    const epoch = Math.floor(position / this.size);
    if (epoch !== this.epoch) {
      this.order = permutation(this.size, this.seed, epoch);
      this.epoch = epoch;
    }
    return this.order[position % this.size]!;
  }
}

/** A source and the order that it is drawn in. */
interface Drawn {
  readonly source: DataSource;
  readonly order: Order;
  /** The column of a batch that the source's `x` is, where it is a part of another; else all its columns are read. */
  readonly column?: string;
}

/**
 * Draws batches: shuffled epochs without replacement, the order of each fixed by the seed and the epoch's
 * number. Every batch is full: the examples left at the end of an epoch are followed by the first of the
 * next. Each part of a source that has parts is drawn in its own order and epochs. So the position is one
 * number, `drawn`, which is all that a checkpoint keeps.
 */
export class BatchStream {
  private readonly sources: readonly Drawn[];

  /** @param drawn examples drawn so far. */
  constructor(
    source: DataSource,
    private readonly batchSize: number,
    seed: number,
    /** Of columns of integers: how many values there are. */
    private readonly integers: Readonly<Record<string, number>> = {},
    public drawn = 0,
  ) {
    const { parts } = source;
    this.sources = parts
      ? Object.entries(parts).map(([name, part]) => ({
          source: part,
          order: new Order(part.size, deriveSeed(seed, name)),
          column: name,
        }))
      : [{ source, order: new Order(source.size, seed) }];
  }

  /**
   * The next batch, one tensor a column: bytes become floats in [−1, 1], labels int32.
   *
   * @throws {DataError} if an example holds NaN or infinity, naming it.
   */
  next(): Batch {
    const batch: Record<string, Tensor> = {};
    for (const [name, { values, shape }] of Object.entries(this.read())) {
      batch[name] = tensor(values, shape, values instanceof Int32Array ? 'int32' : 'float32');
    }
    return batch;
  }

  /** As {@link next}, without tensors. */
  read(): Record<string, BatchColumn> {
    const batch: Record<string, BatchColumn> = {};
    for (const { source, order, column } of this.sources) {
      const indices = order.indices(this.drawn, this.batchSize);
      for (const [name, values] of Object.entries(source.read(indices))) {
        if (column !== undefined && name !== 'x') continue;
        checkColumn(source, name, values, indices);
        const limit = this.integers[name];
        if (limit !== undefined) checkIntegers(source, name, values, limit, indices);
        batch[column ?? name] = toColumn(name, values, this.batchSize);
      }
    }
    this.drawn += this.batchSize;
    return batch;
  }
}
