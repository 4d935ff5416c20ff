// Elementwise kernels: one output element from the elements of the inputs at the same place.
import { OP_UNARY } from './abi/elementwise';
import { f32_unary } from './elementwise/unary';

/** Dispatches the elementwise family. */
export function elementwise(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_UNARY:
      f32_unary(record, thread, threads);
      break;
    default:
      unreachable();
  }
}
