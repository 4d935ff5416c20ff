import { DataError } from '../errors';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import type { Column, DataSource } from './source';

type Values = Column['data'];

/** `count` zeros of the same kind. */
function sameKind(data: Values, count: number): Values {
  if (data instanceof Uint8Array) return new Uint8Array(count);
  return data instanceof Int32Array ? new Int32Array(count) : new Float32Array(count);
}

/** Throws where an index is none of a source's examples. */
export function checkIndex(name: string, index: number, size: number): void {
  if (!Number.isInteger(index) || index < 0 || index >= size) {
    throw new DataError(`read: '${name}' has examples 0 to ${size - 1}, got ${index}`);
  }
}

export interface ArrayDataOptions<K extends string> {
  /** For messages; default `array`. */
  readonly name?: string;
  /** Names of the label's classes. */
  readonly classes?: readonly string[];
  /** How a person writes the values of columns that condition a generator. */
  readonly meanings?: DataSource<K>['meanings'];
}

/**
 * Examples in memory. Columns are kept as they are: uint8 pixels become floats only when they are batched.
 *
 * @param columns e.g. `{ x: { data, shape: [28, 28, 1] }, label: { data: labels, shape: [] } }`: `shape` is of
 *   one example; `data` holds the examples one after another.
 * @throws {DataError} if there is no example, if columns hold different numbers of examples, or if a float
 *   column holds NaN or infinity.
 */
export function arrayData<K extends string>(
  columns: Readonly<Record<K, Column>>,
  options: ArrayDataOptions<K> = {},
): DataSource<K> {
  const name = options.name ?? 'array';
  const entries = Object.entries(columns) as [K, Column][];
  let size = -1;
  for (const [key, { data, shape }] of entries) {
    const stride = sizeOf(shape);
    const count = data.length / stride;
    if (data.length === 0 || stride === 0) {
      throw new DataError(`arrayData: '${name}' must hold at least one example, got none in column '${key}'`);
    }
    if (!Number.isInteger(count)) {
      throw new DataError(
        `arrayData: column '${key}' of '${name}' must hold whole examples of ${formatShape(shape)}, got ${data.length} values`,
      );
    }
    if (size >= 0 && count !== size) {
      throw new DataError(
        `arrayData: columns of '${name}' must hold the same number of examples, got ${size} in '${entries[0]![0]}' and ${count} in '${key}'`,
      );
    }
    size = count;
    if (data instanceof Float32Array) {
      const bad = data.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        throw new DataError(
          `arrayData: column '${key}' of '${name}' must be finite, got ${data[bad]} in example ${Math.floor(bad / stride)}; remove or repair that example`,
        );
      }
    }
  }
  if (size < 0) throw new DataError(`arrayData: '${name}' must have a column, got none`);
  return {
    name,
    size,
    shapes: Object.fromEntries(entries.map(([key, { shape }]) => [key, shape])) as Record<K, Shape>,
    classes: options.classes,
    meanings: options.meanings,
    read(indices) {
      const out: [K, Column][] = entries.map(([key, { data, shape }]) => {
        const stride = sizeOf(shape);
        const gathered = sameKind(data, indices.length * stride);
        for (let i = 0; i < indices.length; i++) {
          const index = indices[i]!;
          checkIndex(name, index, size);
          gathered.set(data.subarray(index * stride, (index + 1) * stride), i * stride);
        }
        return [key, { data: gathered, shape }];
      });
      return Object.fromEntries(out) as Record<K, Column>;
    },
  };
}
