// One member of a chain on one block: the rows of the elementwise kernels themselves, so that the bits are theirs.
import {
  OP_BINARY,
  OP_CAST,
  OP_COMPARE,
  OP_LOGICAL,
  OP_SELECT,
  OP_UNARY,
} from '../abi/elementwise';
import { MEMBER_MASKED, MEMBER_RECTIFIED_SUM } from '../abi/fused';
import { FloatRow } from '../elementwise/binary';
import { CompareRow, LogicalRow } from '../elementwise/compare';
import { castRow, selectRow } from '../elementwise/convert';
import { unaryRow } from '../elementwise/unary';
import { masked, rectifiedSum } from './pairs';

/** Pointer of a member's slot, at byte `at` of the member; see `SLOT_BYTES`. */
// @ts-ignore: decorator
@inline
function place(table: usize, member: usize, at: usize): usize {
  return load<u32>(table + (<usize>load<i32>(member + at) << 4), 12);
}

// A row of a kernel of two operands, T its rows of one kind.
// @ts-ignore: decorator
@inline
function pairRow<T>(code: i32, y: usize, a: usize, table: usize, member: usize, count: usize): void {
  const b = place(table, member, 16);
  const moveA = load<i32>(member, 32) != 0;
  changetype<T>(0).row(code, y, a, b, count, moveA, load<i32>(member, 36) != 0);
}

/** Runs a member (see `MEMBER_WORDS`) on `count` elements; `table` holds where its slots are. */
export function runMember(member: usize, table: usize, count: usize): void {
  const code = load<i32>(member, 4);
  const y = place(table, member, 8);
  const a = place(table, member, 12);
  switch (load<i32>(member)) {
    case OP_UNARY:
      unaryRow(code, y, a, count << 2, member + 24);
      break;
    case OP_BINARY:
      pairRow<FloatRow>(code, y, a, table, member, count);
      break;
    case OP_COMPARE:
      pairRow<CompareRow>(code, y, a, table, member, count);
      break;
    case OP_LOGICAL:
      pairRow<LogicalRow>(code, y, a, table, member, count);
      break;
    case OP_CAST:
      castRow(code, y, a, count);
      break;
    case OP_SELECT:
      selectRow(y, a, place(table, member, 16), place(table, member, 20), count);
      break;
    case MEMBER_RECTIFIED_SUM:
      rectifiedSum(code, y, a, place(table, member, 16), count, member + 24);
      break;
    case MEMBER_MASKED:
      masked(y, a, place(table, member, 16), count, member + 24);
      break;
    default:
      unreachable();
  }
}
