import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import type { Column, DataSource } from '../data/source';
import { DataError } from '../errors';
import type { Batch } from '../games/game';
import { permutation } from '../util/permutation';
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

/**
 * Draws batches: shuffled epochs without replacement, the order of each fixed by the seed and the epoch's
 * number. Every batch is full: the examples left at the end of an epoch are followed by the first of the
 * next. So the position is one number, `drawn`, which is all that a checkpoint keeps.
 */
export class BatchStream {
  private epoch = -1;
  private order: Uint32Array = new Uint32Array(0);

  /** @param drawn examples drawn so far. */
  constructor(
    private readonly source: DataSource,
    private readonly batchSize: number,
    private readonly seed: number,
    /** Of columns of integers: how many values there are. */
    private readonly integers: Readonly<Record<string, number>> = {},
    public drawn = 0,
  ) {}

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
    const indices = new Uint32Array(this.batchSize);
    for (let i = 0; i < this.batchSize; i++) indices[i] = this.nextIndex();
    const batch: Record<string, BatchColumn> = {};
    for (const [name, column] of Object.entries(this.source.read(indices))) {
      checkColumn(this.source, name, column, indices);
      const limit = this.integers[name];
      if (limit !== undefined) checkIntegers(this.source, name, column, limit, indices);
      batch[name] = toColumn(name, column, this.batchSize);
    }
    return batch;
  }

  private nextIndex(): number {
    const { size } = this.source;
    const epoch = Math.floor(this.drawn / size);
    if (epoch !== this.epoch) {
      this.order = permutation(size, this.seed, epoch);
      this.epoch = epoch;
    }
    const index = this.order[this.drawn % size]!;
    this.drawn += 1;
    return index;
  }
}
