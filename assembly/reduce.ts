// Reductions over one axis of [outer][length][columns].
import { OP_REDUCE_ARG, OP_REDUCE_COLUMNS, OP_REDUCE_PLAIN, OP_REDUCE_ROWS } from './abi/reduce';
import { f32_arg } from './reduce/arg';
import { f32_reduce_columns } from './reduce/columns';
import { reducePlain } from './reduce/plain';
import { f32_reduce_rows } from './reduce/rows';

/** Dispatches the reduce family. */
export function reduce(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_REDUCE_ROWS: return f32_reduce_rows(record, thread, threads);
    case OP_REDUCE_COLUMNS: return f32_reduce_columns(record, thread, threads);
    case OP_REDUCE_PLAIN: return reducePlain(record, thread, threads);
    case OP_REDUCE_ARG: return f32_arg(record, thread, threads);
    default: unreachable();
  }
}
