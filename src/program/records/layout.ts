import {
  OP_COPY,
  OP_CUMSUM,
  OP_FILL,
  OP_FILL_BYTE,
  OP_GATHER,
  OP_ONE_HOT,
  OP_SEGMENT_SUM,
  OP_STRIDED,
  OP_STRIDED_BYTE,
  OP_TRANSPOSE,
} from '../../../assembly/abi/layout';
import { MAX_RANK } from '../../../assembly/abi/record';
import { type Shape, sizeOf } from '../../util/shape';
import type { Recorder } from '../recorder';
import { collapse, type Loop, loopParams, partsOf } from './strides';

/** y[n] = a word of the given bits (an f32's: `f32Bits`). */
export function fill(recorder: Recorder, y: number, n: number, bits: number): void {
  if (n > 0) recorder.emit(OP_FILL, [y], [], [n, bits], partsOf(n));
}

/** y[n] = value, in bytes. */
export function fillBytes(recorder: Recorder, y: number, n: number, value: number): void {
  if (n > 0) recorder.emit(OP_FILL_BYTE, [y], [], [n, value], partsOf(n / 4));
}

/** y[n] = x[n], in 4-byte words. */
export function copy(recorder: Recorder, y: number, x: number, n: number): void {
  if (n > 0) recorder.emit(OP_COPY, [y], [x], [n], partsOf(n));
}

/** One side of a strided copy: where it is, the element to begin at, and a stride in elements for each axis. */
export interface StridedSide {
  readonly pointer: number;
  readonly offset?: number;
  readonly strides: readonly number[];
}

/**
 * y[…i] = x[…i] for all i below `sizes`, each side by its own strides; those of x may be 0 or negative.
 *
 * @param bytes of an element.
 * @returns false, with nothing recorded, if the copy needs more than six axes.
 */
export function strided(
  recorder: Recorder,
  bytes: 1 | 4,
  sizes: Shape,
  y: StridedSide,
  x: StridedSide,
): boolean {
  const n = sizeOf(sizes);
  if (n === 0) return true;
  const loop = collapse(sizes, [x.strides, y.strides]);
  const params = loopParams(loop);
  if (!params) return false;
  const offsets = [y.offset ?? 0, x.offset ?? 0];
  const turned = bytes === 4 ? transposition(loop) : undefined;
  if (turned) {
    recorder.emit(OP_TRANSPOSE, [y.pointer], [x.pointer], [...offsets, ...turned], partsOf(n));
  } else {
    const opcode = bytes === 4 ? OP_STRIDED : OP_STRIDED_BYTE;
    recorder.emit(opcode, [y.pointer], [x.pointer], [...offsets, n, ...params], partsOf(n));
  }
  return true;
}

/** Shorter than this a side of a transposition is not worth blocks. */
const BLOCK = 4;

/** The loop in the order that OP_TRANSPOSE wants, or undefined if it is not a transposition. */
function transposition({ sizes, strides }: Loop): number[] | undefined {
  const [xStrides, yStrides] = strides as [number[], number[]];
  const rows = yStrides.findIndex((stride, axis) => stride === 1 && sizes[axis]! >= BLOCK);
  const columns = xStrides.findIndex((stride, axis) => stride === 1 && sizes[axis]! >= BLOCK);
  if (rows < 0 || columns < 0 || rows === columns || xStrides[rows] === 0) return undefined;
  const order = [rows, columns];
  for (let axis = sizes.length - 1; axis >= 0; axis--) if (!order.includes(axis)) order.push(axis);
  const params = order.flatMap((axis) => [sizes[axis]!, xStrides[axis]!, yStrides[axis]!]);
  while (params.length < 3 * MAX_RANK) params.push(1, 0, 0);
  return params;
}

/** Sizes of a gather: x is [batch, outer, size, slice], y [batch, outer, count, slice], indices [batch, count]. */
export interface GatherSizes {
  readonly batch: number;
  readonly outer: number;
  readonly size: number;
  readonly count: number;
  readonly slice: number;
}

/** Slices of x, in 4-byte words, by i32 indices along one axis; zeros for an index that is out of range. */
export function gather(recorder: Recorder, y: number, x: number, indices: number, sizes: GatherSizes): void {
  const { batch, outer, size, count, slice } = sizes;
  const n = batch * outer * count * slice;
  if (n > 0) recorder.emit(OP_GATHER, [y], [x, indices], [batch, outer, size, count, slice], partsOf(n));
}

/** y[n, depth] = `on` in the column that an i32 index names, else `off`; both as a word's bits. */
export function oneHot(
  recorder: Recorder,
  y: number,
  indices: number,
  n: number,
  depth: number,
  on: number,
  off: number,
): void {
  if (n * depth > 0) recorder.emit(OP_ONE_HOT, [y], [indices], [n, depth, on, off], partsOf(n * depth));
}

/** y[segments, columns] = the sum of the rows of f32 x[rows, columns] whose i32 id is the segment. */
export function segmentSum(
  recorder: Recorder,
  y: number,
  x: number,
  ids: number,
  segments: number,
  rows: number,
  columns: number,
): void {
  if (segments * columns === 0) return;
  const parts = Math.min(partsOf(rows * columns), Math.ceil(columns / 16));
  recorder.emit(OP_SEGMENT_SUM, [y], [x, ids], [segments, rows, columns], parts);
}

/** Running sums of f32 x[rows, columns] along its rows, from the other end where `reverse`. */
export function cumsum(
  recorder: Recorder,
  y: number,
  x: number,
  rows: number,
  columns: number,
  exclusive: boolean,
  reverse: boolean,
): void {
  if (rows * columns === 0) return;
  const params = [rows, columns, Number(exclusive), Number(reverse)];
  recorder.emit(OP_CUMSUM, [y], [x], params, partsOf(rows * columns));
}
