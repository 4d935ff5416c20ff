import { CHAIN_BLOCK, OP_CHAIN, OP_CHAIN_SUM, SLOT_BYTES } from '../../../assembly/abi/fused';
import { ALIGNMENT, RECORD_ARGS, RECORD_WORDS } from '../../../assembly/abi/record';
import type { TraceBuffer, TraceRecord } from '../trace';
import type { Member, MemberOperand } from './members';
import { pairUp } from './pairs';

/** Parameters of a chain's record, at most. */
const PARAMS = 8;
/** Elements of a block of a chain that is a single loop. */
const SINGLE_BLOCK = 16 * CHAIN_BLOCK;
/** More parts than this are of no use, and each has scratch of its own. */
const MOST_PARTS = 64;

/** The row length of the operands that repeat, or 0 without any; undefined if there are two. */
export function periodOf(members: Iterable<Member>): number | undefined {
  let found = 0;
  for (const { operands } of members) {
    for (const { period } of operands) {
      if (period === 0 || period === found) continue;
      if (found > 0) return undefined;
      found = period;
    }
  }
  return found;
}

/** Pointers that a chain's record has room for. */
const MOST_POINTERS = RECORD_WORDS - RECORD_ARGS - PARAMS;

/** What members read that none of them makes, each place once. */
function operandsFromOutside(members: readonly Member[]): MemberOperand[] {
  const made = new Set(members.map(({ result }) => result.place.buffer));
  const found: MemberOperand[] = [];
  for (const { operands } of members) {
    for (const operand of operands) {
      if (made.has(operand.place.buffer) || found.some((other) => sameOperand(other, operand))) continue;
      found.push(operand);
    }
  }
  return found;
}

/** Whether a record has room for what the members read and make: what {@link chainRecord} would find, and cheaper. */
export function hasRoom(members: readonly Member[], isResult: (buffer: TraceBuffer) => boolean): boolean {
  const read = members.reduce((sum, { operands }) => sum + operands.length, 0);
  if (read + members.length + 2 <= MOST_POINTERS) return true;
  const results = members.filter(({ result }) => isResult(result.place.buffer));
  return results.length + operandsFromOutside(members).length + 2 <= MOST_POINTERS;
}

/**
 * The record that does what the members do, in their order.
 *
 * @param singly members of one number of elements and at most one period, each written by one member only.
 * @param isResult whether others read what a member writes to the buffer.
 * @param sum a record of OP_REDUCE_ROWS that sums what a member makes; then there must be no period.
 * @returns undefined if there are more operands than a record has room for.
 */
export function chainRecord(
  singly: readonly Member[],
  isResult: (buffer: TraceBuffer) => boolean,
  sum?: TraceRecord,
): TraceRecord | undefined {
  const { n } = singly[0]!;
  const period = periodOf(singly)!;
  const summed = sum ? sum.inputs[0]!.buffer : undefined;
  const members = pairUp(singly, (buffer) => isResult(buffer) || buffer === summed);
  const made = new Set(members.map(({ result }) => result.place.buffer));
  const results = members.map(({ result }) => result).filter(({ place }) => isResult(place.buffer));
  const operands = operandsFromOutside(members);
  const sums = sum ? [sum.outputs[0]!] : [];
  const pointers = sums.length + results.length + operands.length + 2;
  if (pointers > MOST_POINTERS) return undefined;

  // Rows up to a block long are laid side by side; longer ones are walked one by one.
  const repeat = period > 0 && period <= CHAIN_BLOCK;
  const row = period > CHAIN_BLOCK ? period : n;
  // A single loop leaves nothing in the cache for another, and runs best undisturbed.
  const most = members.length === 1 && !repeat && !sum ? SINGLE_BLOCK : CHAIN_BLOCK;
  const block = repeat ? Math.floor(CHAIN_BLOCK / period) * period : most;

  const code = new ChainCode(made.size + operands.length, block);
  for (const [i, { place, bytes }] of results.entries()) {
    code.slot(place.buffer, [sums.length + i, 0, bytes, 0]);
  }
  code.temporaries(members, isResult, summed);
  const slotOf = operands.map((operand, i) => {
    const word = sums.length + results.length + 1 + i;
    if (operand.reads === 'one') return code.slot(operand, [word, 0, 0, 0]);
    if (operand.reads === 'each') return code.slot(operand, [word, 0, operand.bytes, 0]);
    return repeat ? code.repeated(operand, word) : code.slot(operand, [word, 0, 0, operand.bytes]);
  });
  for (const member of members) {
    code.member(member, (operand) => slotOf[operands.findIndex((other) => sameOperand(other, operand))]!);
  }

  const { words, bytes } = code;
  const records = [...singly.map(({ record }) => record), ...(sum ? [sum] : [])];
  const pieces = sum ? chunksOf(sum) : Math.ceil(n / row) * Math.ceil(row / block);
  const parts = Math.min(pieces, MOST_PARTS, Math.max(...records.map((record) => record.parts)));
  const scratch: TraceBuffer = { kind: 'temporary', bytes: bytes * parts };
  const values = new Uint8Array(words.buffer);
  const constant: TraceBuffer = { kind: 'constant', bytes: values.length, values };
  const slots = made.size + operands.length;
  return {
    opcode: sum ? OP_CHAIN_SUM : OP_CHAIN,
    name: records.map(({ name }) => name).join(' + '),
    outputs: [...sums, ...results.map(({ place }) => place), { buffer: scratch, offset: 0 }],
    inputs: [...operands.map(({ place }) => place), { buffer: constant, offset: 0 }],
    params: sum
      ? [n, ...sum.params.slice(2), slots, members.length, code.madeAt(sum.inputs[0]!.buffer), bytes]
      : [n, row, block, slots, members.length, code.repeats, bytes],
    parts,
  };
}

/** How many sums a record of OP_REDUCE_ROWS makes. */
function chunksOf({ params }: TraceRecord): number {
  const [, outer, length, chunk] = params as [number, number, number, number];
  return outer * Math.ceil(length / chunk);
}

/** Writes the code of a chain: see OP_CHAIN. */
class ChainCode {
  /** Of a thread's scratch. */
  bytes: number;
  private readonly slotWords: number[] = [];
  private readonly repeatWords: number[] = [];
  private readonly memberWords: number[] = [];
  private readonly made = new Map<TraceBuffer, number>();

  constructor(
    slots: number,
    private readonly block: number,
  ) {
    this.bytes = align(slots * SLOT_BYTES);
  }

  get words(): Int32Array {
    return Int32Array.from([...this.slotWords, ...this.repeatWords, ...this.memberWords]);
  }

  get repeats(): number {
    return this.repeatWords.length / 4;
  }

  /** Adds a slot; that of a buffer is found again by it. */
  slot(of: TraceBuffer | MemberOperand, words: readonly [number, number, number, number]): number {
    const index = this.slotWords.length / words.length;
    this.slotWords.push(...words);
    if ('kind' in of) this.made.set(of, index);
    return index;
  }

  /** The slot of what a member makes. */
  madeAt(buffer: TraceBuffer): number {
    return this.made.get(buffer)!;
  }

  /** Adds a slot for an operand that is laid out to a block's length. */
  repeated(operand: MemberOperand, word: number): number {
    const offset = this.takeBlock();
    this.repeatWords.push(word, offset, operand.period, this.block);
    return this.slot(operand, [-1, offset, 0, 0]);
  }

  /** Adds a slot for each value that no one else reads; they share blocks of scratch as they come and go. */
  temporaries(
    members: readonly Member[],
    isResult: (buffer: TraceBuffer) => boolean,
    readAtEnd?: TraceBuffer,
  ): void {
    const lastReader = new Map<TraceBuffer, number>();
    for (const [i, { operands }] of members.entries()) {
      for (const { place } of operands) lastReader.set(place.buffer, i);
    }
    if (readAtEnd) lastReader.set(readAtEnd, members.length);
    const free: number[] = [];
    const blockOf = new Map<TraceBuffer, number>();
    for (const [i, { operands, result }] of members.entries()) {
      const { buffer } = result.place;
      const ending = new Set(operands.map(({ place }) => place.buffer).filter((of) => blockOf.has(of)));
      const giveBack = () => {
        for (const of of ending) if (lastReader.get(of) === i) free.push(blockOf.get(of)!);
      };
      // A kernel may write over its operand, but not with elements of another size.
      const mayReplace = operands.every(({ bytes }) => bytes === result.bytes);
      if (mayReplace) giveBack();
      if (!isResult(buffer)) {
        const offset = free.pop() ?? this.takeBlock();
        blockOf.set(buffer, offset);
        this.slot(buffer, [-1, offset, 0, 0]);
      }
      if (!mayReplace) giveBack();
    }
  }

  private takeBlock(): number {
    const offset = this.bytes;
    // Whole vectors are read at the end of a block.
    this.bytes += align(this.block * 4 + 16);
    return offset;
  }

  member(
    { opcode, code, result, operands, scalars }: Member,
    find: (operand: MemberOperand) => number,
  ): void {
    const slots = operands.map((operand) => this.made.get(operand.place.buffer) ?? find(operand));
    const moves = [0, 1].map((i) => (operands[i]?.reads === 'one' ? 0 : 1));
    const [a, b = 0, c = 0] = slots as [number, number?, number?];
    this.memberWords.push(opcode, code, this.made.get(result.place.buffer)!, a, b, c, ...scalars, ...moves);
  }
}

const align = (bytes: number) => Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;

function sameOperand(a: MemberOperand, b: MemberOperand): boolean {
  return (
    a.place.buffer === b.place.buffer &&
    a.place.offset === b.place.offset &&
    a.reads === b.reads &&
    a.period === b.period &&
    a.bytes === b.bytes
  );
}
