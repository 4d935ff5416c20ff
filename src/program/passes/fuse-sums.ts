import { OP_REDUCE_ROWS, REDUCE_SUM } from '../../../assembly/abi/reduce';
import type { Trace, TraceRecord } from '../trace';
import { periodOf } from './chain';
import { type Chain, findChains, withChains } from './chains';
import { UseMap } from './uses';

/** Rows or chunks shorter than this are not worth the setting up of blocks. */
const LEAST_CHUNK = 256;

/**
 * Sums what elementwise records make as it is made: a loss, `mean(|x − y|)` say, never has |x − y| in memory. Each
 * chunk is summed in the order in which the record of the sum alone does it.
 */
export function fuseSums(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const fused: { chain: Chain; at: number; record: TraceRecord }[] = [];
  const taken = new Set<number>();
  findChains(trace, uses, (record, at, chainOf) => {
    const chain = isSum(record) ? chainOf(record.inputs[0]!.buffer) : undefined;
    if (!chain || !isSummable(chain, record) || [...chain.members.keys()].some((of) => taken.has(of))) return;
    if (!chain.mayWait(at, uses)) return;
    const sum = chain.record(trace, uses, at);
    if (!sum) return;
    for (const of of chain.members.keys()) taken.add(of);
    fused.push({ chain, at, record: sum });
  });
  return withChains(trace, fused);
}

function isSum({ opcode, params }: TraceRecord): boolean {
  return opcode === OP_REDUCE_ROWS && params[0] === REDUCE_SUM && params[3]! >= LEAST_CHUNK;
}

/** Whether the record sums all that a chain makes, of which no operand repeats. */
function isSummable({ members }: Chain, { inputs, params }: TraceRecord): boolean {
  const [first] = members.values();
  const [, outer, length] = params as [number, number, number];
  return inputs[0]!.offset === 0 && first!.n === outer * length && periodOf(members.values()) === 0;
}
