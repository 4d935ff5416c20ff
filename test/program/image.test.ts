import { describe, expect, it } from 'vitest';
import { RECORD_BYTES } from '../../assembly/abi/record';
import { tasksOf } from '../../src/program/image';
import type { TraceRecord } from '../../src/program/trace';

const record = (parts: number): TraceRecord => ({
  name: 'x',
  opcode: 0,
  outputs: [],
  inputs: [],
  params: [],
  parts,
});

describe('the tasks of a stage', () => {
  it('are in the order of the threads that take them first: of each record a thread has its part', () => {
    const stages = [{ records: [record(9), record(1), record(2), record(1)], own: false }];
    const [stage] = tasksOf(stages, 1000 * RECORD_BYTES, 4, 2);
    const order = stage!.tasks.map(({ records, share, shares }) => [
      records / RECORD_BYTES - 1000,
      share,
      shares,
    ]);
    expect(order).toEqual([
      [0, 0, 4],
      [0, 1, 4],
      [1, 0, 1],
      [2, 0, 2],
      [0, 2, 4],
      [0, 3, 4],
      [2, 1, 2],
      [3, 0, 1],
    ]);
    expect(stage!.alone).toBeFalsy();
  });

  it('that writes state are one, the calling thread’s; so is a whole program on one thread', () => {
    const stages = [
      { records: [record(8), record(8)], own: false },
      { records: [record(1), record(1), record(1)], own: true },
    ];
    const last = tasksOf(stages, RECORD_BYTES, 6, 3)[1];
    const records = 3 * RECORD_BYTES;
    expect(last).toEqual({ tasks: [{ records, count: 3, share: 0, shares: 1 }], alone: true });
    expect(tasksOf(stages, RECORD_BYTES, 1, 1)).toEqual([
      { tasks: [{ records: RECORD_BYTES, count: 5, share: 0, shares: 1 }] },
    ]);
  });
});
