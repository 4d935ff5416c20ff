// Data movement: fill, copy.

import { OP_COPY, OP_FILL } from './abi/layout';
import { RECORD_ARGS } from './abi/record';

/** Dispatches the layout family. */
export function layout(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_FILL:
      fill(record, thread, threads);
      break;
    case OP_COPY:
      copy(record, thread, threads);
      break;
    default:
      unreachable();
  }
}

// y[n] = value.  Arguments: y, n, value (f32).
function fill(record: usize, thread: i32, threads: i32): void {
  if (thread != 0) return;
  const args = record + (RECORD_ARGS << 2);
  let y = <usize>load<u32>(args);
  const end = y + ((<usize>load<u32>(args + 4)) << 2);
  const value = load<f32>(args + 8);
  for (; y < end; y += 4) store<f32>(y, value);
}

// y[n] = x[n].  Arguments: y, x, n (4-byte words).
function copy(record: usize, thread: i32, threads: i32): void {
  if (thread != 0) return;
  const args = record + (RECORD_ARGS << 2);
  memory.copy(load<u32>(args), load<u32>(args + 4), (<usize>load<u32>(args + 8)) << 2);
}
