import { OP_COPY } from '../../../assembly/abi/layout';
import { partsOf } from '../records/strides';
import { writesState } from '../schedule';
import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { mapOperands } from './uses';

/**
 * Lets state that is used again after it was written (spectral normalisation's vectors) change in a temporary, which
 * is copied from the state first and to it at the end. From then on all writes of state can come last, so a replay
 * that is interrupted before has changed nothing and can be repeated.
 */
export function settleState(trace: Trace): Trace {
  const written = new Set<TraceBuffer>();
  const unsettled = new Map<TraceBuffer, TraceBuffer>();
  for (const record of trace.records) {
    const own = writesState(record);
    for (const { buffer } of [...record.inputs, ...record.outputs]) {
      if (!own && written.has(buffer)) unsettled.set(buffer, { kind: 'temporary', bytes: buffer.bytes });
    }
    for (const { buffer } of record.outputs) if (buffer.kind === 'state') written.add(buffer);
  }
  if (unsettled.size === 0) return trace;

  const moved = (operand: Operand): Operand => {
    const buffer = unsettled.get(operand.buffer);
    return buffer ? { buffer, offset: operand.offset } : operand;
  };
  const { records, outputs } = mapOperands(trace, moved);
  const pairs = [...unsettled];
  return {
    records: [
      ...pairs.map(([state, temporary]) => copy(temporary, state)),
      ...records,
      ...pairs.map(([state, temporary]) => copy(state, temporary)),
    ],
    outputs,
  };
}

function copy(to: TraceBuffer, from: TraceBuffer): TraceRecord {
  const words = Math.ceil(from.bytes / 4);
  return {
    opcode: OP_COPY,
    name: 'Copy',
    outputs: [{ buffer: to, offset: 0 }],
    inputs: [{ buffer: from, offset: 0 }],
    params: [words],
    parts: partsOf(words),
  };
}
