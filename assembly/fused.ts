// Fused kernels: several records of a program in one.
import { OP_CHAIN } from './abi/fused';
import { chain } from './fused/chain';

/** Dispatches the fused family. */
export function fused(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_CHAIN: return chain(record, thread, threads);
    default: unreachable();
  }
}
