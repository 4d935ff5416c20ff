// The inner kernel of every matrix product and convolution.

import { madd } from '../simd/arithmetic';

/** Rows of a tile: as many as leave the compiler without a spill. */
export const TILE_ROWS: i32 = 5 + i32(ASC_FEATURE_RELAXED_SIMD);

/**
 * out[rows, 8] = init + Σ_taps Σ_k row[tap][i][k] · b[tap, k, 8], for TILE_ROWS rows.
 *
 * Layout    rows: [taps][TILE_ROWS] pointers to K contiguous floats each; so a matrix, a patch of an NHWC image
 *           and a packed block are all read in place. b: one packed panel, [taps · K][8]. outs, inits: a
 *           pointer for each row.
 * Alignment panels 16 bytes; the rest 4.
 * Tiling    6×8 with fused multiply-add: 12 accumulators, 2 vectors of b, 1 of a row, which is all 15 registers
 *           that V8 gives out; 5×8 in the plain build, which needs one more for the product. Over all taps.
 *           Rows past the end repeat the last row (same inputs, same output); columns past the end: tileTail.
 * Numerics  taps, then k ascending, one accumulator an output.
 *
 * V8 up to Node 22 moves pure operations behind the loads of their basic block, as far as the order in which it
 * meets the accumulators lets it: six rows would be loaded before the first is used, and accumulators would live
 * in memory (13 cycles a step instead of 6). Hence rows are taken last to first, and a branch that is never taken,
 * since no row lies at address 0, closes the block after the first of them.
 *
 * @param bytes length of one row segment, 4 · K; 0 gives init.
 * @param column bytes added to each out and init pointer.
 * @param inits row pointers of the initial values; 0 for zeros.
 */
export function tile(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  outs: usize,
  column: usize,
  inits: usize,
): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  let c40 = c00;
  let c41 = c00;
  let c50 = c00;
  let c51 = c00;
  if (inits) {
    let from = <usize>load<u32>(inits) + column;
    c00 = v128.load(from);
    c01 = v128.load(from, 16);
    from = <usize>load<u32>(inits, 4) + column;
    c10 = v128.load(from);
    c11 = v128.load(from, 16);
    from = <usize>load<u32>(inits, 8) + column;
    c20 = v128.load(from);
    c21 = v128.load(from, 16);
    from = <usize>load<u32>(inits, 12) + column;
    c30 = v128.load(from);
    c31 = v128.load(from, 16);
    from = <usize>load<u32>(inits, 16) + column;
    c40 = v128.load(from);
    c41 = v128.load(from, 16);
    if (ASC_FEATURE_RELAXED_SIMD) {
      from = <usize>load<u32>(inits, 20) + column;
      c50 = v128.load(from);
      c51 = v128.load(from, 16);
    }
  }
  if (bytes) {
    for (; taps > 0; taps--) {
      let a0 = <usize>load<u32>(rows);
      let a1 = <usize>load<u32>(rows, 4);
      let a2 = <usize>load<u32>(rows, 8);
      let a3 = <usize>load<u32>(rows, 12);
      let a4 = <usize>load<u32>(rows, 16);
      let a5 = ASC_FEATURE_RELAXED_SIMD ? <usize>load<u32>(rows, 20) : 0;
      const end = a0 + bytes;
      do {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        if (ASC_FEATURE_RELAXED_SIMD) {
          const x5 = v128.load32_splat(a5);
          c50 = madd(x5, b0, c50);
          c51 = madd(x5, b1, c51);
        }
        if (!a0) break;
        const x4 = v128.load32_splat(a4);
        c40 = madd(x4, b0, c40);
        c41 = madd(x4, b1, c41);
        const x3 = v128.load32_splat(a3);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        const x2 = v128.load32_splat(a2);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        const x1 = v128.load32_splat(a1);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        const x0 = v128.load32_splat(a0);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        b += 32;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        a4 += 4;
        if (ASC_FEATURE_RELAXED_SIMD) {
          a5 += 4;
        }
        a0 += 4;
      } while (a0 != end);
      rows += <usize>TILE_ROWS << 2;
    }
  }
  let to = <usize>load<u32>(outs) + column;
  v128.store(to, c00);
  v128.store(to, c01, 16);
  to = <usize>load<u32>(outs, 4) + column;
  v128.store(to, c10);
  v128.store(to, c11, 16);
  to = <usize>load<u32>(outs, 8) + column;
  v128.store(to, c20);
  v128.store(to, c21, 16);
  to = <usize>load<u32>(outs, 12) + column;
  v128.store(to, c30);
  v128.store(to, c31, 16);
  to = <usize>load<u32>(outs, 16) + column;
  v128.store(to, c40);
  v128.store(to, c41, 16);
  if (ASC_FEATURE_RELAXED_SIMD) {
    to = <usize>load<u32>(outs, 20) + column;
    v128.store(to, c50);
    v128.store(to, c51, 16);
  }
}

/** The tile of a panel of which only `n` < 8 columns exist: computed aside, valid columns copied. */
export function tileTail(
  rows: usize,
  taps: i32,
  bytes: usize,
  b: usize,
  outs: usize,
  column: usize,
  inits: usize,
  n: i32,
  aside: usize,
): void {
  const end = <usize>TILE_ROWS << 2;
  if (inits) {
    for (let i: usize = 0; i < end; i += 4) {
      copyWords(load<u32>(aside + i), <usize>load<u32>(inits + i) + column, n);
    }
  }
  tile(rows, taps, bytes, b, aside, 0, inits ? aside : 0);
  for (let i: usize = 0; i < end; i += 4) {
    copyWords(<usize>load<u32>(outs + i) + column, load<u32>(aside + i), n);
  }
}

// memory.copy costs more than a tile's row.
function copyWords(to: usize, from: usize, n: i32): void {
  for (; n > 0; n--) {
    store<u32>(to, load<u32>(from));
    to += 4;
    from += 4;
  }
}

/** Lays out the side tile that tileTail wants: pointers to the rows that follow them. */
export function makeAside(aside: usize): void {
  for (let i: usize = 0; i < <usize>TILE_ROWS; i++) store<u32>(aside + (i << 2), <u32>(aside + 64 + (i << 5)));
}
