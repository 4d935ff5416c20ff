import {
  OP_BINARY,
  OP_BINARY_INT,
  OP_CAST,
  OP_COMPARE,
  OP_COMPARE_INT,
  OP_LOGICAL,
  OP_SELECT,
  OP_SELECT_BYTE,
  OP_UNARY,
} from '../../../assembly/abi/elementwise';
import { type Shape, sizeOf } from '../../util/shape';
import { f32Bits, type Recorder } from '../recorder';
import { strided } from './layout';
import { broadcastStrides, collapse, type Loop, loopParams, partsOf } from './strides';

/** y[n] = f(x[n]), f32. `code` is a `UNARY_…`; y may be x. */
export function unary(
  recorder: Recorder,
  code: number,
  y: number,
  x: number,
  n: number,
  first = 0,
  second = 0,
): void {
  if (n === 0) return;
  recorder.emit(OP_UNARY, [y], [x], [n, code, f32Bits(first), f32Bits(second)], partsOf(n));
}

/** An operand of a binary function: where it is and its shape. */
export interface Operand {
  readonly pointer: number;
  readonly shape: Shape;
}

/** What the elements of the operands and of the result are. */
export type BinaryKind = 'float' | 'int' | 'compareFloat' | 'compareInt' | 'logical';

const BINARY_OPCODES: Readonly<Record<BinaryKind, number>> = {
  float: OP_BINARY,
  int: OP_BINARY_INT,
  compareFloat: OP_COMPARE,
  compareInt: OP_COMPARE_INT,
  logical: OP_LOGICAL,
};

/**
 * y = f(a, b) with NumPy's broadcasting. `code` is a `BINARY_…`, `COMPARE_…` or `LOGICAL_…`, as `kind` says;
 * comparisons and logic write bytes. y may be an operand of y's own shape.
 *
 * @param shape of y: the broadcast of both shapes.
 * @returns false, with nothing recorded, if the broadcast needs more than six axes.
 */
export function binary(
  recorder: Recorder,
  kind: BinaryKind,
  code: number,
  y: number,
  shape: Shape,
  a: Operand,
  b: Operand,
): boolean {
  const n = sizeOf(shape);
  if (n === 0) return true;
  const loop = collapse(shape, [broadcastStrides(a.shape, shape), broadcastStrides(b.shape, shape)]);
  const params = loopParams(loop);
  if (!params) return false;
  const inputs = [a.pointer, b.pointer];
  if (kind !== 'logical' && isNarrow(loop)) {
    const [rows, columns] = loop.sizes as [number, number];
    const copies = Math.ceil(REPEATED_COLUMNS / columns);
    const narrow = loop.strides.findIndex((of) => of[0] === 0);
    inputs[narrow] = repeated(recorder, inputs[narrow]!, columns, copies);
    const wide = columns * copies;
    const strides = loop.strides.map((of) => (of[0] === 0 ? of : [wide, 1]));
    // The last of the wider rows is cut short by n.
    const wider = loopParams({ sizes: [Math.ceil(rows / copies), wide], strides })!;
    recorder.emit(BINARY_OPCODES[kind], [y], inputs, [code, n, ...wider], partsOf(n));
    return true;
  }
  recorder.emit(BINARY_OPCODES[kind], [y], inputs, [code, n, ...params], partsOf(n));
  return true;
}

/** A vector along the last axis that is narrower than this is first repeated, so that a row is worth its loop. */
const NARROW_COLUMNS = 64;
const REPEATED_COLUMNS = 256;

/** Whether one operand is a short vector along the last axis and the other is of the result's own shape. */
function isNarrow({ sizes, strides }: Loop): boolean {
  if (sizes.length !== 2 || sizes[1]! >= NARROW_COLUMNS) return false;
  if (sizes[0]! * sizes[1]! < 4 * REPEATED_COLUMNS) return false;
  return strides.every((of) => of[1] === 1) && strides.some((of) => of[0] === 0);
}

/** `copies` copies of n words, one after the other, in scratch. */
function repeated(recorder: Recorder, x: number, n: number, copies: number): number {
  const pointer = recorder.scratch(n * copies * 4);
  strided(recorder, 4, [copies, n], { pointer, strides: [n, 1] }, { pointer: x, strides: [0, 1] });
  return pointer;
}

/** y[n] = x[n] as another type; `code` is a `CAST_…`. */
export function cast(recorder: Recorder, code: number, y: number, x: number, n: number): void {
  if (n === 0) return;
  recorder.emit(OP_CAST, [y], [x], [n, code], partsOf(n));
}

/** y[n] = condition[n] = 1 ? a[n] : b[n], in elements of `bytes` bytes. */
export function select(
  recorder: Recorder,
  bytes: 1 | 4,
  y: number,
  condition: number,
  a: number,
  b: number,
  n: number,
): void {
  if (n === 0) return;
  recorder.emit(bytes === 1 ? OP_SELECT_BYTE : OP_SELECT, [y], [condition, a, b], [n], partsOf(n));
}
