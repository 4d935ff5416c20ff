import { OP_COPY, OP_STRIDED } from '../../../assembly/abi/layout';
import { ALIGNMENT, MAX_RANK } from '../../../assembly/abi/record';
import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { mapRecord, UseMap } from './uses';

/**
 * Lets the readers of a copy read its source, as long as nobody changes either: whole copies, and slices that are one
 * run of their source. The copies themselves are left to `removeDead`.
 */
export function forwardCopies(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const sources = new Map<TraceBuffer, Operand>();
  const replace = ({ buffer, offset }: Operand): Operand => {
    const source = sources.get(buffer);
    return source ? { buffer: source.buffer, offset: source.offset + offset } : { buffer, offset };
  };
  const records = trace.records.map((before, i) => {
    const record = mapRecord(before, replace);
    const source = sourceOf(record);
    const to = before.outputs[0]?.buffer;
    if (source && to && isForwardable(to, source, i, trace.records.length, uses)) sources.set(to, source);
    // The copy still writes its own buffer.
    return { ...record, outputs: before.outputs };
  });
  return { records, outputs: trace.outputs.map(replace) };
}

/** What a record copies into the whole of its output, from its first byte on. */
function sourceOf({ opcode, outputs, inputs, params }: TraceRecord): Operand | undefined {
  if (opcode !== OP_COPY && opcode !== OP_STRIDED) return undefined;
  const from = opcode === OP_STRIDED ? runOf(params) : { start: 0, words: params[0]! };
  const [to, source] = [outputs[0]!, inputs[0]!];
  if (!from || to.offset !== 0 || from.words * 4 < to.buffer.bytes) return undefined;
  return { buffer: source.buffer, offset: source.offset + from.start * 4 };
}

/** Begin and length, in words, of a strided copy that reads one run and writes one from the first word on. */
function runOf(params: readonly number[]): { start: number; words: number } | undefined {
  const [to, start, n, ...loop] = params as [number, number, number, ...number[]];
  const steps = Array.from({ length: MAX_RANK }, (_, axis) => loop.slice(3 * axis, 3 * axis + 3));
  // An axis of size 1 has no stride; a single run has been made one axis.
  const [first, ...others] = steps.filter(([size]) => size !== 1);
  if (to !== 0 || others.length > 0 || (first && (first[1] !== 1 || first[2] !== 1))) return undefined;
  return { start, words: n };
}

function isForwardable(to: TraceBuffer, source: Operand, copy: number, end: number, uses: UseMap): boolean {
  const { readers, output } = uses.of(to);
  // Kernels take it that a buffer begins at a boundary.
  if (!uses.isValue(to) || source.offset % ALIGNMENT !== 0) return false;
  if (output && source.buffer.kind !== 'temporary') return false;
  const last = output ? end : (readers.at(-1) ?? copy);
  return !uses.isWrittenBetween(source.buffer, copy, last + 1);
}
