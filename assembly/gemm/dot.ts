// Products with one, two or three columns: vectorised over k.

import { madd, sumLanes } from '../simd/madd';

/**
 * out[i] = init[i] + Σ_taps Σ_k row[tap][i][k] · b[tap, k], i < 4.
 *
 * Layout    rows: [taps][4] pointers to K contiguous floats each. b: [taps · K], contiguous.
 * Alignment 4.
 * Tiling    4×1, vectors along k: 8 accumulators of 4 lanes, steps of 8; then of 4, of 1.
 *           Rows past the end repeat the last row.
 * Numerics  lane-wise sums over k, folded at the end in one fixed order, which depends on K alone.
 *
 * @param bytes length of one row segment, 4 · K.
 * @param column bytes added to each out pointer. @param accumulate start from out, else from `init`.
 */
export function dot(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  outs: usize,
  column: usize,
  accumulate: bool,
  init: f32,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let c3 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let d3 = c0;
  for (; taps > 0; taps--) {
    let x0 = <usize>load<u32>(rows);
    let x1 = <usize>load<u32>(rows, 4);
    let x2 = <usize>load<u32>(rows, 8);
    let x3 = <usize>load<u32>(rows, 12);
    const end8 = x0 + (bytes & ~31);
    const end4 = x0 + (bytes & ~15);
    const end = x0 + bytes;
    while (x0 != end8) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      c0 = madd(v128.load(x0), b0, c0);
      d0 = madd(v128.load(x0, 16), b1, d0);
      c1 = madd(v128.load(x1), b0, c1);
      d1 = madd(v128.load(x1, 16), b1, d1);
      c2 = madd(v128.load(x2), b0, c2);
      d2 = madd(v128.load(x2, 16), b1, d2);
      c3 = madd(v128.load(x3), b0, c3);
      d3 = madd(v128.load(x3, 16), b1, d3);
      b += 32;
      x1 += 32;
      x2 += 32;
      x3 += 32;
      x0 += 32;
    }
    if (x0 != end4) {
      const b0 = v128.load(b);
      c0 = madd(v128.load(x0), b0, c0);
      c1 = madd(v128.load(x1), b0, c1);
      c2 = madd(v128.load(x2), b0, c2);
      c3 = madd(v128.load(x3), b0, c3);
      b += 16;
      x1 += 16;
      x2 += 16;
      x3 += 16;
      x0 += 16;
    }
    while (x0 != end) {
      const b0 = v128.load32_zero(b);
      c0 = madd(v128.load32_zero(x0), b0, c0);
      c1 = madd(v128.load32_zero(x1), b0, c1);
      c2 = madd(v128.load32_zero(x2), b0, c2);
      c3 = madd(v128.load32_zero(x3), b0, c3);
      b += 4;
      x1 += 4;
      x2 += 4;
      x3 += 4;
      x0 += 4;
    }
    rows += 16;
  }
  const o0 = <usize>load<u32>(outs) + column;
  const o1 = <usize>load<u32>(outs, 4) + column;
  const o2 = <usize>load<u32>(outs, 8) + column;
  const o3 = <usize>load<u32>(outs, 12) + column;
  put(o0, c0, d0, accumulate, init);
  // A repeated row must not be added twice.
  if (o1 != o0) put(o1, c1, d1, accumulate, init);
  if (o2 != o1) put(o2, c2, d2, accumulate, init);
  if (o3 != o2) put(o3, c3, d3, accumulate, init);
}

// @ts-ignore: decorator
@inline
function put(out: usize, c: v128, d: v128, accumulate: bool, init: f32): void {
  store<f32>(out, (accumulate ? load<f32>(out) : init) + sumLanes(f32x4.add(c, d)));
}
