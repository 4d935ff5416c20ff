import {
  OP_ADAM,
  OP_AVERAGE,
  OP_CLIP_IN_PLACE,
  OP_RMSPROP,
  OP_SGD,
  OP_SGD_MOMENTUM,
} from '../../../assembly/abi/optimizer';
import { RECORD_ARGS, RECORD_WORDS } from '../../../assembly/abi/record';
import type { Trace, TraceBuffer, TraceRecord } from '../trace';
import { commutes, type Touched, touchedBy } from './moves';

/** Buffers that a record writes for each parameter. */
const OUTPUTS: ReadonlyMap<number, number> = new Map([
  [OP_SGD, 1],
  [OP_SGD_MOMENTUM, 2],
  [OP_RMSPROP, 2],
  [OP_ADAM, 3],
  [OP_AVERAGE, 1],
  [OP_CLIP_IN_PLACE, 1],
]);

/** Steps that are to become one record, at the place of the last of them. */
interface Steps {
  readonly key: string;
  readonly members: TraceRecord[];
  at: number;
}

/**
 * Makes the updates of parameters by one optimizer with equal settings one record, of as many parameters as a record
 * has room for; averages and clipping alike.
 */
export function fuseOptimizer(trace: Trace): Trace {
  const { records } = trace;
  const placed = new Map<number, readonly TraceRecord[]>();
  const open = new Map<number, Steps>();
  const close = (steps: Steps | undefined) => steps && placed.set(steps.at, steps.members);
  for (const [at, record] of records.entries()) {
    const { opcode } = record;
    if (!OUTPUTS.has(opcode)) continue;
    const key = settingsOf(record).join();
    let steps = open.get(opcode);
    if (!steps || steps.key !== key || !mayJoin(steps, at, records)) {
      close(steps);
      steps = { key, members: [], at };
      open.set(opcode, steps);
    }
    steps.members.push(record);
    steps.at = at;
  }
  for (const steps of open.values()) close(steps);
  return {
    ...trace,
    records: records.flatMap((record, at) => {
      if (!OUTPUTS.has(record.opcode)) return record;
      const members = placed.get(at);
      return members ? fuse(members) : [];
    }),
  };
}

/** Whether the steps may wait for the record at `at`, have room for it and do not already change what it changes. */
function mayJoin({ members, at: last }: Steps, at: number, records: readonly TraceRecord[]): boolean {
  const record = records[at]!;
  const fused = fuse([...members, record]);
  const words = RECORD_ARGS + fused.outputs.length + fused.inputs.length + fused.params.length;
  if (words > RECORD_WORDS) return false;
  const touched: Touched = touchedBy(members);
  const changes = (buffer: TraceBuffer) => touched.written.has(buffer) || touched.read.has(buffer);
  if (record.outputs.some(({ buffer }) => changes(buffer))) return false;
  return records.slice(last + 1, at).every((between) => commutes(between, touched));
}

const parametersOf = ({ opcode, outputs }: TraceRecord) => outputs.length / OUTPUTS.get(opcode)!;

/** A record's parameters but the lengths. */
const settingsOf = (record: TraceRecord) =>
  record.params.slice(0, record.params.length - parametersOf(record));

function fuse(members: readonly TraceRecord[]): TraceRecord {
  const [first] = members as [TraceRecord, ...TraceRecord[]];
  const lengths = members.flatMap((member) => member.params.slice(settingsOf(member).length));
  return {
    opcode: first.opcode,
    name: members.length > 1 ? `${first.name} of ${lengths.length} parameters` : first.name,
    outputs: members.flatMap(({ outputs }) => outputs),
    inputs: members.flatMap(({ inputs }) => inputs),
    params: [...settingsOf(first), ...lengths],
    parts: members.reduce((sum, { parts }) => sum + parts, 0),
  };
}
