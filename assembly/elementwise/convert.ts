// Conversions between f32, i32 and bytes that are 0 or 1, and the choice between two operands.
import {
  CAST_BYTE_TO_FLOAT,
  CAST_BYTE_TO_INT,
  CAST_FLOAT_TO_BYTE,
  CAST_FLOAT_TO_INT,
  CAST_INT_TO_BYTE,
  CAST_INT_TO_FLOAT,
  CAST_IS_FINITE,
  CAST_IS_INFINITE,
  CAST_IS_NAN,
  CAST_NOT,
} from '../abi/elementwise';
import { RECORD_ARGS } from '../abi/record';
import { partStart, storeFirst } from '../split';
import { bytesToWords, maskToBytes, storeFirstBytes, storeUpTo15 } from './bytes';

/**
 * y[n] = x[n] as another type.
 * Arguments y, x, n, function. Layout contiguous; threads share 64 elements at a time; tails as in `f32_unary`.
 */
export function cast(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 8);
  const first = partStart(n, 64, thread, threads);
  const end = partStart(n, 64, thread + 1, threads);
  if (first >= end) return;
  const code = load<i32>(args, 12);
  const y = <usize>load<u32>(args) + (first << (makesBytes(code) ? 0 : 2));
  const x = <usize>load<u32>(args, 4) + (first << (takesBytes(code) ? 0 : 2));
  castRow(code, y, x, end - first);
}

function makesBytes(code: i32): bool {
  return code >= CAST_FLOAT_TO_BYTE;
}

function takesBytes(code: i32): bool {
  return code == CAST_BYTE_TO_FLOAT || code == CAST_BYTE_TO_INT || code == CAST_NOT;
}

/** `count` elements of y = x as another type, `code`. */
export function castRow(code: i32, y: usize, x: usize, count: usize): void {
  switch (code) {
    case CAST_FLOAT_TO_INT: return fromWords<FloatToInt>(y, x, count);
    case CAST_INT_TO_FLOAT: return fromWords<IntToFloat>(y, x, count);
    case CAST_BYTE_TO_FLOAT: return fromBytes<IntToFloat>(y, x, count);
    case CAST_BYTE_TO_INT: return fromBytes<Same>(y, x, count);
    case CAST_FLOAT_TO_BYTE: return toBytes<NotZero>(y, x, count);
    case CAST_INT_TO_BYTE: return toBytes<NotZeroInt>(y, x, count);
    case CAST_IS_NAN: return toBytes<IsNan>(y, x, count);
    case CAST_IS_INFINITE: return toBytes<IsInfinite>(y, x, count);
    case CAST_IS_FINITE: return toBytes<IsFinite>(y, x, count);
    case CAST_NOT: return not(y, x, count);
    default: unreachable();
  }
}

/**
 * y[n] = condition[n] = 1 ? a[n] : b[n], in 4-byte words.
 * Arguments y, condition (bytes), a, b, n. Layout, threads and tails as in `cast`.
 */
export function select(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 16);
  const first = partStart(n, 64, thread, threads);
  const last = partStart(n, 64, thread + 1, threads);
  if (first >= last) return;
  const words = first << 2;
  selectRow(
    <usize>load<u32>(args) + words,
    <usize>load<u32>(args, 4) + first,
    <usize>load<u32>(args, 8) + words,
    <usize>load<u32>(args, 12) + words,
    last - first,
  );
}

/** `count` elements of y = condition ? a : b. */
export function selectRow(y: usize, condition: usize, a: usize, b: usize, count: usize): void {
  const one = i32x4.splat(1);
  const end = y + ((count & ~3) << 2);
  for (; y < end; y += 16, a += 16, b += 16, condition += 4) {
    v128.store(y, v128.bitselect(v128.load(a), v128.load(b), i32x4.eq(bytesToWords(condition), one)));
  }
  if (count & 3) {
    storeFirst(y, v128.bitselect(v128.load(a), v128.load(b), i32x4.eq(bytesToWords(condition), one)), count & 3);
  }
}

/** {@link select} in bytes. */
export function selectBytes(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const n = <usize>load<u32>(args, 16);
  const end = partStart(n, 64, thread + 1, threads);
  const y = <usize>load<u32>(args);
  const condition = <usize>load<u32>(args, 4);
  const a = <usize>load<u32>(args, 8);
  const b = <usize>load<u32>(args, 12);
  for (let i = partStart(n, 64, thread, threads); i < end; i += 16) {
    const mask = i8x16.eq(v128.load(condition + i), i8x16.splat(1));
    const value = v128.bitselect(v128.load(a + i), v128.load(b + i), mask);
    if (end - i >= 16) v128.store(y + i, value);
    else storeUpTo15(y + i, value, end - i);
  }
}

function fromWords<F>(y: usize, x: usize, count: usize): void {
  const end = y + ((count & ~3) << 2);
  for (; y < end; y += 16, x += 16) v128.store(y, changetype<F>(0).apply(v128.load(x)));
  if (count & 3) storeFirst(y, changetype<F>(0).apply(v128.load(x)), count & 3);
}

function fromBytes<F>(y: usize, x: usize, count: usize): void {
  const end = y + ((count & ~3) << 2);
  for (; y < end; y += 16, x += 4) v128.store(y, changetype<F>(0).apply(bytesToWords(x)));
  if (count & 3) storeFirst(y, changetype<F>(0).apply(bytesToWords(x)), count & 3);
}

function toBytes<F>(y: usize, x: usize, count: usize): void {
  const f = changetype<F>(0);
  const end = y + (count & ~15);
  for (; y < end; y += 16, x += 64) {
    const low = f.apply(v128.load(x));
    const second = f.apply(v128.load(x, 16));
    const third = f.apply(v128.load(x, 32));
    v128.store(y, maskToBytes(low, second, third, f.apply(v128.load(x, 48))));
  }
  for (let left = <isize>(count & 15); left > 0; left -= 4, y += 4, x += 16) {
    const mask = f.apply(v128.load(x));
    storeFirstBytes(y, maskToBytes(mask, mask, mask, mask), left);
  }
}

function not(y: usize, x: usize, count: usize): void {
  const end = y + count;
  for (; y < end; y += 16, x += 16) {
    const value = v128.and(i8x16.eq(v128.load(x), i8x16.splat(0)), i8x16.splat(1));
    if (end - y >= 16) v128.store(y, value);
    else storeUpTo15(y, value, end - y);
  }
}

@unmanaged
class FloatToInt {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    let y = i32x4.trunc_sat_f32x4_s(x);
    if (v128.any_true(f32x4.ge(f32x4.abs(x), f32x4.splat(2147483648)))) {
      y = i32x4.replace_lane(y, 0, wrap(f32x4.extract_lane(x, 0)));
      y = i32x4.replace_lane(y, 1, wrap(f32x4.extract_lane(x, 1)));
      y = i32x4.replace_lane(y, 2, wrap(f32x4.extract_lane(x, 2)));
      y = i32x4.replace_lane(y, 3, wrap(f32x4.extract_lane(x, 3)));
    }
    return y;
  }
}

/** x modulo 2³²; from 2⁶³ on every f32 is a multiple of that. */
function wrap(x: f32): i32 {
  return abs<f32>(x) < <f32>9223372036854775808.0 ? <i32>(<i64>x) : 0;
}

@unmanaged
class IntToFloat {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return f32x4.convert_i32x4_s(x);
  }
}

@unmanaged
class Same {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return x;
  }
}

@unmanaged
class NotZero {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return f32x4.ne(x, f32x4.splat(0));
  }
}

@unmanaged
class NotZeroInt {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return i32x4.ne(x, i32x4.splat(0));
  }
}

@unmanaged
class IsNan {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return f32x4.ne(x, x);
  }
}

@unmanaged
class IsInfinite {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return f32x4.eq(f32x4.abs(x), f32x4.splat(Infinity));
  }
}

@unmanaged
class IsFinite {
  // @ts-ignore: decorator
  @inline
  apply(x: v128): v128 {
    return f32x4.lt(f32x4.abs(x), f32x4.splat(Infinity));
  }
}
