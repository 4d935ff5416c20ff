import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { mapRecord, UseMap } from './uses';

/**
 * Of records that compute the same from the same values keeps the first, and lets whoever read the others' results
 * read its own. So the weights of a layer that is applied to two batches, or differentiated twice, are packed once.
 */
export function shareEqual(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const numbers = new Numbers();
  const instead = new Map<TraceBuffer, TraceBuffer>();
  const replace = ({ buffer, offset }: Operand): Operand => ({
    buffer: instead.get(buffer) ?? numbers.firstOf(buffer),
    offset,
  });
  const known = new Map<string, TraceRecord>();
  const writes = new Map<TraceBuffer, number>();
  const records: TraceRecord[] = [];
  for (const before of trace.records) {
    const record = mapRecord(before, replace);
    // Nobody changes what it writes, so another record's result may stand for it.
    if (before.outputs.every(({ buffer }) => uses.isValue(buffer))) {
      const key = keyOf(record, numbers, writes);
      const equal = known.get(key);
      if (equal) {
        for (const [i, { buffer }] of before.outputs.entries()) instead.set(buffer, equal.outputs[i]!.buffer);
        continue;
      }
      known.set(key, record);
    }
    for (const { buffer } of record.outputs) writes.set(buffer, (writes.get(buffer) ?? 0) + 1);
    records.push(record);
  }
  return { records, outputs: trace.outputs.map(replace) };
}

/** The same for two records if they compute the same: the number of writes before tells a buffer's values apart. */
function keyOf(
  { opcode, params, parts, inputs, outputs }: TraceRecord,
  numbers: Numbers,
  writes: ReadonlyMap<TraceBuffer, number>,
): string {
  const read = inputs.map(({ buffer, offset }) =>
    [numbers.of(buffer), offset, writes.get(buffer) ?? 0].join(':'),
  );
  const written = outputs.map(({ buffer, offset }) => `${buffer.bytes}:${offset}`);
  return [opcode, params.join(), parts, read.join(), written.join()].join(' ');
}

/** A number for each buffer; constants of the same values are one buffer, the first of them. */
class Numbers {
  private readonly numbers = new Map<TraceBuffer, number>();
  /** By length and first and last byte, since one compares with all that could be the same. */
  private readonly constants = new Map<string, TraceBuffer[]>();
  private readonly first = new Map<TraceBuffer, TraceBuffer>();

  of(buffer: TraceBuffer): number {
    let number = this.numbers.get(buffer);
    if (number === undefined) {
      number = this.numbers.size;
      this.numbers.set(buffer, number);
    }
    return number;
  }

  firstOf(buffer: TraceBuffer): TraceBuffer {
    if (buffer.kind !== 'constant') return buffer;
    let first = this.first.get(buffer);
    if (!first) {
      const values = buffer.values!;
      const key = `${values.length} ${values[0]} ${values.at(-1)}`;
      const others = this.constants.get(key) ?? [];
      first = others.find((other) => sameValues(other.values!, values)) ?? buffer;
      if (first === buffer) this.constants.set(key, [...others, buffer]);
      this.first.set(buffer, first);
    }
    return first;
  }
}

function sameValues(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}
