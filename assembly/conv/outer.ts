// Sums of outer products: both operands as they lie in memory, neither packed nor transposed.

import { TILE_ROWS } from '../gemm/tile';
import { madd } from '../simd/arithmetic';

/**
 * c[TILE_ROWS, 8] = from + Σ_p a[p][0..TILE_ROWS) ⊗ b[p][0..8), p < count; count ≥ 1.
 *
 * Layout    a, b: aStep and bStep bytes from one p to the next; from, c: cStep bytes a row.
 * Alignment 4.
 * Tiling    as tile, but the rows lie at constant distances from one pointer. See there for the branch that is
 *           never taken; here V8 meets the accumulators in the other order, so the rows are taken first to last.
 * Numerics  p ascending, one accumulator an output.
 */
export function outerTile(
  a: usize,
  aStep: usize,
  b: usize,
  bStep: usize,
  count: i32,
  from: usize,
  c: usize,
  cStep: usize,
): void {
  let to = from;
  let c00 = v128.load(to);
  let c01 = v128.load(to, 16);
  to += cStep;
  let c10 = v128.load(to);
  let c11 = v128.load(to, 16);
  to += cStep;
  let c20 = v128.load(to);
  let c21 = v128.load(to, 16);
  to += cStep;
  let c30 = v128.load(to);
  let c31 = v128.load(to, 16);
  to += cStep;
  let c40 = v128.load(to);
  let c41 = v128.load(to, 16);
  let c50 = c40;
  let c51 = c41;
  if (ASC_FEATURE_RELAXED_SIMD) {
    to += cStep;
    c50 = v128.load(to);
    c51 = v128.load(to, 16);
  }
  do {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const x0 = v128.load32_splat(a);
    c00 = madd(x0, b0, c00);
    c01 = madd(x0, b1, c01);
    if (!a) break;
    const x1 = v128.load32_splat(a, 4);
    c10 = madd(x1, b0, c10);
    c11 = madd(x1, b1, c11);
    const x2 = v128.load32_splat(a, 8);
    c20 = madd(x2, b0, c20);
    c21 = madd(x2, b1, c21);
    const x3 = v128.load32_splat(a, 12);
    c30 = madd(x3, b0, c30);
    c31 = madd(x3, b1, c31);
    const x4 = v128.load32_splat(a, 16);
    c40 = madd(x4, b0, c40);
    c41 = madd(x4, b1, c41);
    if (ASC_FEATURE_RELAXED_SIMD) {
      const x5 = v128.load32_splat(a, 20);
      c50 = madd(x5, b0, c50);
      c51 = madd(x5, b1, c51);
    }
    b += bStep;
    a += aStep;
  } while (--count);
  to = c;
  v128.store(to, c00);
  v128.store(to, c01, 16);
  to += cStep;
  v128.store(to, c10);
  v128.store(to, c11, 16);
  to += cStep;
  v128.store(to, c20);
  v128.store(to, c21, 16);
  to += cStep;
  v128.store(to, c30);
  v128.store(to, c31, 16);
  to += cStep;
  v128.store(to, c40);
  v128.store(to, c41, 16);
  if (ASC_FEATURE_RELAXED_SIMD) {
    to += cStep;
    v128.store(to, c50);
    v128.store(to, c51, 16);
  }
}

/**
 * c[rows, columns] += Σ_p a[p] ⊗ b[p], by tiles: c has whole tiles (rows a multiple of TILE_ROWS, columns of 8),
 * and up to a tile too much is read of a[p] and b[p], which lands in c's surplus rows and columns.
 */
export function outer(
  a: usize,
  aStep: usize,
  rows: i32,
  b: usize,
  bStep: usize,
  columns: i32,
  count: i32,
  c: usize,
): void {
  const cStep = <usize>columns << 2;
  for (let i = 0; i < rows; i += TILE_ROWS) {
    const line = c + <usize>i * cStep;
    const from = a + (<usize>i << 2);
    // Called from several places the tile stays a function of its own; inlined it would want too many registers.
    let j: usize = 0;
    for (; j + 32 < cStep; j += 64) {
      outerTile(from, aStep, b + j, bStep, count, line + j, line + j, cStep);
      outerTile(from, aStep, b + j + 32, bStep, count, line + j + 32, line + j + 32, cStep);
    }
    if (j < cStep) outerTile(from, aStep, b + j, bStep, count, line + j, line + j, cStep);
  }
}
