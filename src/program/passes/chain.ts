import { OP_CHAIN, SLOT_BYTES } from '../../../assembly/abi/fused';
import { ALIGNMENT, RECORD_ARGS, RECORD_WORDS } from '../../../assembly/abi/record';
import type { TraceBuffer, TraceRecord } from '../trace';
import type { Member, MemberOperand } from './members';

/** Elements of a block: a few blocks fit into the first-level cache. */
const BLOCK = 1024;
/** Parameters of a chain's record. */
const PARAMS = 7;
/** More parts than this are of no use, and each has scratch of its own. */
const MOST_PARTS = 64;

/** The row length of the operands that repeat, or 0 without any; undefined if there are two. */
export function periodOf(members: readonly Member[]): number | undefined {
  const periods = new Set(members.flatMap(({ operands }) => operands.map(({ period }) => period)));
  periods.delete(0);
  return periods.size > 1 ? undefined : (periods.values().next().value ?? 0);
}

/**
 * The record that does what the members do, in their order.
 *
 * @param members of one number of elements and at most one period, each written by one member only.
 * @param isResult whether others read what a member writes to the buffer.
 * @returns undefined if there are more operands than a record has room for.
 */
export function chainRecord(
  members: readonly Member[],
  isResult: (buffer: TraceBuffer) => boolean,
): TraceRecord | undefined {
  const { n } = members[0]!;
  const period = periodOf(members)!;
  const made = new Set(members.map(({ result }) => result.place.buffer));
  const results = members.map(({ result }) => result).filter(({ place }) => isResult(place.buffer));
  const operands: MemberOperand[] = [];
  for (const operand of members.flatMap((member) => member.operands)) {
    if (made.has(operand.place.buffer) || operands.some((other) => sameOperand(other, operand))) continue;
    operands.push(operand);
  }
  const pointers = results.length + operands.length + 2;
  if (RECORD_ARGS + pointers + PARAMS > RECORD_WORDS) return undefined;

  // Rows up to a block long are laid side by side; longer ones are walked one by one.
  const repeat = period > 0 && period <= BLOCK;
  const row = period > BLOCK ? period : n;
  const block = repeat ? Math.floor(BLOCK / period) * period : BLOCK;

  const code = new ChainCode(made.size + operands.length, block);
  for (const [word, { place, bytes }] of results.entries()) code.slot(place.buffer, [word, 0, bytes, 0]);
  code.temporaries(members, isResult);
  const slotOf = operands.map((operand, i) => {
    const word = results.length + 1 + i;
    if (operand.reads === 'one') return code.slot(operand, [word, 0, 0, 0]);
    if (operand.reads === 'each') return code.slot(operand, [word, 0, operand.bytes, 0]);
    return repeat ? code.repeated(operand, word) : code.slot(operand, [word, 0, 0, operand.bytes]);
  });
  for (const member of members) {
    code.member(member, (operand) => slotOf[operands.findIndex((other) => sameOperand(other, operand))]!);
  }

  const { words, bytes } = code;
  const pieces = Math.ceil(n / row) * Math.ceil(row / block);
  const parts = Math.min(pieces, MOST_PARTS, Math.max(...members.map(({ record }) => record.parts)));
  const scratch: TraceBuffer = { kind: 'temporary', bytes: bytes * parts };
  const values = new Uint8Array(words.buffer);
  const constant: TraceBuffer = { kind: 'constant', bytes: values.length, values };
  return {
    opcode: OP_CHAIN,
    name: members.map(({ record }) => record.name).join(' + '),
    outputs: [...results.map(({ place }) => place), { buffer: scratch, offset: 0 }],
    inputs: [...operands.map(({ place }) => place), { buffer: constant, offset: 0 }],
    params: [n, row, block, made.size + operands.length, members.length, code.repeats, bytes],
    parts,
  };
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

  /** Adds a slot for an operand that is laid out to a block's length. */
  repeated(operand: MemberOperand, word: number): number {
    const offset = this.takeBlock();
    this.repeatWords.push(word, offset, operand.period, this.block);
    return this.slot(operand, [-1, offset, 0, 0]);
  }

  /** Adds a slot for each value that no one else reads; they share blocks of scratch as they come and go. */
  temporaries(members: readonly Member[], isResult: (buffer: TraceBuffer) => boolean): void {
    const lastReader = new Map<TraceBuffer, number>();
    for (const [i, { operands }] of members.entries()) {
      for (const { place } of operands) lastReader.set(place.buffer, i);
    }
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
