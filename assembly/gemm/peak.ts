// The machine's multiply-add peak, for benchmarks.

import { RECORD_ARGS } from '../abi/record';
import { madd, sumLanes } from '../simd/arithmetic';

/**
 * `rounds` × 12 independent multiply-adds of 4 lanes in registers: rounds · 96 floating-point operations.
 * Arguments y (one f32, 48, so that nothing is optimised away), rounds.
 * Numerics  12 chains c = c · x + (1 − x), which stay at 1. Without fusion they wait for each other a little.
 */
export function maddPeak(record: usize): void {
  const args = record + (RECORD_ARGS << 2);
  let rounds = load<i32>(args, 4);
  // Not a constant: V8 would make that anew at every use.
  const half = <f32>0.5 + <f32>load<i32>(record) * 0;
  const x = f32x4.splat(half);
  const y = f32x4.sub(f32x4.splat(1), x);
  let c0 = f32x4.add(x, y);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let c4 = c0;
  let c5 = c0;
  let c6 = c0;
  let c7 = c0;
  let c8 = c0;
  let c9 = c0;
  let c10 = c0;
  let c11 = c0;
  for (; rounds > 0; rounds--) {
    c0 = madd(c0, x, y);
    c1 = madd(c1, x, y);
    c2 = madd(c2, x, y);
    c3 = madd(c3, x, y);
    c4 = madd(c4, x, y);
    c5 = madd(c5, x, y);
    c6 = madd(c6, x, y);
    c7 = madd(c7, x, y);
    c8 = madd(c8, x, y);
    c9 = madd(c9, x, y);
    c10 = madd(c10, x, y);
    c11 = madd(c11, x, y);
  }
  const low = f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3));
  const middle = f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7));
  const high = f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11));
  store<f32>(load<u32>(args), sumLanes(f32x4.add(f32x4.add(low, middle), high)));
}
