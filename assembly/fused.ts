// Fused kernels: several records of a program in one.
import { OP_CHAIN, OP_CHAIN_SUM } from './abi/fused';
import { chain } from './fused/chain';
import { chainSum } from './fused/chain-sum';

/** Dispatches the fused family. */
export function fused(record: usize, opcode: i32, thread: i32, threads: i32): void {
  switch (opcode) {
    case OP_CHAIN: return chain(record, thread, threads);
    case OP_CHAIN_SUM: return chainSum(record, thread, threads);
    default: unreachable();
  }
}
