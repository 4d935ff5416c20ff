// Comparisons of f32 and i32, and logic on bytes: y is one byte an element, 0 or 1. See `broadcast`.
import {
  COMPARE_EQUAL,
  COMPARE_GREATER,
  COMPARE_GREATER_EQUAL,
  COMPARE_LESS,
  COMPARE_LESS_EQUAL,
  COMPARE_NOT_EQUAL,
  LOGICAL_AND,
  LOGICAL_OR,
} from '../abi/elementwise';
import { maskToBytes, storeFirstBytes, storeUpTo15 } from './bytes';
import {
  And,
  Equal,
  EqualInt,
  Greater,
  GreaterEqual,
  GreaterEqualInt,
  GreaterInt,
  Less,
  LessEqual,
  LessEqualInt,
  LessInt,
  NotEqual,
  NotEqualInt,
  Or,
} from './compare-functions';

/** Rows of f32; a comparison with NaN is false, but ≠ is true. */
@unmanaged
export class CompareRow {
  // @ts-ignore: decorator
  @inline
  outShift(): usize {
    return 0;
  }

  // @ts-ignore: decorator
  @inline
  inShift(): usize {
    return 2;
  }

  row(code: i32, y: usize, a: usize, b: usize, count: usize, moveA: bool, moveB: bool): void {
    switch (code) {
      case COMPARE_EQUAL: return compare<Equal>(y, a, b, count, moveA, moveB);
      case COMPARE_NOT_EQUAL: return compare<NotEqual>(y, a, b, count, moveA, moveB);
      case COMPARE_GREATER: return compare<Greater>(y, a, b, count, moveA, moveB);
      case COMPARE_GREATER_EQUAL: return compare<GreaterEqual>(y, a, b, count, moveA, moveB);
      case COMPARE_LESS: return compare<Less>(y, a, b, count, moveA, moveB);
      case COMPARE_LESS_EQUAL: return compare<LessEqual>(y, a, b, count, moveA, moveB);
      default: unreachable();
    }
  }
}

/** Rows of i32. */
@unmanaged
export class CompareIntRow {
  // @ts-ignore: decorator
  @inline
  outShift(): usize {
    return 0;
  }

  // @ts-ignore: decorator
  @inline
  inShift(): usize {
    return 2;
  }

  row(code: i32, y: usize, a: usize, b: usize, count: usize, moveA: bool, moveB: bool): void {
    switch (code) {
      case COMPARE_EQUAL: return compare<EqualInt>(y, a, b, count, moveA, moveB);
      case COMPARE_NOT_EQUAL: return compare<NotEqualInt>(y, a, b, count, moveA, moveB);
      case COMPARE_GREATER: return compare<GreaterInt>(y, a, b, count, moveA, moveB);
      case COMPARE_GREATER_EQUAL: return compare<GreaterEqualInt>(y, a, b, count, moveA, moveB);
      case COMPARE_LESS: return compare<LessInt>(y, a, b, count, moveA, moveB);
      case COMPARE_LESS_EQUAL: return compare<LessEqualInt>(y, a, b, count, moveA, moveB);
      default: unreachable();
    }
  }
}

/** Rows of bytes, each 0 or 1. */
@unmanaged
export class LogicalRow {
  // @ts-ignore: decorator
  @inline
  outShift(): usize {
    return 0;
  }

  // @ts-ignore: decorator
  @inline
  inShift(): usize {
    return 0;
  }

  row(code: i32, y: usize, a: usize, b: usize, count: usize, moveA: bool, moveB: bool): void {
    switch (code) {
      case LOGICAL_AND: return logical<And>(y, a, b, count, moveA, moveB);
      case LOGICAL_OR: return logical<Or>(y, a, b, count, moveA, moveB);
      default: unreachable();
    }
  }
}

// @ts-ignore: decorator
@inline
function load4(x: usize, move: bool): v128 {
  return move ? v128.load(x) : v128.load_splat<u32>(x);
}

/** One row, sixteen elements at a time, then four; the last one to three are stored byte by byte. */
function compare<F>(y: usize, a: usize, b: usize, count: usize, moveA: bool, moveB: bool): void {
  const f = changetype<F>(0);
  const stepA: usize = moveA ? 16 : 0;
  const stepB: usize = moveB ? 16 : 0;
  const end = y + (count & ~15);
  for (; y < end; y += 16, a += stepA * 4, b += stepB * 4) {
    const m0 = f.apply(load4(a, moveA), load4(b, moveB));
    const m1 = f.apply(load4(a + stepA, moveA), load4(b + stepB, moveB));
    const m2 = f.apply(load4(a + stepA * 2, moveA), load4(b + stepB * 2, moveB));
    const m3 = f.apply(load4(a + stepA * 3, moveA), load4(b + stepB * 3, moveB));
    v128.store(y, maskToBytes(m0, m1, m2, m3));
  }
  let left = <isize>(count & 15);
  for (; left > 0; left -= 4, y += 4, a += stepA, b += stepB) {
    const mask = f.apply(load4(a, moveA), load4(b, moveB));
    storeFirstBytes(y, maskToBytes(mask, mask, mask, mask), left);
  }
}

// @ts-ignore: decorator
@inline
function load16(x: usize, move: bool): v128 {
  return move ? v128.load(x) : v128.load_splat<u8>(x);
}

function logical<F>(y: usize, a: usize, b: usize, count: usize, moveA: bool, moveB: bool): void {
  const f = changetype<F>(0);
  const stepA: usize = moveA ? 16 : 0;
  const stepB: usize = moveB ? 16 : 0;
  const end = y + (count & ~15);
  for (; y < end; y += 16, a += stepA, b += stepB) {
    v128.store(y, f.apply(load16(a, moveA), load16(b, moveB)));
  }
  if (count & 15) storeUpTo15(y, f.apply(load16(a, moveA), load16(b, moveB)), count & 15);
}
