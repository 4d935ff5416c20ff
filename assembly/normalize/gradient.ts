// Gradient of batch and instance normalisation. With d = x − mean, r = 1/√(variance + ε) and n elements a
// (group, channel):
//
//   dx = scale·r·(dy − Σdy/n − d·r²·Σ(dy·d)/n)      dscale = Σ over groups of r·Σ(dy·d)      doffset = Σdy
//
// Numerics  sums in f32 within a block, in f64 between blocks and lanes, in index order.

import { GRAD_ARRAYS } from '../abi/normalize';
import { madd, nmadd } from '../simd/arithmetic';
import { loadFirst, shareStart, storeFirst } from '../split';
import {
  blockLength,
  blockOffset,
  demoted,
  gridBlocks,
  gridChannels,
  gridGroups,
  gridLength,
  gridWidth,
  upper,
} from './grid';

/**
 * Per block: Σdy and Σ(dy·d) of every lane, to partial[group · blocks + block][2][width].
 * Arguments: partial, dy, x, mean[g][width], grid.
 */
export function gradSums(args: usize, thread: i32, threads: i32): void {
  const grid = args + 16;
  const blocks = gridBlocks(grid);
  const width = gridWidth(grid);
  const table = <usize>width << 2;
  const items = gridGroups(grid) * blocks;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    const first = blockOffset(grid, group, block);
    const partial = <usize>load<u32>(args) + <usize>item * GRAD_ARRAYS * table;
    memory.fill(partial, 0, <usize>GRAD_ARRAYS * table);
    sumRows(
      partial,
      <usize>load<u32>(args, 4) + first,
      <usize>load<u32>(args, 8) + first,
      <usize>load<u32>(args, 12) + <usize>group * table,
      blockLength(grid, block),
      width,
    );
  }
}

// @ts-ignore: decorator
@inline
function sumOne(sum: usize, product: usize, dy: v128, d: v128): void {
  v128.store(sum, f32x4.add(v128.load(sum), dy));
  v128.store(product, madd(dy, d, v128.load(product)));
}

function sumRows(sum: usize, dy: usize, x: usize, mean: usize, left: i32, width: i32): void {
  const stride = <usize>width << 2;
  const product = sum + stride;
  // Four rows at a time, added one after the other, read and write the sums once.
  for (; left >= 4 * width; left -= 4 * width) {
    for (let at: usize = 0; at < stride; at += 16) {
      const m = v128.load(mean + at);
      let s = v128.load(sum + at);
      let p = v128.load(product + at);
      let row = dy;
      let other = x;
      for (let i = 0; i < 4; i++) {
        const slope = v128.load(row);
        s = f32x4.add(s, slope);
        p = madd(slope, f32x4.sub(v128.load(other), m), p);
        row += stride;
        other += stride;
      }
      v128.store(sum + at, s);
      v128.store(product + at, p);
      x += 16;
      dy += 16;
    }
    x += 3 * stride;
    dy += 3 * stride;
  }
  let at: usize = 0;
  for (; left >= 4; left -= 4) {
    sumOne(sum + at, product + at, v128.load(dy), f32x4.sub(v128.load(x), v128.load(mean + at)));
    x += 16;
    dy += 16;
    at += 16;
    if (at == stride) at = 0;
  }
  // Lanes past the end add dy·d = 0·(0 − mean): 0, or NaN in a channel that is NaN as a whole.
  if (left > 0) {
    const d = f32x4.sub(loadFirst(x, left), v128.load(mean + at));
    sumOne(sum + at, product + at, loadFirst(dy, left), d);
  }
}

/**
 * Joins blocks and lanes: the tables average[g][w] = Σdy/n and slope[g][w] = r²·Σ(dy·d)/n, and dscale[c],
 * doffset[c] summed over groups.
 * Arguments: average, slope, dscale, doffset, partial, variance[g][c], grid, ε (f32).
 */
export function gradCombine(args: usize, thread: i32, threads: i32): void {
  const grid = args + 24;
  const epsilon = <f64>load<f32>(args, 48);
  const groups = gridGroups(grid);
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  const blocks = gridBlocks(grid);
  const table = <usize>width << 2;
  const total = <f64>(gridLength(grid) / channels);
  const end = shareStart(channels, thread + 1, threads);
  for (let channel = shareStart(channels, thread, threads); channel < end; channel++) {
    if (!(channels & 3) && end - channel >= 4) {
      combineFour(args, channel);
      channel += 3;
      continue;
    }
    const at = <usize>channel << 2;
    let average = <usize>load<u32>(args);
    let slope = <usize>load<u32>(args, 4);
    let partial = <usize>load<u32>(args, 16);
    let variance = <usize>load<u32>(args, 20) + at;
    let dscale: f64 = 0;
    let doffset: f64 = 0;
    for (let group = 0; group < groups; group++) {
      let sum: f64 = 0;
      let product: f64 = 0;
      for (let block = 0; block < blocks; block++) {
        for (let w = channel; w < width; w += channels) {
          const p = partial + (<usize>w << 2);
          sum += <f64>load<f32>(p);
          product += <f64>load<f32>(p + table);
        }
        partial += <usize>GRAD_ARRAYS * table;
      }
      const square = 1 / (<f64>load<f32>(variance) + epsilon);
      doffset += sum;
      dscale += product * sqrt(square);
      for (let w = channel; w < width; w += channels) {
        store<f32>(average + (<usize>w << 2), <f32>(sum / total));
        store<f32>(slope + (<usize>w << 2), <f32>((product * square) / total));
      }
      average += table;
      slope += table;
      variance += <usize>channels << 2;
    }
    store<f32>(<usize>load<u32>(args, 8) + at, <f32>dscale);
    store<f32>(<usize>load<u32>(args, 12) + at, <f32>doffset);
  }
}

// gradCombine for four neighbouring channels.
function combineFour(args: usize, channel: i32): void {
  const grid = args + 24;
  const epsilon = f64x2.splat(<f64>load<f32>(args, 48));
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  const blocks = gridBlocks(grid);
  const table = <usize>width << 2;
  const total = f64x2.splat(<f64>(gridLength(grid) / channels));
  const one = f64x2.splat(1);
  const at = <usize>channel << 2;
  let average = <usize>load<u32>(args);
  let slope = <usize>load<u32>(args, 4);
  let partial = <usize>load<u32>(args, 16);
  let variance = <usize>load<u32>(args, 20) + at;
  let lowScale = f64x2.splat(0);
  let highScale = lowScale;
  let lowOffset = lowScale;
  let highOffset = lowScale;
  for (let group = gridGroups(grid); group > 0; group--) {
    let lowSum = f64x2.splat(0);
    let highSum = lowSum;
    let lowProduct = lowSum;
    let highProduct = lowSum;
    for (let block = 0; block < blocks; block++) {
      for (let w = channel; w < width; w += channels) {
        const p = partial + (<usize>w << 2);
        const sums = v128.load(p);
        const products = v128.load(p + table);
        lowSum = f64x2.add(lowSum, f64x2.promote_low_f32x4(sums));
        highSum = f64x2.add(highSum, f64x2.promote_low_f32x4(upper(sums)));
        lowProduct = f64x2.add(lowProduct, f64x2.promote_low_f32x4(products));
        highProduct = f64x2.add(highProduct, f64x2.promote_low_f32x4(upper(products)));
      }
      partial += <usize>GRAD_ARRAYS * table;
    }
    const x = v128.load(variance);
    const low = f64x2.div(one, f64x2.add(f64x2.promote_low_f32x4(x), epsilon));
    const high = f64x2.div(one, f64x2.add(f64x2.promote_low_f32x4(upper(x)), epsilon));
    lowOffset = f64x2.add(lowOffset, lowSum);
    highOffset = f64x2.add(highOffset, highSum);
    lowScale = f64x2.add(lowScale, f64x2.mul(lowProduct, f64x2.sqrt(low)));
    highScale = f64x2.add(highScale, f64x2.mul(highProduct, f64x2.sqrt(high)));
    const averages = demoted(f64x2.div(lowSum, total), f64x2.div(highSum, total));
    const lowSlope = f64x2.div(f64x2.mul(lowProduct, low), total);
    const slopes = demoted(lowSlope, f64x2.div(f64x2.mul(highProduct, high), total));
    for (let w = channel; w < width; w += channels) {
      v128.store(average + (<usize>w << 2), averages);
      v128.store(slope + (<usize>w << 2), slopes);
    }
    average += table;
    slope += table;
    variance += <usize>channels << 2;
  }
  v128.store(<usize>load<u32>(args, 8) + at, demoted(lowScale, highScale));
  v128.store(<usize>load<u32>(args, 12) + at, demoted(lowOffset, highOffset));
}

/**
 * dx = factor·(dy − average − d·slope), with tables mean, factor, average, slope [g][width].
 * Arguments: dx, dy, x, mean, factor, average, slope, grid.
 */
export function gradApply(args: usize, thread: i32, threads: i32): void {
  const grid = args + 28;
  const blocks = gridBlocks(grid);
  const width = gridWidth(grid);
  const table = <usize>width << 2;
  const items = gridGroups(grid) * blocks;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    const first = blockOffset(grid, group, block);
    const tables = <usize>group * table;
    applyRows(
      <usize>load<u32>(args) + first,
      <usize>load<u32>(args, 4) + first,
      <usize>load<u32>(args, 8) + first,
      <usize>load<u32>(args, 12) + tables,
      <usize>load<u32>(args, 16) + tables,
      <usize>load<u32>(args, 20) + tables,
      <usize>load<u32>(args, 24) + tables,
      blockLength(grid, block),
      width,
    );
  }
}

// @ts-ignore: decorator
@inline
function gradient(dy: v128, x: v128, mean: v128, factor: v128, average: v128, slope: v128): v128 {
  return f32x4.mul(factor, nmadd(f32x4.sub(x, mean), slope, f32x4.sub(dy, average)));
}

function applyRows(
  dx: usize,
  dy: usize,
  x: usize,
  mean: usize,
  factor: usize,
  average: usize,
  slope: usize,
  left: i32,
  width: i32,
): void {
  const table = <usize>width << 2;
  // Two rows at a time read the tables once.
  for (; left >= 2 * width; left -= 2 * width) {
    for (let at: usize = 0; at < table; at += 16) {
      const m = v128.load(mean + at);
      const f = v128.load(factor + at);
      const a = v128.load(average + at);
      const s = v128.load(slope + at);
      v128.store(dx, gradient(v128.load(dy), v128.load(x), m, f, a, s));
      v128.store(dx + table, gradient(v128.load(dy + table), v128.load(x + table), m, f, a, s));
      dx += 16;
      dy += 16;
      x += 16;
    }
    dx += table;
    dy += table;
    x += table;
  }
  let at: usize = 0;
  for (; left >= 4; left -= 4) {
    const m = v128.load(mean + at);
    const a = v128.load(average + at);
    v128.store(dx, gradient(v128.load(dy), v128.load(x), m, v128.load(factor + at), a, v128.load(slope + at)));
    at += 16;
    if (at == table) at = 0;
    dx += 16;
    dy += 16;
    x += 16;
  }
  if (left == 0) return;
  const m = v128.load(mean + at);
  const a = v128.load(average + at);
  const f = v128.load(factor + at);
  storeFirst(dx, gradient(loadFirst(dy, left), loadFirst(x, left), m, f, a, v128.load(slope + at)), left);
}
