// The inner kernels of every matrix product and convolution.

import { madd } from '../simd/madd';

/**
 * out[4,8] = init + Σ_taps Σ_k row[tap][i][k] · b[tap, k, 8].
 *
 * Layout    rows: [taps][4] pointers to K contiguous floats each; so a matrix, a patch of an NHWC image and
 *           a packed block are all read in place. b: one packed panel, [taps · K][8]. outs, inits: 4 row pointers.
 * Alignment panels 16 bytes; the rest 4.
 * Tiling    4×8, 8 accumulators, over all taps. V8 has about ten general registers: a fifth row pointer spills.
 *           Rows past the end repeat the last row (same inputs, same output); columns past the end: tileTail.
 * Numerics  taps, then k ascending, one accumulator an output.
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
  }
  if (bytes) {
    for (; taps > 0; taps--) {
      let a0 = <usize>load<u32>(rows);
      let a1 = <usize>load<u32>(rows, 4);
      let a2 = <usize>load<u32>(rows, 8);
      let a3 = <usize>load<u32>(rows, 12);
      const end = a0 + bytes;
      do {
        const b0 = v128.load(b);
        const b1 = v128.load(b, 16);
        const x0 = v128.load32_splat(a0);
        c00 = madd(x0, b0, c00);
        c01 = madd(x0, b1, c01);
        const x1 = v128.load32_splat(a1);
        c10 = madd(x1, b0, c10);
        c11 = madd(x1, b1, c11);
        const x2 = v128.load32_splat(a2);
        c20 = madd(x2, b0, c20);
        c21 = madd(x2, b1, c21);
        const x3 = v128.load32_splat(a3);
        c30 = madd(x3, b0, c30);
        c31 = madd(x3, b1, c31);
        b += 32;
        a1 += 4;
        a2 += 4;
        a3 += 4;
        a0 += 4;
      } while (a0 != end);
      rows += 16;
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
  if (inits) {
    for (let i: usize = 0; i < 16; i += 4) {
      memory.copy(load<u32>(aside + i), <usize>load<u32>(inits + i) + column, (<usize>n) << 2);
    }
  }
  tile(rows, taps, bytes, b, aside, 0, inits ? aside : 0);
  for (let i: usize = 0; i < 16; i += 4) {
    memory.copy(<usize>load<u32>(outs + i) + column, load<u32>(aside + i), (<usize>n) << 2);
  }
}

/** Lays out the side tile that tileTail wants: 4 pointers to the 4 rows of 8 floats that follow them. */
export function makeAside(aside: usize): void {
  for (let i: usize = 0; i < 4; i++) store<u32>(aside + (i << 2), aside + 64 + (i << 5));
}
