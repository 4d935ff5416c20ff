// The inner kernel for up to four rows: a generator that draws one image has few tiles.

import { madd } from '../simd/arithmetic';

/**
 * out[4, 8] = init + Σ_k row[i][k] · b[k, 8]: as tile, for four rows of one segment.
 *
 * @param rows 4 pointers to K contiguous floats each. @param bytes 4 · K. @param b one packed panel, [K][8].
 * @param outs 4 pointers. @param column bytes added to each out and init pointer.
 * @param inits row pointers of the initial values; 0 for zeros.
 */
export function tileFour(rows: usize, bytes: usize, b: usize, outs: usize, column: usize, inits: usize): void {
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
  let a0 = <usize>load<u32>(rows);
  let a1 = <usize>load<u32>(rows, 4);
  let a2 = <usize>load<u32>(rows, 8);
  let a3 = <usize>load<u32>(rows, 12);
  for (const end = a0 + bytes; a0 != end; a0 += 4) {
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
