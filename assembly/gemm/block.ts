// All tiles of one block of a product.

import { tile, tileTail } from './tile';

/**
 * out[rows, n] = init + rows · panels: a panel of B stays in L1 while the rows pass.
 *
 * @param rows `[quads][taps][4]` row pointers, see tile. @param rowsBytes from one quad's pointers to the next.
 * @param outs `[quads][4]` output row pointers. @param panels packed `[ceil(n/8)][panelBytes]`.
 * @param column byte offset of the first column in an output row (and in bias).
 * @param accumulate start from out; else from `bias`, 4 pointers to the same row, or 0 for zeros.
 * @param aside see tileTail.
 */
export function block(
  rows: usize,
  rowsBytes: usize,
  quads: i32,
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
    for (let q = quads; q > 0; q--) {
      const inits = accumulate ? out : bias;
      if (n >= 8) tile(row, taps, bytes, panels, out, column, inits);
      else tileTail(row, taps, bytes, panels, out, column, inits, n, aside);
      row += rowsBytes;
      out += 16;
    }
    panels += panelBytes;
    column += 32;
  }
}
