import type { Trace, TraceBuffer, TraceRecord } from '../trace';

/** Leaves out the records that write neither state nor anything which is read later or is an output. */
export function removeDead({ records, outputs }: Trace): Trace {
  const read = new Set<TraceBuffer>(outputs.map(({ buffer }) => buffer));
  const kept: TraceRecord[] = [];
  for (const record of [...records].reverse()) {
    if (!record.outputs.some(({ buffer }) => buffer.kind === 'state' || read.has(buffer))) continue;
    for (const { buffer } of record.inputs) read.add(buffer);
    kept.push(record);
  }
  return { records: kept.reverse(), outputs };
}
