import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';

/** Where in a trace a buffer is touched: indices of records, ascending. */
export interface Uses {
  readonly writers: readonly number[];
  readonly readers: readonly number[];
  /** Whether it, or a part of it, is an output of the program. */
  readonly output: boolean;
}

const UNUSED: Uses = { writers: [], readers: [], output: false };

/** All uses of a trace's buffers. */
export class UseMap {
  private readonly uses = new Map<
    TraceBuffer,
    { readonly writers: number[]; readonly readers: number[]; output: boolean }
  >();

  constructor({ records, outputs }: Trace) {
    for (const [i, record] of records.entries()) {
      for (const { buffer } of record.inputs) append(this.entry(buffer).readers, i);
      for (const { buffer } of record.outputs) append(this.entry(buffer).writers, i);
    }
    for (const { buffer } of outputs) this.entry(buffer).output = true;
  }

  of(buffer: TraceBuffer): Uses {
    return this.uses.get(buffer) ?? UNUSED;
  }

  /** Whether the buffer is a temporary that one record writes, without reading it, and none changes. */
  isValue(buffer: TraceBuffer): boolean {
    const { writers, readers } = this.of(buffer);
    return buffer.kind === 'temporary' && writers.length === 1 && !readers.includes(writers[0]!);
  }

  /** Whether the buffer is written by a record with index in (after, before), but for those of `except`. */
  isWrittenBetween(
    buffer: TraceBuffer,
    after: number,
    before: number,
    except?: ReadonlySet<number>,
  ): boolean {
    return isAnyBetween(this.of(buffer).writers, after, before, except);
  }

  /** Whether the buffer is read by such a record. */
  isReadBetween(buffer: TraceBuffer, after: number, before: number, except?: ReadonlySet<number>): boolean {
    return isAnyBetween(this.of(buffer).readers, after, before, except);
  }

  private entry(buffer: TraceBuffer) {
    let entry = this.uses.get(buffer);
    if (!entry) {
      entry = { writers: [], readers: [], output: false };
      this.uses.set(buffer, entry);
    }
    return entry;
  }
}

/** @param places ascending. */
function isAnyBetween(
  places: readonly number[],
  after: number,
  before: number,
  except?: ReadonlySet<number>,
): boolean {
  let low = 0;
  for (let high = places.length; low < high; ) {
    const middle = (low + high) >> 1;
    if (places[middle]! > after) high = middle;
    else low = middle + 1;
  }
  for (; low < places.length && places[low]! < before; low++) if (!except?.has(places[low]!)) return true;
  return false;
}

function append(list: number[], index: number): void {
  if (list.at(-1) !== index) list.push(index);
}

/** The trace with every place in a buffer replaced. */
export function mapOperands(trace: Trace, replace: (operand: Operand) => Operand): Trace {
  return {
    records: trace.records.map((record) => mapRecord(record, replace)),
    outputs: trace.outputs.map(replace),
  };
}

/** The record with every place in a buffer replaced. */
export function mapRecord(record: TraceRecord, replace: (operand: Operand) => Operand): TraceRecord {
  return { ...record, outputs: record.outputs.map(replace), inputs: record.inputs.map(replace) };
}
