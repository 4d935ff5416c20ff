import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { chainRecord, periodOf } from './chain';
import { type Member, memberOf } from './members';
import { commutes, touchedBy } from './moves';
import type { UseMap } from './uses';

/** More members than this are two chains. */
const MOST_MEMBERS = 24;

/** Members that become one record, at the place of the last of them. */
export class Chain {
  constructor(
    /** By their place in the trace, ascending. */
    readonly members: ReadonlyMap<number, Member>,
    readonly at: number,
  ) {}

  makes(buffer: TraceBuffer): boolean {
    return [...this.members.values()].some(({ result }) => result.place.buffer === buffer);
  }

  /** Whether it may wait for the record at `to`; those `beside` wait too. */
  mayWait(to: number, records: readonly TraceRecord[], beside?: ReadonlySet<number>): boolean {
    const touched = touchedBy([...this.members.values()].map(({ record }) => record));
    for (let i = this.at + 1; i < to; i++) {
      if (!beside?.has(i) && !commutes(records[i]!, touched)) return false;
    }
    return true;
  }

  /** Its record; with the sum at `sumAt` of what a member makes. Undefined if a record has no room for it. */
  record({ records }: Trace, uses: UseMap, sumAt?: number): TraceRecord | undefined {
    const isResult = (buffer: TraceBuffer) => {
      const { readers, output } = uses.of(buffer);
      return output || readers.some((reader) => reader !== sumAt && !this.members.has(reader));
    };
    const sum = sumAt === undefined ? undefined : records[sumAt];
    return chainRecord([...this.members.values()], isResult, sum);
  }
}

/**
 * The chains of a trace: elementwise records, over one number of elements, that read each other's results. A record
 * joins those that make its operands if these can wait for it: nothing in between reads their results or changes
 * what they read.
 *
 * @param visit is called at each record that is no member, with the chain, so far, that makes a buffer.
 */
export function findChains(
  trace: Trace,
  uses: UseMap,
  visit?: (record: TraceRecord, at: number, chainOf: (buffer: TraceBuffer) => Chain | undefined) => void,
): ReadonlySet<Chain> {
  const chains = new Map<TraceBuffer, Chain>();
  for (const [at, record] of trace.records.entries()) {
    const member = memberOf(record);
    const ownsResult = ({ buffer, offset }: Operand) => offset === 0 && uses.isValue(buffer);
    if (!member || !record.outputs.every(ownsResult)) {
      visit?.(record, at, (buffer) => chains.get(buffer));
      continue;
    }
    const chain = join(member, at, chains, trace, uses);
    for (const { result } of chain.members.values()) chains.set(result.place.buffer, chain);
  }
  return new Set(chains.values());
}

/** The chain of a member and of as many as can be of those that make its operands. */
function join(
  member: Member,
  at: number,
  chains: ReadonlyMap<TraceBuffer, Chain>,
  trace: Trace,
  uses: UseMap,
): Chain {
  const found = new Set<Chain>();
  for (const { place } of member.operands) {
    const chain = chains.get(place.buffer);
    if (chain) found.add(chain);
  }
  let joined = new Chain(new Map([[at, member]]), at);
  for (const chain of found) {
    if (!readsWhole(member, chain)) continue;
    const places = [...chain.members.keys(), ...joined.members.keys()].sort((a, b) => a - b);
    if (places.length > MOST_MEMBERS || !chain.mayWait(at, trace.records, new Set(places))) continue;
    const members = new Map(
      places.map((place) => [place, chain.members.get(place) ?? joined.members.get(place)!]),
    );
    const wider = new Chain(members, at);
    if (periodOf([...members.values()]) !== undefined && wider.record(trace, uses)) joined = wider;
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

/** The trace with the members of chains gone, and each chain's record at the chain's place. */
export function withChains(
  trace: Trace,
  fused: readonly { readonly chain: Chain; readonly at: number; readonly record: TraceRecord }[],
): Trace {
  const instead = new Map<number, TraceRecord | undefined>();
  for (const { chain } of fused) for (const at of chain.members.keys()) instead.set(at, undefined);
  for (const { at, record } of fused) instead.set(at, record);
  return {
    ...trace,
    records: trace.records.flatMap((record, at) => (instead.has(at) ? (instead.get(at) ?? []) : record)),
  };
}
