import type { TraceBuffer, TraceRecord } from './trace';

/** Records that do not depend on each other: all may run at once. */
export interface Stage {
  readonly records: readonly TraceRecord[];
  /** Writes state: the calling thread runs it alone. */
  readonly own: boolean;
}

/** How far a record may move up past others that it does not depend on: further would only lengthen lifetimes. */
const REACH = 2;

/** Who used a buffer last: the latest stages that write and read it. */
interface Use {
  written: number;
  read: number;
}

/**
 * Puts records in stages: one runs after every record before it that writes what it reads or writes, or reads what
 * it writes, and beside the others. Records that write state come last, each stage of them the calling thread's
 * own; records must not read state after it has written it (see `settleState`).
 */
export function schedule(records: readonly TraceRecord[]): Stage[] {
  const stages: TraceRecord[][] = [];
  const uses = new Map<TraceBuffer, Use>();
  const useOf = (buffer: TraceBuffer): Use => {
    let use = uses.get(buffer);
    if (!use) {
      use = { written: -1, read: -1 };
      uses.set(buffer, use);
    }
    return use;
  };
  const last = records.filter(writesState);
  for (const record of records) {
    if (writesState(record)) continue;
    let stage = Math.max(0, stages.length - REACH);
    for (const { buffer } of record.inputs) stage = Math.max(stage, useOf(buffer).written + 1);
    for (const { buffer } of record.outputs) {
      const { written, read } = useOf(buffer);
      stage = Math.max(stage, written + 1, read + 1);
    }
    if (stage === stages.length) stages.push([]);
    stages[stage]!.push(record);
    for (const { buffer } of record.inputs) useOf(buffer).read = Math.max(useOf(buffer).read, stage);
    for (const { buffer } of record.outputs) useOf(buffer).written = Math.max(useOf(buffer).written, stage);
  }
  const shared = stages.map((stage) => ({ records: stage, own: false }));
  return last.length > 0 ? [...shared, { records: last, own: true }] : shared;
}

export function writesState(record: TraceRecord): boolean {
  return record.outputs.some(({ buffer }) => buffer.kind === 'state');
}
