import {
  OP_REDUCE_ARG,
  OP_REDUCE_COLUMNS,
  OP_REDUCE_PLAIN,
  OP_REDUCE_ROWS,
} from '../../../assembly/abi/reduce';
import { type Shape, sizeOf } from '../../util/shape';
import { f32Bits, type Recorder } from '../recorder';
import { strided } from './layout';
import { partsOf } from './strides';

/** [outer, length, columns], contiguous, of which the middle axis is reduced. */
export interface ReduceSizes {
  readonly outer: number;
  readonly length: number;
  readonly columns: number;
}

/** Elements of one piece of a reduction that is split for threads and for accuracy. */
const CHUNK_ELEMENTS = 16384;
/** A reduction with this many independent outputs need not be split. */
const ENOUGH_TASKS = 32;
/** Columns that a kernel does at once. */
const STRIP_COLUMNS = 1024;
/** Narrower rows than this are laid side by side before they are added. */
const NARROW_COLUMNS = 64;

/** One stage: reads `x`, writes `y`. Scratch is taken as needed. */
type Stage = (y: number, x: number, sizes: ReduceSizes, last: boolean) => void;

/**
 * Reduces `axes` of a contiguous x one run of adjacent axes at a time, innermost first: nothing is transposed.
 * Every size must be at least 1.
 *
 * @param bytes of an element.
 */
function inStages(
  recorder: Recorder,
  y: number,
  x: number,
  shape: Shape,
  axes: readonly number[],
  bytes: number,
  stage: Stage,
): void {
  const runs: { size: number; reduced: boolean }[] = [];
  for (const [axis, size] of shape.entries()) {
    if (size === 1) continue;
    const reduced = axes.includes(axis);
    const last = runs.at(-1);
    if (last?.reduced === reduced) last.size *= size;
    else runs.push({ size, reduced });
  }
  const product = (of: typeof runs) => of.reduce((total, { size }) => total * size, 1);
  let from = x;
  const lastReduced = () => runs.map(({ reduced }) => reduced).lastIndexOf(true);
  let at = lastReduced();
  if (at < 0) {
    stage(y, x, { outer: product(runs), length: 1, columns: 1 }, true);
    return;
  }
  for (; at >= 0; at = lastReduced()) {
    const last = runs.filter(({ reduced }) => reduced).length === 1;
    const outer = product(runs.slice(0, at));
    const columns = product(runs.slice(at + 1));
    const to = last ? y : recorder.scratch(outer * columns * bytes);
    stage(to, from, { outer, length: runs[at]!.size, columns }, last);
    runs.splice(at, 1);
    from = to;
  }
}

/**
 * y = the sum (divided by `divisor`), maximum or minimum of f32 x over `axes`; `code` is a `REDUCE_…`.
 * The result has the same bits for any number of threads. Every size must be at least 1.
 */
export function reduce(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  shape: Shape,
  axes: readonly number[],
  divisor = 1,
): void {
  inStages(recorder, y, x, shape, axes, 4, (to, from, sizes, last) => {
    const by = last ? divisor : 1;
    if (sizes.columns === 1) reduceRows(recorder, code, to, from, sizes, by);
    else if (sizes.outer === 1 && sizes.columns < NARROW_COLUMNS) {
      reduceNarrow(recorder, code, to, from, sizes, by);
    } else reduceColumns(recorder, code, to, from, sizes, by);
  });
}

function reduceRows(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  { outer, length }: ReduceSizes,
  divisor: number,
): void {
  const split = outer < ENOUGH_TASKS && length >= 2 * CHUNK_ELEMENTS;
  const chunk = split ? CHUNK_ELEMENTS : length;
  const chunks = Math.ceil(length / chunk);
  const to = split ? recorder.scratch(outer * chunks * 4) : y;
  const params = [code, outer, length, chunk, f32Bits(split ? 1 : divisor)];
  recorder.emit(OP_REDUCE_ROWS, [to], [x], params, Math.min(partsOf(outer * length), outer * chunks));
  if (split) reduceRows(recorder, code, y, to, { outer, length: chunks, columns: 1 }, divisor);
}

function reduceColumns(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  { outer, length, columns }: ReduceSizes,
  divisor: number,
): void {
  const strips = Math.ceil(columns / STRIP_COLUMNS);
  const chunkRows = chunkRowsOf(columns);
  const split = outer * strips < ENOUGH_TASKS && length >= 2 * chunkRows;
  const chunk = split ? chunkRows : length;
  const chunks = Math.ceil(length / chunk);
  const to = split ? recorder.scratch(outer * chunks * columns * 4) : y;
  const params = [code, outer, length, chunk, f32Bits(split ? 1 : divisor), columns];
  const parts = Math.min(partsOf(outer * length * columns), outer * chunks * strips);
  recorder.emit(OP_REDUCE_COLUMNS, [to], [x], params, parts);
  if (split) reduceColumns(recorder, code, y, to, { outer, length: chunks, columns }, divisor);
}

/** Whole groups of four rows. */
const chunkRowsOf = (columns: number) => Math.max(4, Math.floor(CHUNK_ELEMENTS / columns / 4) * 4);

/**
 * Few columns: k rows laid side by side are one row of k · columns, so that vectors are full. What they add up to
 * and the rows left over are rows of `columns` again.
 */
function reduceNarrow(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  { length, columns }: ReduceSizes,
  divisor: number,
): void {
  const side = Math.ceil(NARROW_COLUMNS / columns);
  const width = side * columns;
  const rows = Math.floor(length / side);
  if (rows < 4) {
    reduceColumns(recorder, code, y, x, { outer: 1, length, columns }, divisor);
    return;
  }
  const chunk = chunkRowsOf(width);
  const chunks = Math.ceil(rows / chunk);
  const left = length - rows * side;
  const partial = recorder.scratch((chunks * side + left) * columns * 4);
  const params = [code, 1, rows, chunk, f32Bits(1), width];
  recorder.emit(OP_REDUCE_COLUMNS, [partial], [x], params, Math.min(partsOf(rows * width), chunks));
  if (left > 0) {
    const to = { pointer: partial, offset: chunks * width, strides: [1] };
    strided(recorder, 4, [left * columns], to, { pointer: x, offset: rows * width, strides: [1] });
  }
  reduceColumns(recorder, code, y, partial, { outer: 1, length: chunks * side + left, columns }, divisor);
}

/** y = a reduction of x over `axes`, an element at a time; `code` is a `PLAIN_…`. Every size must be at least 1. */
export function reducePlain(
  recorder: Recorder,
  code: number,
  bytes: 1 | 4,
  y: number,
  x: number,
  shape: Shape,
  axes: readonly number[],
): void {
  inStages(recorder, y, x, shape, axes, bytes, (to, from, { outer, length, columns }) => {
    const params = [code, outer, length, columns];
    const parts = Math.min(partsOf(outer * length * columns), Math.ceil((outer * columns) / 64));
    recorder.emit(OP_REDUCE_PLAIN, [to], [from], params, parts);
  });
}

/** i32 y = the first place of the largest or smallest element of f32 x along `axis`; `code` is REDUCE_MAX or _MIN. */
export function reduceArg(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  shape: Shape,
  axis: number,
): void {
  const outer = sizeOf(shape.slice(0, axis));
  const columns = sizeOf(shape.slice(axis + 1));
  const parts = Math.min(partsOf(sizeOf(shape)), Math.ceil((outer * columns) / 16));
  recorder.emit(OP_REDUCE_ARG, [y], [x], [code, outer, shape[axis]!, columns], parts);
}
