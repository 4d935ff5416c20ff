import type { TraceBuffer, TraceRecord } from '../trace';

/** Buffers that a record reads and writes. */
export interface Touched {
  readonly read: ReadonlySet<TraceBuffer>;
  readonly written: ReadonlySet<TraceBuffer>;
}

export function touchedBy(records: Iterable<TraceRecord>): Touched {
  const read = new Set<TraceBuffer>();
  const written = new Set<TraceBuffer>();
  for (const record of records) {
    for (const { buffer } of record.inputs) read.add(buffer);
    for (const { buffer } of record.outputs) written.add(buffer);
  }
  return { read, written };
}

/** Whether a record may run before or after others alike: neither writes what the other reads or writes. */
export function commutes({ inputs, outputs }: TraceRecord, { read, written }: Touched): boolean {
  return (
    inputs.every(({ buffer }) => !written.has(buffer)) &&
    outputs.every(({ buffer }) => !written.has(buffer) && !read.has(buffer))
  );
}
