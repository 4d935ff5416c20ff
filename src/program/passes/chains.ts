import type { Operand, Trace, TraceBuffer, TraceRecord } from '../trace';
import { chainRecord, hasRoom, periodOf } from './chain';
import { type Member, memberOf } from './members';
import type { UseMap } from './uses';

/** More members than this are two chains. */
const MOST_MEMBERS = 24;

/** Members that become one record, at the place of the last of them. */
export class Chain {
  private readonly made = new Set<TraceBuffer>();
  private readonly read = new Set<TraceBuffer>();

  constructor(
    /** By their place in the trace, ascending. */
    readonly members: ReadonlyMap<number, Member>,
    readonly at: number,
  ) {
    for (const { result, operands } of members.values()) {
      this.made.add(result.place.buffer);
      for (const { place } of operands) this.read.add(place.buffer);
    }
  }

  makes(buffer: TraceBuffer): boolean {
    return this.made.has(buffer);
  }

  /** Whether it may wait for the record at `to`, as `commutes` has it; those `beside` wait too. */
  mayWait(to: number, uses: UseMap, beside?: ReadonlySet<number>): boolean {
    for (const buffer of this.made) if (uses.isReadBetween(buffer, this.at, to, beside)) return false;
    for (const buffer of this.read) if (uses.isWrittenBetween(buffer, this.at, to, beside)) return false;
    return true;
  }

  /** Whether a record has room for it. */
  fits(uses: UseMap): boolean {
    return hasRoom([...this.members.values()], (buffer) => this.isResult(buffer, uses));
  }

  /** Its record; with the sum at `sumAt` of what a member makes. Undefined if a record has no room for it. */
  record({ records }: Trace, uses: UseMap, sumAt?: number): TraceRecord | undefined {
    const sum = sumAt === undefined ? undefined : records[sumAt];
    return chainRecord([...this.members.values()], (buffer) => this.isResult(buffer, uses, sumAt), sum);
  }

  /** Whether others read what a member makes, but for the sum at `sumAt`. */
  private isResult(buffer: TraceBuffer, uses: UseMap, sumAt?: number): boolean {
    const { readers, output } = uses.of(buffer);
    return output || readers.some((reader) => reader !== sumAt && !this.members.has(reader));
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
    const chain = join(member, at, chains, uses);
    for (const { result } of chain.members.values()) chains.set(result.place.buffer, chain);
  }
  return new Set(chains.values());
}

/** The chain of a member and of as many as can be of those that make its operands. */
function join(member: Member, at: number, chains: ReadonlyMap<TraceBuffer, Chain>, uses: UseMap): Chain {
  const found = new Set<Chain>();
  for (const { place } of member.operands) {
    const chain = chains.get(place.buffer);
    if (chain) found.add(chain);
  }
  let joined = new Chain(new Map([[at, member]]), at);
  for (const chain of found) {
    if (!readsWhole(member, chain)) continue;
    const places = [...chain.members.keys(), ...joined.members.keys()].sort((a, b) => a - b);
    if (places.length > MOST_MEMBERS || !chain.mayWait(at, uses, new Set(places))) continue;
    const members = new Map<number, Member>();
    for (const place of places) members.set(place, chain.members.get(place) ?? joined.members.get(place)!);
    if (periodOf(members.values()) === undefined) continue;
    const wider = new Chain(members, at);
    if (wider.fits(uses)) joined = wider;
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
