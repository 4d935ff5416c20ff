// The machine's multiply-add peak, for benchmarks.

import { RECORD_ARGS } from '../abi/record';
import { madd, sumLanes } from '../simd/arithmetic';

/**
 * `rounds` × 12 independent multiply-adds of 4 lanes in registers: rounds · 96 floating-point operations.
 * Arguments y (one f32, so that nothing is optimised away), rounds.
 */
export function maddPeak(record: usize): void {
  const args = record + (RECORD_ARGS << 2);
  let rounds = load<i32>(args, 4);
  // From memory, or a compiler makes the constants anew at every use; the sums stay at 1/2 + 1/2.
  const x = f32x4.splat(<f32>0.5 + <f32>load<i32>(record) * 0);
  const y = f32x4.sub(f32x4.splat(<f32>1), x);
  let c0 = x;
  let c1 = x;
  let c2 = x;
  let c3 = x;
  let c4 = x;
  let c5 = x;
  let c6 = x;
  let c7 = x;
  let c8 = x;
  let c9 = x;
  let c10 = x;
  let c11 = x;
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
  const a = f32x4.add(
    f32x4.add(f32x4.add(c0, c1), f32x4.add(c2, c3)),
    f32x4.add(f32x4.add(c4, c5), f32x4.add(c6, c7)),
  );
  store<f32>(load<u32>(args), sumLanes(f32x4.add(a, f32x4.add(f32x4.add(c8, c9), f32x4.add(c10, c11)))));
}
