// Data movement: fill, copy, strided copies, transposes, rows by index.
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
} from './abi/layout';
import { copy, fill, fillBytes } from './layout/fill';
import { cumsum, gather, oneHot, segmentSum } from './layout/indexed';
import { ByteRow, strided, WordRow } from './layout/strided';
import { transpose } from './layout/transpose';

/** Dispatches the layout family. */
export function layout(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_FILL: return fill(record, thread, threads);
    case OP_COPY: return copy(record, thread, threads);
    case OP_FILL_BYTE: return fillBytes(record, thread, threads);
    case OP_STRIDED: return strided<WordRow>(record, thread, threads);
    case OP_STRIDED_BYTE: return strided<ByteRow>(record, thread, threads);
    case OP_TRANSPOSE: return transpose(record, thread, threads);
    case OP_GATHER: return gather(record, thread, threads);
    case OP_ONE_HOT: return oneHot(record, thread, threads);
    case OP_SEGMENT_SUM: return segmentSum(record, thread, threads);
    case OP_CUMSUM: return cumsum(record, thread, threads);
    default: unreachable();
  }
}
