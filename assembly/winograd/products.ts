// The products at every point of a block of tiles.

import { GEMM_KC } from '../abi/gemm';
import { block } from '../gemm/block';
import { TILE_ROWS } from '../gemm/tile';
import { tileFour } from '../gemm/tile-four';
import { Plan } from './plan';

/**
 * M[point] = V[point] · U[point] for the block's `count` tiles, those that have the point.
 *
 * @param u the transformed filter of point 0, `pointU` bytes a point: panels of 8 columns, [depth][8].
 * @param phases parts of a row of M, of `width` columns each; their panels are `phaseU` bytes apart.
 * @param bias whether plan.biases is added to the product at point (1, 1), and so to every result: Aᵀ's column
 *        for the point 1 is all ones.
 */
export function products(
  p: Plan,
  count: i32,
  u: usize,
  pointU: usize,
  phases: i32,
  phaseU: usize,
  depth: i32,
  width: i32,
  bias: bool,
): void {
  const groupBytes = <usize>TILE_ROWS << 2;
  for (let i = 0; i < p.pointsH; i++) {
    for (let j = 0; j < p.pointsW; j++) {
      const point = <usize>(i * p.pointsW + j);
      let v = p.v + point * p.pointV;
      let m = p.m + point * p.pointM;
      let rows = 0;
      for (let index: usize = 0; index < <usize>count; index++) {
        const alphas = p.alphas + (index << 2);
        if (i < <i32>load<u16>(alphas) && j < <i32>load<u16>(alphas, 2)) {
          store<u32>(p.rows + (<usize>rows << 2), <u32>v);
          store<u32>(p.outs + (<usize>rows << 2), <u32>m);
          rows++;
        }
        v += p.rowV;
        m += p.rowM;
      }
      const few = rows <= 4;
      const groups = (rows + TILE_ROWS - 1) / TILE_ROWS;
      for (const last = <usize>(rows - 1) << 2; rows < groups * TILE_ROWS; rows++) {
        store<u32>(p.rows + (<usize>rows << 2), load<u32>(p.rows + last));
        store<u32>(p.outs + (<usize>rows << 2), load<u32>(p.outs + last));
      }
      const panels = u + point * pointU;
      const panelBytes = <usize>depth << 5;
      const biases = bias && i == 1 && j == 1 ? p.biases : 0;
      for (let k = 0; k < depth; ) {
        const some = min(GEMM_KC, depth - k);
        const from = panels + (<usize>k << 5);
        const bytes = <usize>some << 2;
        for (let phase = 0; phase < phases; phase++) {
          const filter = from + <usize>phase * phaseU;
          const column = <usize>(phase * width) << 2;
          if (few) fourRows(p, bytes, filter, panelBytes, column, width, k > 0 ? p.outs : biases);
          else block(p.rows, groupBytes, groups, 1, bytes, filter, panelBytes, p.outs, column, width, k > 0, biases, 0);
        }
        k += some;
        for (let r: usize = 0; r < <usize>rows << 2; r += 4) {
          store<u32>(p.rows + r, load<u32>(p.rows + r) + <u32>bytes);
        }
      }
    }
  }
}

// A block of one to four rows.
function fourRows(
  p: Plan,
  bytes: usize,
  panel: usize,
  panelBytes: usize,
  column: usize,
  width: i32,
  inits: usize,
): void {
  for (const end = column + (<usize>width << 2); column != end; column += 32) {
    tileFour(p.rows, bytes, panel, p.outs, column, inits);
    panel += panelBytes;
  }
}
