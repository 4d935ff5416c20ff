// The normalised tensor, where statistics belong to (group, channel): batch and instance normalisation.

import { activate } from '../fused/epilogue';
import { madd } from '../simd/arithmetic';
import { loadFirst, shareStart, storeFirst } from '../split';
import {
  blockLength,
  blockOffset,
  gridBlocks,
  gridGroups,
  gridWidth,
} from './grid';

// (x − mean)·factor + offset: subtracted first, so that a large mean costs no accuracy.
// @ts-ignore: decorator
@inline
function affine(x: v128, mean: v128, factor: v128, offset: v128): v128 {
  return madd(f32x4.sub(x, mean), factor, offset);
}

// Floats that are made before the epilogue goes over them.
// @ts-ignore: decorator
@inline
const PIECE = 2048;

/**
 * y = (x − mean)·factor + offset, with tables mean[g][width], factor[g][width] and offset[width].
 * Arguments: y, x, mean, factor, offset, grid; an epilogue, which adds nothing.
 */
export function apply(args: usize, thread: i32, threads: i32): void {
  const grid = args + 20;
  const offset = <usize>load<u32>(args, 16);
  const blocks = gridBlocks(grid);
  const width = gridWidth(grid);
  const table = <usize>width << 2;
  const items = gridGroups(grid) * blocks;
  const piece = max(1, PIECE / width) * width;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    const first = blockOffset(grid, group, block);
    const mean = <usize>load<u32>(args, 8) + <usize>group * table;
    const factor = <usize>load<u32>(args, 12) + <usize>group * table;
    let y = <usize>load<u32>(args) + first;
    let x = <usize>load<u32>(args, 4) + first;
    for (let left = blockLength(grid, block); left > 0; left -= piece) {
      const floats = min(left, piece);
      rows(y, x, mean, factor, offset, floats, width);
      activate(y, floats, grid + 24);
      y += <usize>floats << 2;
      x += <usize>floats << 2;
    }
  }
}

function rows(y: usize, x: usize, mean: usize, factor: usize, offset: usize, left: i32, width: i32): void {
  const table = <usize>width << 2;
  // Four rows at a time read the tables once.
  for (; left >= 4 * width; left -= 4 * width) {
    for (let at: usize = 0; at < table; at += 16) {
      const m = v128.load(mean + at);
      const f = v128.load(factor + at);
      const o = v128.load(offset + at);
      const x2 = x + 2 * table;
      const y2 = y + 2 * table;
      v128.store(y, affine(v128.load(x), m, f, o));
      v128.store(y + table, affine(v128.load(x + table), m, f, o));
      v128.store(y2, affine(v128.load(x2), m, f, o));
      v128.store(y2 + table, affine(v128.load(x2 + table), m, f, o));
      x += 16;
      y += 16;
    }
    x += 3 * table;
    y += 3 * table;
  }
  let at: usize = 0;
  for (; left >= 4; left -= 4) {
    v128.store(y, affine(v128.load(x), v128.load(mean + at), v128.load(factor + at), v128.load(offset + at)));
    at += 16;
    if (at == table) at = 0;
    x += 16;
    y += 16;
  }
  if (left == 0) return;
  const last = affine(loadFirst(x, left), v128.load(mean + at), v128.load(factor + at), v128.load(offset + at));
  storeFirst(y, last, left);
}
