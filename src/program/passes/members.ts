import * as abi from '../../../assembly/abi/elementwise';
import { MAX_RANK } from '../../../assembly/abi/record';
import type { Operand, TraceRecord } from '../trace';

/** How an elementwise record reads an operand: one element each, one for all, or a row of `period` over and over. */
export interface MemberOperand {
  readonly place: Operand;
  /** Bytes of an element. */
  readonly bytes: number;
  readonly reads: 'each' | 'one' | 'rows';
  /** Elements of a row, where it reads `rows`. */
  readonly period: number;
}

/** An elementwise record that can be a member of a chain. */
export interface Member {
  readonly record: TraceRecord;
  readonly opcode: number;
  readonly code: number;
  /** Number of elements. */
  readonly n: number;
  readonly result: { readonly place: Operand; readonly bytes: number };
  readonly operands: readonly MemberOperand[];
  /** Two f32 parameters, as bits. */
  readonly scalars: readonly [number, number];
}

/** What a chain's member would be of this record; undefined if it cannot be one. */
export function memberOf(record: TraceRecord): Member | undefined {
  const { opcode, params, inputs } = record;
  const [first, second] = params as [number, number];
  const each = (index: number, bytes: number): MemberOperand => ({
    place: inputs[index]!,
    bytes,
    reads: 'each',
    period: 0,
  });
  const make = (code: number, n: number, bytes: number, operands: readonly MemberOperand[]): Member => ({
    ...{ record, opcode, code, n, operands },
    result: { place: record.outputs[0]!, bytes },
    scalars: opcode === abi.OP_UNARY ? [params[2]!, params[3]!] : [0, 0],
  });
  switch (opcode) {
    case abi.OP_UNARY:
      return make(second, first, 4, [each(0, 4)]);
    case abi.OP_CAST:
      return make(second, first, castResult(second), [each(0, castOperand(second))]);
    case abi.OP_SELECT:
      return make(0, first, 4, [each(0, 1), each(1, 4), each(2, 4)]);
    case abi.OP_BINARY:
    case abi.OP_COMPARE:
    case abi.OP_LOGICAL: {
      const bytes = opcode === abi.OP_LOGICAL ? 1 : 4;
      const a = broadcastOperand(record, 0, bytes);
      const b = broadcastOperand(record, 1, bytes);
      return a && b && make(first, second, opcode === abi.OP_BINARY ? 4 : 1, [a, b]);
    }
    default:
      return undefined;
  }
}

const castOperand = (code: number) =>
  code === abi.CAST_BYTE_TO_FLOAT || code === abi.CAST_BYTE_TO_INT || code === abi.CAST_NOT ? 1 : 4;

const castResult = (code: number) => (code >= abi.CAST_FLOAT_TO_BYTE ? 1 : 4);

/** How a binary record reads its operand `index`; undefined if a chain has no such way. */
function broadcastOperand({ inputs, params }: TraceRecord, index: 0 | 1, bytes: number) {
  const n = params[1]!;
  const operand = (reads: MemberOperand['reads'], period = 0): MemberOperand => ({
    ...{ place: inputs[index]!, bytes, reads, period },
  });
  if (n === 1) return operand('each');
  // Of the axes longer than 1, the innermost first.
  let dense = 1;
  let isDense = true;
  let inner: { size: number; stride: number } | undefined;
  let moves = false;
  let movesOutside = false;
  for (let axis = 0; axis < MAX_RANK; axis++) {
    const size = params[2 + 3 * axis]!;
    const stride = params[3 + 3 * axis + index]!;
    if (size === 1) continue;
    moves ||= stride !== 0;
    movesOutside ||= inner !== undefined && stride !== 0;
    inner ??= { size, stride };
    isDense &&= stride === dense;
    dense *= size;
  }
  if (!moves) return operand('one');
  if (isDense) return operand('each');
  if (inner!.stride !== 1 || movesOutside || bytes !== 4) return undefined;
  return operand('rows', inner!.size);
}
