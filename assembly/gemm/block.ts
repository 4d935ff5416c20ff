// All tiles of one block of a product.

import { TILE_ROWS, tile, tileTail } from './tile';

/**
 * out[rows, n] = init + rows · panels: a panel of B stays in L1 while the rows pass.
 *
 * @param rows `[groups][taps][TILE_ROWS]` row pointers, see tile.
 * @param rowsBytes from one group's pointers to the next.
 * @param outs `[groups][TILE_ROWS]` output row pointers. @param panels packed `[ceil(n/8)][panelBytes]`.
 * @param column byte offset of the first column in an output row (and in bias).
 * @param accumulate start from out; else from `bias`, TILE_ROWS pointers to the same row, or 0 for zeros.
 * @param aside see tileTail.
 */
export function block(
  rows: usize,
  rowsBytes: usize,
  groups: i32,
  taps: i32,
  bytes: usize,
  panels: usize,
  panelBytes: usize,
  outs: usize,
  column: usize,
  n: i32,
  accumulate: bool,
  bias: usize,
  aside: usize,
): void {
  for (; n > 0; n -= 8) {
    let row = rows;
    let out = outs;
    for (let i = groups; i > 0; i--) {
      const inits = accumulate ? out : bias;
      if (n >= 8) tile(row, taps, bytes, panels, out, column, inits);
      else tileTail(row, taps, bytes, panels, out, column, inits, n, aside);
      row += rowsBytes;
      out += <usize>TILE_ROWS << 2;
    }
    panels += panelBytes;
    column += 32;
  }
}
