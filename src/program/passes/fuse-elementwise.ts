import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { chainRecord, periodOf } from './chain';
import { type Member, memberOf } from './members';
import { commutes, touchedBy } from './moves';
import { UseMap } from './uses';

/** More members than this are two chains. */
const MOST_MEMBERS = 24;

/** Members that become one record, at the place of the last of them. */
class Chain {
  constructor(
    /** By their place in the trace, ascending. */
    readonly members: ReadonlyMap<number, Member>,
    readonly at: number,
  ) {}

  makes(buffer: TraceBuffer): boolean {
    return [...this.members.values()].some(({ result }) => result.place.buffer === buffer);
  }

  /** Whether it may wait for the record at `to`. */
  mayWait(to: number, records: readonly TraceRecord[], beside: ReadonlySet<number>): boolean {
    const touched = touchedBy([...this.members.values()].map(({ record }) => record));
    for (let i = this.at + 1; i < to; i++) {
      if (!beside.has(i) && !commutes(records[i]!, touched)) return false;
    }
    return true;
  }
}

/**
 * Makes elementwise records that read each other's results, over one number of elements, one record which runs
 * block by block: what only they read is never in memory.
 *
 * A record joins those that make its operands if these can wait for it: nothing in between reads their results or
 * changes what they read.
 */
export function fuseElementwise(trace: Trace): Trace {
  const { records } = trace;
  const uses = new UseMap(trace);
  const chains = new Map<TraceBuffer, Chain>();
  for (const [at, record] of records.entries()) {
    const member = memberOf(record);
    const ownsResult = ({ buffer, offset }: Operand) => offset === 0 && uses.isValue(buffer);
    if (!member || !record.outputs.every(ownsResult)) continue;
    const chain = join(member, at, chains, trace, uses);
    for (const { result } of chain.members.values()) chains.set(result.place.buffer, chain);
  }

  const fused = new Map<number, TraceRecord | undefined>();
  for (const chain of new Set(chains.values())) {
    if (chain.members.size < 2) continue;
    for (const at of chain.members.keys()) fused.set(at, undefined);
    fused.set(chain.at, recordOf(chain, uses));
  }
  return {
    ...trace,
    records: records.flatMap((record, at) => (fused.has(at) ? (fused.get(at) ?? []) : record)),
  };
}

/** The chain of a member and of as many as can be of those that make its operands. */
function join(
  member: Member,
  at: number,
  chains: ReadonlyMap<TraceBuffer, Chain>,
  { records }: Trace,
  uses: UseMap,
): Chain {
  const alone = new Chain(new Map([[at, member]]), at);
  const found = new Set<Chain>();
  for (const { place } of member.operands) {
    const chain = chains.get(place.buffer);
    if (chain) found.add(chain);
  }
  let joined = alone;
  for (const chain of found) {
    if (!readsWhole(member, chain)) continue;
    const places = [...chain.members.keys(), ...joined.members.keys()].sort((a, b) => a - b);
    if (places.length > MOST_MEMBERS) continue;
    if (!chain.mayWait(at, records, new Set(places))) continue;
    const members = places.map((place) => chain.members.get(place) ?? joined.members.get(place)!);
    const wider = new Chain(new Map(places.map((place, i) => [place, members[i]!])), at);
    if (periodOf(members) !== undefined && recordOf(wider, uses)) joined = wider;
  }
  return joined;
}

/** Whether the member has as many elements as the chain, and reads what that makes element by element. */
function readsWhole(member: Member, chain: Chain): boolean {
  const [first] = chain.members.values();
  if (first!.n !== member.n) return false;
  return member.operands.every((operand) => {
    if (!chain.makes(operand.place.buffer)) return true;
    return operand.reads === 'each' && operand.place.offset === 0;
  });
}

function recordOf({ members }: Chain, uses: UseMap): TraceRecord | undefined {
  const isResult = (buffer: TraceBuffer) => {
    const { readers, output } = uses.of(buffer);
    return output || readers.some((reader) => !members.has(reader));
  };
  return chainRecord([...members.values()], isResult);
}
