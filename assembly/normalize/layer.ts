// Layer normalisation: statistics belong to a group (one example), scale and offset to a channel.
// With h = dy·scale, d = x − mean, r = 1/√(variance + ε) and n elements a group:
//
//   dx = r·(h − Σh/n − d·r²·Σ(h·d)/n)      dscale = Σ over groups and rows of r·dy·d      doffset = Σdy
//
// Numerics  f32 within a row of the grid or a chunk's lane, f64 above that, in index order.

import { GRAD_ARRAYS } from '../abi/normalize';
import { activate } from '../fused/epilogue';
import { madd, nmadd, sumLanes } from '../simd/arithmetic';
import { loadFirst, shareStart, storeFirst } from '../split';
import {
  blockLength,
  blockOffset,
  gridBlocks,
  gridChannels,
  gridGroups,
  gridLength,
  gridWidth,
  laneMask,
} from './grid';

// @ts-ignore: decorator
@inline
function deviation(variance: usize, group: i32, epsilon: f64): f64 {
  return 1 / sqrt(<f64>load<f32>(variance + (<usize>group << 2)) + epsilon);
}

/**
 * y = (x − mean)·r·scale + offset, with mean[g], variance[g] and tables scale[width], offset[width].
 * Arguments: y, x, mean, variance, scale, offset, grid, ε (f32); an epilogue, which adds nothing.
 */
export function layerApply(args: usize, thread: i32, threads: i32): void {
  const grid = args + 24;
  const scale = <usize>load<u32>(args, 16);
  const offset = <usize>load<u32>(args, 20);
  const epsilon = <f64>load<f32>(args, 48);
  const blocks = gridBlocks(grid);
  const table = <usize>gridWidth(grid) << 2;
  const items = gridGroups(grid) * blocks;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    const first = blockOffset(grid, group, block);
    const mean = v128.load32_splat(<usize>load<u32>(args, 8) + (<usize>group << 2));
    const r = f32x4.splat(<f32>deviation(load<u32>(args, 12), group, epsilon));
    let y = <usize>load<u32>(args) + first;
    let x = <usize>load<u32>(args, 4) + first;
    let left = blockLength(grid, block);
    let at: usize = 0;
    for (; left >= 4; left -= 4) {
      const hat = f32x4.mul(f32x4.sub(v128.load(x), mean), r);
      v128.store(y, madd(hat, v128.load(scale + at), v128.load(offset + at)));
      x += 16;
      y += 16;
      at += 16;
      if (at == table) at = 0;
    }
    if (left > 0) {
      const hat = f32x4.mul(f32x4.sub(loadFirst(x, left), mean), r);
      storeFirst(y, madd(hat, v128.load(scale + at), v128.load(offset + at)), left);
    }
    activate(<usize>load<u32>(args) + first, blockLength(grid, block), args + 52);
  }
}

/**
 * Per block: Σh and Σ(h·d) as two f64, to sums[group · blocks + block][2].
 * Arguments: sums, dy, x, mean[g], scale[width], grid.
 */
export function layerGradSums(args: usize, thread: i32, threads: i32): void {
  const grid = args + 20;
  const scale = <usize>load<u32>(args, 16);
  const blocks = gridBlocks(grid);
  const width = gridWidth(grid);
  const items = gridGroups(grid) * blocks;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    const first = blockOffset(grid, group, block);
    const mean = v128.load32_splat(<usize>load<u32>(args, 12) + (<usize>group << 2));
    let dy = <usize>load<u32>(args, 4) + first;
    let x = <usize>load<u32>(args, 8) + first;
    let sum: f64 = 0;
    let product: f64 = 0;
    for (let left = blockLength(grid, block); left > 0; left -= width) {
      let rowSum = f32x4.splat(0);
      let rowProduct = f32x4.splat(0);
      let s = scale;
      let rest = min(left, width);
      for (; rest >= 4; rest -= 4) {
        const h = f32x4.mul(v128.load(dy), v128.load(s));
        rowSum = f32x4.add(rowSum, h);
        rowProduct = madd(h, f32x4.sub(v128.load(x), mean), rowProduct);
        dy += 16;
        x += 16;
        s += 16;
      }
      if (rest > 0) {
        const h = v128.and(f32x4.mul(loadFirst(dy, rest), v128.load(s)), laneMask(rest));
        rowSum = f32x4.add(rowSum, h);
        rowProduct = madd(h, f32x4.sub(loadFirst(x, rest), mean), rowProduct);
      }
      sum += <f64>sumLanes(rowSum);
      product += <f64>sumLanes(rowProduct);
    }
    const out = <usize>load<u32>(args) + (<usize>item << 4);
    store<f64>(out, sum);
    store<f64>(out, product, 8);
  }
}

/**
 * dx, and, where `columns` is not 0, Σdy and Σ(r·dy·d) of every lane over each chunk of `chunk` blocks (which
 * may span groups), to partial[chunk][2][width].
 * Arguments: dx, partial, dy, x, mean[g], variance[g], scale[width], sums, grid, ε (f32), chunk, columns.
 */
export function layerGradApply(args: usize, thread: i32, threads: i32): void {
  const grid = args + 32;
  const epsilon = <f64>load<f32>(args, 56);
  const chunk = load<i32>(args, 60);
  const columns = load<i32>(args, 64);
  const blocks = gridBlocks(grid);
  const bytes = (<usize>gridWidth(grid) << 2) * GRAD_ARRAYS;
  const items = gridGroups(grid) * blocks;
  const chunks = (items + chunk - 1) / chunk;
  const end = shareStart(chunks, thread + 1, threads);
  for (let c = shareStart(chunks, thread, threads); c < end; c++) {
    const partial = columns ? <usize>load<u32>(args, 4) + <usize>c * bytes : 0;
    if (columns) memory.fill(partial, 0, bytes);
    const last = min(items, (c + 1) * chunk);
    for (let item = c * chunk; item < last; item++) {
      const group = item / blocks;
      gradBlock(args, grid, group, item - group * blocks, partial, epsilon);
    }
  }
}

function gradBlock(args: usize, grid: usize, group: i32, block: i32, partial: usize, epsilon: f64): void {
  const blocks = gridBlocks(grid);
  const first = blockOffset(grid, group, block);
  let total: f64 = 0;
  let totalProduct: f64 = 0;
  let sums = <usize>load<u32>(args, 28) + (<usize>(group * blocks) << 4);
  for (let b = 0; b < blocks; b++) {
    total += load<f64>(sums);
    totalProduct += load<f64>(sums, 8);
    sums += 16;
  }
  const n = <f64>gridLength(grid);
  const r64 = deviation(load<u32>(args, 20), group, epsilon);
  const r = f32x4.splat(<f32>r64);
  const average = f32x4.splat(<f32>(total / n));
  const slope = f32x4.splat(<f32>((totalProduct * r64 * r64) / n));
  const mean = v128.load32_splat(<usize>load<u32>(args, 16) + (<usize>group << 2));
  const scale = <usize>load<u32>(args, 24);
  const table = <usize>gridWidth(grid) << 2;
  let dx = <usize>load<u32>(args) + first;
  let dy = <usize>load<u32>(args, 8) + first;
  let x = <usize>load<u32>(args, 12) + first;
  let left = blockLength(grid, block);
  let at: usize = 0;
  for (; left >= 4; left -= 4) {
    const g = v128.load(dy);
    const d = f32x4.sub(v128.load(x), mean);
    const h = f32x4.mul(g, v128.load(scale + at));
    v128.store(dx, f32x4.mul(r, nmadd(d, slope, f32x4.sub(h, average))));
    if (partial) addColumns(partial + at, table, g, f32x4.mul(d, r));
    dx += 16;
    dy += 16;
    x += 16;
    at += 16;
    if (at == table) at = 0;
  }
  if (left > 0) {
    const g = loadFirst(dy, left);
    const d = f32x4.sub(loadFirst(x, left), mean);
    const h = f32x4.mul(g, v128.load(scale + at));
    storeFirst(dx, f32x4.mul(r, nmadd(d, slope, f32x4.sub(h, average))), left);
    // Masked: lanes past the end belong to other rows' channels.
    if (partial) addColumns(partial + at, table, g, v128.and(f32x4.mul(d, r), laneMask(left)));
  }
}

// @ts-ignore: decorator
@inline
function addColumns(sum: usize, table: usize, dy: v128, hat: v128): void {
  v128.store(sum, f32x4.add(v128.load(sum), dy));
  v128.store(sum + table, madd(dy, hat, v128.load(sum + table)));
}

/**
 * dscale[c] and doffset[c] from the chunks' lanes.
 * Arguments: dscale, doffset, partial, grid, chunks.
 */
export function layerGradColumns(args: usize, thread: i32, threads: i32): void {
  const grid = args + 12;
  const chunks = load<i32>(args, 36);
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  const table = <usize>width << 2;
  const end = shareStart(channels, thread + 1, threads);
  for (let channel = shareStart(channels, thread, threads); channel < end; channel++) {
    let partial = <usize>load<u32>(args, 8);
    let dscale: f64 = 0;
    let doffset: f64 = 0;
    for (let c = 0; c < chunks; c++) {
      for (let w = channel; w < width; w += channels) {
        const p = partial + (<usize>w << 2);
        doffset += <f64>load<f32>(p);
        dscale += <f64>load<f32>(p + table);
      }
      partial += <usize>GRAD_ARRAYS * table;
    }
    store<f32>(<usize>load<u32>(args) + (<usize>channel << 2), <f32>dscale);
    store<f32>(<usize>load<u32>(args, 4) + (<usize>channel << 2), <f32>doffset);
  }
}
