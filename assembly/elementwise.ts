// Elementwise kernels: one output element from the elements of the inputs at the same place.
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
} from './abi/elementwise';
import { FloatRow, IntRow } from './elementwise/binary';
import { broadcast } from './elementwise/broadcast';
import { CompareIntRow, CompareRow, LogicalRow } from './elementwise/compare';
import { cast, select, selectBytes } from './elementwise/convert';
import { f32_unary } from './elementwise/unary';

/** Dispatches the elementwise family. */
export function elementwise(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_UNARY: return f32_unary(record, thread, threads);
    case OP_BINARY: return broadcast<FloatRow>(record, thread, threads);
    case OP_BINARY_INT: return broadcast<IntRow>(record, thread, threads);
    case OP_COMPARE: return broadcast<CompareRow>(record, thread, threads);
    case OP_COMPARE_INT: return broadcast<CompareIntRow>(record, thread, threads);
    case OP_LOGICAL: return broadcast<LogicalRow>(record, thread, threads);
    case OP_CAST: return cast(record, thread, threads);
    case OP_SELECT: return select(record, thread, threads);
    case OP_SELECT_BYTE: return selectBytes(record, thread, threads);
    default: unreachable();
  }
}
