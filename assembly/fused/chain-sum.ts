// Chains of elementwise members that end in a sum: losses.
import { CHAIN_BLOCK, MEMBER_WORDS, SLOT_BYTES } from '../abi/fused';
import { RECORD_ARGS, RECORD_INPUTS, RECORD_OUTPUTS } from '../abi/record';
import { sumOnto } from '../reduce/rows';
import { shareStart } from '../split';
import { place, readSlots } from './chain';
import { runMember } from './members';

/**
 * Runs all members on one block of a chunk, adds up what one of them made of it, and goes on to the next block.
 *
 * Arguments see `OP_CHAIN_SUM`.
 * Tiling    blocks of CHAIN_BLOCK elements of a chunk; a chunk's sum is carried from block to block in f64.
 * Threads   chunks.
 * Numerics  those of the members' own kernels and of f32_reduce_rows, to the bit.
 */
export function chainSum(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const outputs = <usize>load<i32>(record + (RECORD_OUTPUTS << 2));
  const inputs = <usize>load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + ((outputs + inputs) << 2);
  const length = load<i32>(params, 4);
  const chunk = load<i32>(params, 8);
  const divisor = <f64>load<f32>(params, 12);
  const chunks = (length + chunk - 1) / chunk;
  const tasks = load<i32>(params) / length * chunks;
  const end = shareStart(tasks, thread + 1, threads);
  let task = shareStart(tasks, thread, threads);
  if (task >= end) return;

  const slots = load<i32>(params, 16);
  const table = <usize>load<u32>(args + ((outputs - 1) << 2)) + <usize>load<i32>(params, 28) * thread;
  const summed = table + <usize>load<i32>(params, 24) * SLOT_BYTES;
  const code = readSlots(<usize>load<u32>(args + ((outputs + inputs - 1) << 2)), slots, args, table);
  const last = code + <usize>load<i32>(params, 20) * (MEMBER_WORDS << 2);
  for (; task < end; task++) {
    const first = (task % chunks) * chunk;
    const count = min(chunk, length - first);
    const at = (task / chunks) * length + first;
    let total: f64 = 0;
    for (let done = 0; done < count; done += CHAIN_BLOCK) {
      const elements = <usize>min(CHAIN_BLOCK, count - done);
      place(table, slots, at + done, 0);
      for (let member = code; member < last; member += MEMBER_WORDS << 2) runMember(member, table, elements);
      total = sumOnto(total, load<u32>(summed, 12), elements);
    }
    store<f32>(<usize>load<u32>(args) + (<usize>task << 2), <f32>(total / divisor));
  }
}
