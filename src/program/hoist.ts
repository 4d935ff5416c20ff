import { FAMILY_RANDOM, FAMILY_SHIFT } from '../../assembly/abi/record';
import { writesState } from './schedule';
import type { TraceBuffer, TraceRecord } from './trace';

/** A program in two parts: what depends on nothing but weights and constants, and the rest. */
export interface Hoisted {
  /** Packed and transformed weights, folded constants. */
  readonly prelude: readonly TraceRecord[];
  readonly body: readonly TraceRecord[];
}

/**
 * Takes apart what needs to run only when weights have changed. A program that changes weights itself has no such
 * part: it would hold the memory of every packed weight for ever, and run it each time all the same.
 */
export function hoist(records: readonly TraceRecord[]): Hoisted {
  if (records.some(writesState)) return { prelude: [], body: records };
  const varying = new Set<TraceBuffer>();
  for (let size = -1; size !== varying.size; ) {
    size = varying.size;
    for (const record of records) {
      if (isVarying(record, varying)) for (const { buffer } of record.outputs) varying.add(buffer);
    }
  }
  const prelude = records.filter((record) => !isVarying(record, varying));
  return { prelude, body: records.filter((record) => isVarying(record, varying)) };
}

function isVarying({ opcode, inputs, outputs }: TraceRecord, varying: ReadonlySet<TraceBuffer>): boolean {
  if (opcode >> FAMILY_SHIFT === FAMILY_RANDOM) return true;
  return [...inputs, ...outputs].some(({ buffer }) => buffer.kind === 'input' || varying.has(buffer));
}
