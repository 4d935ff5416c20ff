// Reductions of contiguous rows.
import { RECORD_ARGS } from '../abi/record';
import { REDUCE_MAX, REDUCE_SUM } from '../abi/reduce';
import { sumLanes } from '../simd/arithmetic';
import { partStart } from '../split';
import { Max, Min } from './combine';

// Elements that are added in f32 before the sum goes to an f64.
// @ts-ignore: decorator
@inline
const BLOCK: usize = 512;

/**
 * y[outer][chunks] from x[outer][length].
 * Arguments y, x, function, outer, length, chunk, divisor (f32; of a sum).
 * Tiling    four accumulators of four lanes. Tails: whole vectors, then one by one.
 * Threads   chunks. Where a chunk begins depends on the sizes alone.
 * Numerics  a sum adds 512 elements in f32 (32 a lane), such blocks in f64, and rounds once after the division:
 *           error ≤ 36 · 2⁻²⁴ · Σ|x| / divisor, and a few 2⁻²⁴ as a rule.
 */
export function f32_reduce_rows(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const y = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const code = load<i32>(args, 8);
  const length = <usize>load<u32>(args, 16);
  const chunk = <usize>load<u32>(args, 20);
  const divisor = <f64>load<f32>(args, 24);
  const chunks = (length + chunk - 1) / chunk;
  const tasks = <usize>load<u32>(args, 12) * chunks;
  const unit: usize = chunk < 256 ? 16 : 1;
  const end = partStart(tasks, unit, thread + 1, threads);
  for (let task = partStart(tasks, unit, thread, threads); task < end; task++) {
    const first = (task % chunks) * chunk;
    const from = x + (((task / chunks) * length + first) << 2);
    const count = min<usize>(chunk, length - first);
    let result: f32;
    if (code == REDUCE_SUM) result = <f32>(sumOnto(0, from, count) / divisor);
    else if (code == REDUCE_MAX) result = extreme<Max>(from, count);
    else result = extreme<Min>(from, count);
    store<f32>(y + (task << 2), result);
  }
}

/** `total` plus the sum of `count` floats; a sum may be cut at multiples of 512. */
export function sumOnto(total: f64, x: usize, count: usize): f64 {
  while (count >= 16) {
    let a = f32x4.splat(0);
    let b = a;
    let c = a;
    let d = a;
    const bytes = (min<usize>(count, BLOCK) & ~15) << 2;
    const end = x + bytes;
    for (; x < end; x += 64) {
      a = f32x4.add(a, v128.load(x));
      b = f32x4.add(b, v128.load(x, 16));
      c = f32x4.add(c, v128.load(x, 32));
      d = f32x4.add(d, v128.load(x, 48));
    }
    total += <f64>sumLanes(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)));
    count -= bytes >> 2;
  }
  for (; count > 0; count--, x += 4) total += <f64>load<f32>(x);
  return total;
}

function extreme<F>(x: usize, count: usize): f32 {
  const f = changetype<F>(0);
  let a = f.start();
  let b = a;
  let c = a;
  let d = a;
  const end = x + ((count & ~15) << 2);
  for (; x < end; x += 64) {
    a = f.apply(a, v128.load(x));
    b = f.apply(b, v128.load(x, 16));
    c = f.apply(c, v128.load(x, 32));
    d = f.apply(d, v128.load(x, 48));
  }
  a = f.apply(f.apply(a, b), f.apply(c, d));
  for (count &= 15; count > 0; count--, x += 4) a = f.apply(a, v128.load_splat<u32>(x));
  return f.lanes(a);
}
