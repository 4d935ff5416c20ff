// Softmax and its logarithm.
import { RECORD_ARGS } from './abi/record';
import { OP_SOFTMAX } from './abi/reduce';
import { maxLanes, sumLanes } from './simd/arithmetic';
import { expUpTo89 } from './simd/exp';
import { log } from './simd/log';
import { partStart, storeFirst } from './split';

/** Dispatches the softmax family. */
export function softmax(record: usize, opcode: i32, thread: i32, threads: i32): void {
  if (opcode != OP_SOFTMAX) unreachable();
  f32_softmax(record, thread, threads);
}

/**
 * y[rows][columns] = e^(x − max) / Σ e^(x − max) along each row, or x − max − log Σ e^(x − max).
 * Arguments y, x, rows, columns, logarithm. y may be x.
 * Tiling    four lanes; a last vector is computed whole, lanes past the row's end masked.
 * Threads   rows, 16 at a time.
 * Numerics  two accumulators of four lanes for the sum; NaN anywhere makes its row NaN.
 */
function f32_softmax(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const rows = <usize>load<u32>(args, 8);
  const columns = <usize>load<u32>(args, 12);
  const logarithm = load<i32>(args, 16);
  const end = partStart(rows, 16, thread + 1, threads);
  for (let row = partStart(rows, 16, thread, threads); row < end; row++) {
    const at = (row * columns) << 2;
    const y = <usize>load<u32>(args) + at;
    const x = <usize>load<u32>(args, 4) + at;
    const top = f32x4.splat(largest(x, columns));
    if (logarithm) {
      subtract(y, x, columns, top, log(f32x4.splat(exponentials(0, x, columns, top))));
    } else {
      divide(y, columns, exponentials(y, x, columns, top));
    }
  }
}

/** All ones in the first `count` lanes. */
// @ts-ignore: decorator
@inline
function firstLanes(count: usize): v128 {
  return i32x4.gt_s(i32x4.splat(<i32>count), i32x4(0, 1, 2, 3));
}

function largest(x: usize, columns: usize): f32 {
  let top = f32x4.splat(-Infinity);
  const end = x + ((columns & ~3) << 2);
  for (; x < end; x += 16) top = f32x4.max(top, v128.load(x));
  if (columns & 3) {
    top = f32x4.max(top, v128.bitselect(v128.load(x), f32x4.splat(-Infinity), firstLanes(columns & 3)));
  }
  return maxLanes(top);
}

/** Σ e^(x − top); the terms go to y unless it is 0. */
function exponentials(y: usize, x: usize, columns: usize, top: v128): f32 {
  let sum = f32x4.splat(0);
  let other = sum;
  const step: usize = y ? 16 : 0;
  const wide = x + ((columns & ~7) << 2);
  // Two vectors a step, so that V8 makes each constant of the exponential once for both.
  for (; x < wide; x += 32, y += step << 1) {
    const e = expUpTo89(f32x4.sub(v128.load(x), top));
    const f = expUpTo89(f32x4.sub(v128.load(x, 16), top));
    sum = f32x4.add(sum, e);
    other = f32x4.add(other, f);
    if (step) {
      v128.store(y, e);
      v128.store(y, f, 16);
    }
  }
  const end = x + ((columns & 4) << 2);
  for (; x < end; x += 16, y += step) {
    const e = expUpTo89(f32x4.sub(v128.load(x), top));
    sum = f32x4.add(sum, e);
    if (step) v128.store(y, e);
  }
  if (columns & 3) {
    const e = expUpTo89(f32x4.sub(v128.load(x), top));
    sum = f32x4.add(sum, v128.and(e, firstLanes(columns & 3)));
    if (step) storeFirst(y, e, columns & 3);
  }
  return sumLanes(f32x4.add(sum, other));
}

function divide(y: usize, columns: usize, by: f32): void {
  const divisor = f32x4.splat(by);
  const end = y + ((columns & ~3) << 2);
  for (; y < end; y += 16) v128.store(y, f32x4.div(v128.load(y), divisor));
  if (columns & 3) storeFirst(y, f32x4.div(v128.load(y), divisor), columns & 3);
}

function subtract(y: usize, x: usize, columns: usize, top: v128, shift: v128): void {
  const end = y + ((columns & ~3) << 2);
  for (; y < end; y += 16, x += 16) v128.store(y, f32x4.sub(f32x4.sub(v128.load(x), top), shift));
  if (columns & 3) storeFirst(y, f32x4.sub(f32x4.sub(v128.load(x), top), shift), columns & 3);
}
