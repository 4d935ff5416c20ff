import {
  BINARY_ADD,
  BINARY_MULTIPLY,
  OP_BINARY,
  OP_UNARY,
  UNARY_LEAKY_RELU,
  UNARY_RELU,
  UNARY_STEP,
} from '../../../assembly/abi/elementwise';
import { MEMBER_MASKED, MEMBER_RECTIFIED_SUM } from '../../../assembly/abi/fused';
import type { TraceBuffer } from '../trace';
import type { Member } from './members';

/**
 * Members of a chain, those that have one loop together made one: a sum and its rectifier, a step and the product
 * with it.
 *
 * @param isKept whether what a member makes is needed besides.
 */
export function pairUp(members: readonly Member[], isKept: (buffer: TraceBuffer) => boolean): Member[] {
  const makers = new Map(members.map((member) => [member.result.place.buffer, member]));
  const readers = new Map<TraceBuffer, number>();
  for (const { place } of members.flatMap(({ operands }) => operands)) {
    readers.set(place.buffer, (readers.get(place.buffer) ?? 0) + 1);
  }
  const gone = new Set<Member>();
  const paired = members.map((member) => {
    const { place } = member.operands.at(-1)!;
    const maker = makers.get(place.buffer);
    if (!maker || isKept(place.buffer) || readers.get(place.buffer) !== 1) return member;
    const pair = pairOf(maker, member);
    if (pair) gone.add(maker);
    return pair ?? member;
  });
  return paired.filter((member) => !gone.has(member));
}

/** One member for a `maker` and the `reader` of what it makes, if there is a loop for both. */
function pairOf(maker: Member, reader: Member): Member | undefined {
  const moves = (of: Member) => of.operands.every(({ reads }) => reads !== 'one');
  if (reader.opcode === OP_UNARY && (reader.code === UNARY_RELU || reader.code === UNARY_LEAKY_RELU)) {
    if (maker.opcode !== OP_BINARY || maker.code !== BINARY_ADD || !moves(maker)) return undefined;
    return { ...reader, opcode: MEMBER_RECTIFIED_SUM, operands: maker.operands };
  }
  if (reader.opcode === OP_BINARY && reader.code === BINARY_MULTIPLY && moves(reader)) {
    if (maker.opcode !== OP_UNARY || maker.code !== UNARY_STEP) return undefined;
    const operands = [reader.operands[0]!, maker.operands[0]!];
    return { ...reader, opcode: MEMBER_MASKED, code: 0, operands, scalars: maker.scalars };
  }
  return undefined;
}
