// Products with one, two or three columns: vectorised over k.

import { madd, sumLanes } from '../simd/arithmetic';

/**
 * out[i, j] = init[j] + Σ_taps Σ_k row[tap][i][k] · b[j, tap, k],
 * for i < DOT_ROWS and j < n ≤ DOT_COLUMNS.
 *
 * Layout    rows: [taps][3] pointers to K contiguous floats each. b: a line [taps · K] for each column.
 * Alignment 4.
 * Tiling    3×1, 3×2 or 3×3, vectors along k; 3×1 takes two vectors a step, for more independent sums.
 *           The last k % 4 (or 8) of a segment one by one. Rows past the end repeat the last row.
 * Numerics  lane-wise sums over k, folded at the end in one fixed order, which depends on the shape alone.
 *
 * @param bytes length of one row segment, 4 · K.
 * @param lineBytes from one column of b to the next.
 * @param outs 3 pointers. @param columnBytes from one column of out to the next.
 * @param accumulate start from out; else from `bias`, a pointer to n floats, or 0 for zeros.
 */
export function dot(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  lineBytes: usize,
  n: i32,
  outs: usize,
  columnBytes: usize,
  accumulate: bool,
  bias: usize,
): void {
  if (n == 1) dot1(rows, taps, bytes, b, outs, accumulate, bias);
  else if (n == 2) dot2(rows, taps, bytes, b, lineBytes, outs, columnBytes, accumulate, bias);
  else dot3(rows, taps, bytes, b, lineBytes, outs, columnBytes, accumulate, bias);
}

function dot1(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  outs: usize,
  accumulate: bool,
  bias: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  for (; taps > 0; taps--) {
    let x0 = <usize>load<u32>(rows);
    let x1 = <usize>load<u32>(rows, 4);
    let x2 = <usize>load<u32>(rows, 8);
    const end = x0 + bytes;
    for (const end8 = x0 + (bytes & ~31); x0 != end8; x0 += 32) {
      const b0 = v128.load(b);
      const b1 = v128.load(b, 16);
      c0 = madd(v128.load(x0), b0, c0);
      c1 = madd(v128.load(x1), b0, c1);
      c2 = madd(v128.load(x2), b0, c2);
      d0 = madd(v128.load(x0, 16), b1, d0);
      d1 = madd(v128.load(x1, 16), b1, d1);
      d2 = madd(v128.load(x2, 16), b1, d2);
      b += 32;
      x1 += 32;
      x2 += 32;
    }
    for (; x0 != end; x0 += 4) {
      const b0 = v128.load32_zero(b);
      c0 = madd(v128.load32_zero(x0), b0, c0);
      c1 = madd(v128.load32_zero(x1), b0, c1);
      c2 = madd(v128.load32_zero(x2), b0, c2);
      b += 4;
      x1 += 4;
      x2 += 4;
    }
    rows += 12;
  }
  put(outs, 0, f32x4.add(c0, d0), f32x4.add(c1, d1), f32x4.add(c2, d2), accumulate, bias);
}

function dot2(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  lineBytes: usize,
  outs: usize,
  columnBytes: usize,
  accumulate: bool,
  bias: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let e = b + lineBytes;
  for (; taps > 0; taps--) {
    let x0 = <usize>load<u32>(rows);
    let x1 = <usize>load<u32>(rows, 4);
    let x2 = <usize>load<u32>(rows, 8);
    const end = x0 + bytes;
    for (const end4 = x0 + (bytes & ~15); x0 != end4; x0 += 16) {
      const b0 = v128.load(b);
      const b1 = v128.load(e);
      const y0 = v128.load(x0);
      const y1 = v128.load(x1);
      const y2 = v128.load(x2);
      c0 = madd(y0, b0, c0);
      c1 = madd(y1, b0, c1);
      c2 = madd(y2, b0, c2);
      d0 = madd(y0, b1, d0);
      d1 = madd(y1, b1, d1);
      d2 = madd(y2, b1, d2);
      b += 16;
      e += 16;
      x1 += 16;
      x2 += 16;
    }
    for (; x0 != end; x0 += 4) {
      const b0 = v128.load32_zero(b);
      const b1 = v128.load32_zero(e);
      const y0 = v128.load32_zero(x0);
      const y1 = v128.load32_zero(x1);
      const y2 = v128.load32_zero(x2);
      c0 = madd(y0, b0, c0);
      c1 = madd(y1, b0, c1);
      c2 = madd(y2, b0, c2);
      d0 = madd(y0, b1, d0);
      d1 = madd(y1, b1, d1);
      d2 = madd(y2, b1, d2);
      b += 4;
      e += 4;
      x1 += 4;
      x2 += 4;
    }
    rows += 12;
  }
  put(outs, 0, c0, c1, c2, accumulate, bias);
  put(outs, columnBytes, d0, d1, d2, accumulate, bias ? bias + 4 : 0);
}

function dot3(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  lineBytes: usize,
  outs: usize,
  columnBytes: usize,
  accumulate: bool,
  bias: usize,
): void {
  let c0 = f32x4.splat(0);
  let c1 = c0;
  let c2 = c0;
  let d0 = c0;
  let d1 = c0;
  let d2 = c0;
  let e0 = c0;
  let e1 = c0;
  let e2 = c0;
  let d = b + lineBytes;
  let e = d + lineBytes;
  for (; taps > 0; taps--) {
    let x0 = <usize>load<u32>(rows);
    let x1 = <usize>load<u32>(rows, 4);
    let x2 = <usize>load<u32>(rows, 8);
    const end = x0 + bytes;
    for (const end4 = x0 + (bytes & ~15); x0 != end4; x0 += 16) {
      const b0 = v128.load(b);
      const b1 = v128.load(d);
      const b2 = v128.load(e);
      const y0 = v128.load(x0);
      c0 = madd(y0, b0, c0);
      d0 = madd(y0, b1, d0);
      e0 = madd(y0, b2, e0);
      const y1 = v128.load(x1);
      c1 = madd(y1, b0, c1);
      d1 = madd(y1, b1, d1);
      e1 = madd(y1, b2, e1);
      const y2 = v128.load(x2);
      c2 = madd(y2, b0, c2);
      d2 = madd(y2, b1, d2);
      e2 = madd(y2, b2, e2);
      b += 16;
      d += 16;
      e += 16;
      x1 += 16;
      x2 += 16;
    }
    for (; x0 != end; x0 += 4) {
      const b0 = v128.load32_zero(b);
      const b1 = v128.load32_zero(d);
      const b2 = v128.load32_zero(e);
      const y0 = v128.load32_zero(x0);
      c0 = madd(y0, b0, c0);
      d0 = madd(y0, b1, d0);
      e0 = madd(y0, b2, e0);
      const y1 = v128.load32_zero(x1);
      c1 = madd(y1, b0, c1);
      d1 = madd(y1, b1, d1);
      e1 = madd(y1, b2, e1);
      const y2 = v128.load32_zero(x2);
      c2 = madd(y2, b0, c2);
      d2 = madd(y2, b1, d2);
      e2 = madd(y2, b2, e2);
      b += 4;
      d += 4;
      e += 4;
      x1 += 4;
      x2 += 4;
    }
    rows += 12;
  }
  put(outs, 0, c0, c1, c2, accumulate, bias);
  put(outs, columnBytes, d0, d1, d2, accumulate, bias ? bias + 4 : 0);
  put(outs, columnBytes << 1, e0, e1, e2, accumulate, bias ? bias + 8 : 0);
}

// One column of three rows: every start is read before a repeated row is written.
function put(outs: usize, column: usize, c0: v128, c1: v128, c2: v128, accumulate: bool, bias: usize): void {
  const o0 = <usize>load<u32>(outs) + column;
  const o1 = <usize>load<u32>(outs, 4) + column;
  const o2 = <usize>load<u32>(outs, 8) + column;
  const init: f32 = bias ? load<f32>(bias) : 0;
  const i0 = accumulate ? load<f32>(o0) : init;
  const i1 = accumulate ? load<f32>(o1) : init;
  const i2 = accumulate ? load<f32>(o2) : init;
  store<f32>(o0, i0 + sumLanes(c0));
  store<f32>(o1, i1 + sumLanes(c1));
  store<f32>(o2, i2 + sumLanes(c2));
}
