import {
  RECORD_ARGS,
  RECORD_BYTES,
  RECORD_INPUTS,
  RECORD_OUTPUTS,
  RECORD_PARTS,
  RECORD_WORDS,
} from '../../assembly/abi/record';
import type { ProgramStage, ProgramTask } from '../wasm/program-image';
import type { Stage } from './schedule';
import type { Operand, TraceRecord } from './trace';

/** Writes a record at byte address `at`; words past its last parameter become 0. */
export function writeRecord(
  memory: WebAssembly.Memory,
  at: number,
  { opcode, outputs, inputs, params, parts }: TraceRecord,
  addressOf: (operand: Operand) => number,
): void {
  const words = new Int32Array(memory.buffer, at, RECORD_WORDS).fill(0);
  words[0] = opcode;
  words[RECORD_OUTPUTS] = outputs.length;
  words[RECORD_INPUTS] = inputs.length;
  words[RECORD_PARTS] = parts;
  words.set([...outputs.map(addressOf), ...inputs.map(addressOf), ...params], RECORD_ARGS);
}

/**
 * The stages as threads walk them, their records lying one behind the other from `address` on. With one share each
 * everything is a single task.
 *
 * @param shares at most how many a record is split into.
 * @param threads how many walk.
 */
export function tasksOf(
  stages: readonly Stage[],
  address: number,
  shares: number,
  threads: number,
): ProgramStage[] {
  let records = address;
  if (shares === 1) {
    const count = stages.reduce((sum, stage) => sum + stage.records.length, 0);
    return count > 0 ? [{ tasks: [{ records, count, share: 0, shares: 1 }] }] : [];
  }
  return stages.map((stage): ProgramStage => {
    if (stage.own) {
      const count = stage.records.length;
      return { tasks: [{ records, count, share: 0, shares: 1 }], alone: true };
    }
    // A thread begins with its own part of a stage's tasks: its part of each record, one record after the other.
    const own: ProgramTask[][] = Array.from({ length: threads }, () => []);
    let next = 0;
    for (const { parts } of stage.records) {
      const split = Math.min(parts, shares);
      for (let share = 0; share < split; share++) {
        const thread = split > 1 ? Math.floor((share * threads) / split) : next++ % threads;
        own[thread]!.push({ records, count: 1, share, shares: split });
      }
      records += RECORD_BYTES;
    }
    return { tasks: own.flat() };
  });
}
