import { OP_SOFTMAX } from '../../../assembly/abi/reduce';
import type { Recorder } from '../recorder';
import { partsOf } from './strides';

/** y = softmax of f32 x[rows, columns] along its rows, or its logarithm. y may be x. */
export function softmax(
  recorder: Recorder,
  y: number,
  x: number,
  rows: number,
  columns: number,
  logarithm = false,
): void {
  if (rows * columns === 0) return;
  const parts = Math.min(partsOf(rows * columns), Math.ceil(rows / 16));
  recorder.emit(OP_SOFTMAX, [y], [x], [rows, columns, Number(logarithm)], parts);
}
