import { flopsOf } from './cost';
import type { Program, Step } from './program';
import type { Operand, TraceBuffer, TraceRecord } from './trace';

/** One record's part in a replay. */
export interface RecordTime {
  /** The kernel that it is of, and the shape of its output, e.g. `Conv2D 64×7×7×128`. */
  readonly name: string;
  /** Floating-point operations by the direct method; 0 where memory is what bounds it. */
  readonly flops: number;
  /** Read and written, scratch left out. */
  readonly bytes: number;
  /** When it began, and how long it took, in milliseconds. */
  readonly start: number;
  readonly ms: number;
}

/** Runs a program once, record by record, with times; the numbers are the same as a replay's. */
export function profileProgram(program: Program, step: Step): RecordTime[] {
  const ran: { record: TraceRecord; start: number; ms: number }[] = [];
  program.eachRecord(step, (record, run) => {
    const start = performance.now();
    run();
    ran.push({ record, start, ms: performance.now() - start });
  });
  const scratch = scratchOf(
    ran.map(({ record }) => record),
    program.outputs,
  );
  return ran.map(({ record, start, ms }) => {
    const flops = flopsOf(record.opcode, record.params);
    return { name: record.name, flops, bytes: traffic(record, scratch), start, ms };
  });
}

/** Bytes that a record reads and writes; what nobody else touches is its scratch. */
function traffic({ inputs, outputs }: TraceRecord, scratch: ReadonlySet<TraceBuffer>): number {
  const touched = new Set([...inputs, ...outputs].map(({ buffer }) => buffer));
  let bytes = 0;
  for (const buffer of touched) if (!scratch.has(buffer)) bytes += buffer.bytes;
  return bytes;
}

/** Temporaries that a single record touches: nobody reads what it leaves there. */
function scratchOf(records: readonly TraceRecord[], outputs: readonly Operand[]): Set<TraceBuffer> {
  const owners = new Map<TraceBuffer, TraceRecord>();
  const shared = new Set(outputs.map(({ buffer }) => buffer));
  for (const record of records) {
    for (const { buffer } of [...record.inputs, ...record.outputs]) {
      const owner = owners.get(buffer);
      if (buffer.kind !== 'temporary' || (owner && owner !== record)) shared.add(buffer);
      owners.set(buffer, record);
    }
  }
  return new Set([...owners.keys()].filter((buffer) => !shared.has(buffer)));
}
