// Chains of elementwise members.
import { MEMBER_WORDS, REPEAT_WORDS, SLOT_BYTES, SLOT_WORDS } from '../abi/fused';
import { RECORD_ARGS, RECORD_INPUTS, RECORD_OUTPUTS } from '../abi/record';
import { shareStart } from '../split';
import { runMember } from './members';

/**
 * Runs all members on one block before the next: memory sees the operands and the results only, what is in between
 * lives in a block of the thread's scratch.
 *
 * Arguments see `OP_CHAIN`.
 * Layout    n elements as rows (the last one may be cut short), each cut into blocks. An operand that repeats is
 *           either laid out once, to a block's length, or is a row long and followed column by column.
 * Tiling    blocks small enough for the first-level cache, all slots of a member together.
 * Threads   blocks, in order.
 * Numerics  those of the members' own kernels, to the bit.
 */
export function chain(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const outputs = <usize>load<i32>(record + (RECORD_OUTPUTS << 2));
  const inputs = <usize>load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + ((outputs + inputs) << 2);
  const n = load<i32>(params);
  const rowLength = load<i32>(params, 4);
  const block = load<i32>(params, 8);
  const rows = (n + rowLength - 1) / rowLength;
  const pieces = (rowLength + block - 1) / block;
  const end = shareStart(rows * pieces, thread + 1, threads);
  let piece = shareStart(rows * pieces, thread, threads);
  if (piece >= end) return;

  const slots = load<i32>(params, 12);
  const count = load<i32>(params, 16);
  const repeats = load<i32>(params, 20);
  const table = <usize>load<u32>(args + ((outputs - 1) << 2)) + <usize>load<i32>(params, 24) * thread;
  let code = <usize>load<u32>(args + ((outputs + inputs - 1) << 2));
  code = readSlots(code, slots, args, table);
  code = layRepeats(code, repeats, args, table);
  const last = code + <usize>count * (MEMBER_WORDS << 2);
  for (; piece < end; piece++) {
    const row = piece / pieces;
    const column = (piece - row * pieces) * block;
    const at = row * rowLength + column;
    place(table, slots, at, column);
    const elements = <usize>min(min(block, rowLength - column), n - at);
    for (let member = code; member < last; member += MEMBER_WORDS << 2) runMember(member, table, elements);
  }
}

/** Fills in pointers and steps of the slots; returns the code behind them. */
export function readSlots(code: usize, slots: i32, args: usize, table: usize): usize {
  let slot = table;
  for (; slots > 0; slots--) {
    const word = load<i32>(code);
    const pointer = word < 0 ? table : <usize>load<u32>(args + (<usize>word << 2));
    store<u32>(slot, <u32>(pointer + <usize>load<i32>(code, 4)));
    store<u32>(slot, load<u32>(code, 8), 4);
    store<u32>(slot, load<u32>(code, 12), 8);
    slot += SLOT_BYTES;
    code += SLOT_WORDS << 2;
  }
  return code;
}

/** Lays short operands side by side in the scratch until they fill a block; returns the code behind them. */
function layRepeats(code: usize, repeats: i32, args: usize, table: usize): usize {
  for (; repeats > 0; repeats--) {
    const source = <usize>load<u32>(args + (<usize>load<i32>(code) << 2));
    const period = <usize>load<i32>(code, 8);
    let to = table + <usize>load<i32>(code, 4);
    const end = to + (<usize>load<i32>(code, 12) << 2);
    for (; to < end; to += period << 2) {
      for (let i: usize = 0; i < period << 2; i += 4) store<u32>(to + i, load<u32>(source + i));
    }
    code += REPEAT_WORDS << 2;
  }
  return code;
}

/** Moves every slot to the block that begins at element `at`, column `column` of its row. */
export function place(table: usize, slots: i32, at: i32, column: i32): void {
  for (; slots > 0; slots--) {
    const pointer = load<u32>(table) + <u32>(at * load<i32>(table, 4)) + <u32>(column * load<i32>(table, 8));
    store<u32>(table, pointer, 12);
    table += SLOT_BYTES;
  }
}
