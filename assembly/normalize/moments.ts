// Mean and variance of every (group, channel).
//
// Numerics  within a block: two passes in f32, the second over a block that is still in the cache; it also
//           sums the deviations themselves, and these correct mean and squares (Chan, Golub & LeVeque 1983).
//           Between blocks and lanes: f64, in index order. The mean is the exact one rounded, or its
//           neighbour; the variance has a relative error below 1e-6, also where the mean is thousands of
//           deviations away from 0.

import { MOMENT_ARRAYS } from '../abi/normalize';
import { madd } from '../simd/arithmetic';
import { loadFirst, shareStart } from '../split';
import {
  blockLength,
  blockOffset,
  gridBlockRows,
  gridBlocks,
  gridChannels,
  gridGroups,
  gridLength,
  gridWidth,
  demoted,
  laneMask,
  upper,
} from './grid';

/**
 * Per block: of every lane a first mean, the squared deviations from the mean, and mean − first mean, to partial[group · blocks + block][3][width].
 * Arguments: partial, x, grid.
 */
export function moments(args: usize, thread: i32, threads: i32): void {
  const partial = <usize>load<u32>(args);
  const x = <usize>load<u32>(args, 4);
  const grid = args + 8;
  const blocks = gridBlocks(grid);
  const width = gridWidth(grid);
  const bytes = <usize>(MOMENT_ARRAYS * width) << 2;
  const items = gridGroups(grid) * blocks;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / blocks;
    const block = item - group * blocks;
    blockMoments(
      partial + <usize>item * bytes,
      x + blockOffset(grid, group, block),
      blockLength(grid, block),
      width,
    );
  }
}

function blockMoments(mean: usize, x: usize, length: i32, width: i32): void {
  const bytes = <usize>width << 2;
  const square = mean + bytes;
  const lost = square + bytes;
  const rows = length / width;
  const rest = length - rows * width;
  memory.fill(mean, 0, bytes * MOMENT_ARRAYS);
  sumRows(mean, x, rows, rest, width);
  for (let w = 0; w < width; w += 4) {
    const at = <usize>w << 2;
    v128.store(mean + at, f32x4.div(v128.load(mean + at), laneCounts(rows, rest - w)));
  }
  squareRows(mean, square, lost, x, rows, rest, width);
  for (let w = 0; w < width; w += 4) {
    const at = <usize>w << 2;
    const sum = v128.load(lost + at);
    const shift = f32x4.div(sum, laneCounts(rows, rest - w));
    v128.store(lost + at, shift);
    v128.store(square + at, f32x4.sub(v128.load(square + at), f32x4.mul(sum, shift)));
  }
}

/** Elements of four lanes: `rows`, and one more in the first `rest` of them; at least 1. */
// @ts-ignore: decorator
@inline
function laneCounts(rows: i32, rest: i32): v128 {
  const counts = i32x4.sub(i32x4.splat(rows), laneMask(rest));
  return f32x4.convert_i32x4_s(i32x4.max_s(counts, i32x4.splat(1)));
}

/** sum[w] += x[r][w] over `rows` rows of `width` and the first `rest` lanes of one more. */
function sumRows(sum: usize, x: usize, rows: i32, rest: i32, width: i32): void {
  const stride = <usize>width << 2;
  const end = sum + stride;
  for (; rows >= 4; rows -= 4) {
    let x2 = x + 2 * stride;
    for (let s = sum; s < end; s += 16) {
      const low = f32x4.add(v128.load(x), v128.load(x + stride));
      const high = f32x4.add(v128.load(x2), v128.load(x2 + stride));
      v128.store(s, f32x4.add(v128.load(s), f32x4.add(low, high)));
      x += 16;
      x2 += 16;
    }
    x += 3 * stride;
  }
  for (; rows > 0; rows--) {
    for (let s = sum; s < end; s += 16) {
      v128.store(s, f32x4.add(v128.load(s), v128.load(x)));
      x += 16;
    }
  }
  let s = sum;
  for (; rest >= 4; rest -= 4) {
    v128.store(s, f32x4.add(v128.load(s), v128.load(x)));
    s += 16;
    x += 16;
  }
  if (rest > 0) v128.store(s, f32x4.add(v128.load(s), loadFirst(x, rest)));
}

// @ts-ignore: decorator
@inline
function squareOne(square: usize, lost: usize, d: v128): void {
  v128.store(lost, f32x4.add(v128.load(lost), d));
  v128.store(square, madd(d, d, v128.load(square)));
}

/** square[w] += d², lost[w] += d over the same elements as {@link sumRows}, d = x[r][w] − mean[w]. */
function squareRows(
  mean: usize,
  square: usize,
  lost: usize,
  x: usize,
  rows: i32,
  rest: i32,
  width: i32,
): void {
  const stride = <usize>width << 2;
  for (; rows >= 4; rows -= 4) {
    let x2 = x + 2 * stride;
    for (let at: usize = 0; at < stride; at += 16) {
      const m = v128.load(mean + at);
      const d0 = f32x4.sub(v128.load(x), m);
      const d1 = f32x4.sub(v128.load(x + stride), m);
      const d2 = f32x4.sub(v128.load(x2), m);
      const d3 = f32x4.sub(v128.load(x2 + stride), m);
      const sum = f32x4.add(f32x4.add(d0, d1), f32x4.add(d2, d3));
      const squares = f32x4.add(madd(d0, d0, f32x4.mul(d1, d1)), madd(d2, d2, f32x4.mul(d3, d3)));
      v128.store(lost + at, f32x4.add(v128.load(lost + at), sum));
      v128.store(square + at, f32x4.add(v128.load(square + at), squares));
      x += 16;
      x2 += 16;
    }
    x += 3 * stride;
  }
  for (; rows > 0; rows--) {
    for (let at: usize = 0; at < stride; at += 16) {
      squareOne(square + at, lost + at, f32x4.sub(v128.load(x), v128.load(mean + at)));
      x += 16;
    }
  }
  let at: usize = 0;
  for (; rest >= 4; rest -= 4) {
    squareOne(square + at, lost + at, f32x4.sub(v128.load(x), v128.load(mean + at)));
    at += 16;
    x += 16;
  }
  if (rest > 0) {
    const d = f32x4.sub(loadFirst(x, rest), v128.load(mean + at));
    squareOne(square + at, lost + at, v128.and(d, laneMask(rest)));
  }
}

/**
 * Joins the blocks and lanes of each channel: mean[g][c] and biased variance[g][c].
 * Arguments: mean, variance, partial, grid.
 */
export function combine(args: usize, thread: i32, threads: i32): void {
  const mean = <usize>load<u32>(args);
  const variance = <usize>load<u32>(args, 4);
  const partial = <usize>load<u32>(args, 8);
  const grid = args + 12;
  const channels = gridChannels(grid);
  const items = gridGroups(grid) * channels;
  const bytes = (<usize>gridBlocks(grid) * MOMENT_ARRAYS * gridWidth(grid)) << 2;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const group = item / channels;
    const at = <usize>item << 2;
    const channel = item - group * channels;
    if (!(channels & 3) && end - item >= 4 && channels - channel >= 4) {
      combineFour(mean + at, variance + at, partial + <usize>group * bytes, channel, grid);
      item += 3;
      continue;
    }
    combineOne(mean + at, variance + at, partial + <usize>group * bytes, channel, grid);
  }
}

/** The mean of one lane of a block: the f32 one and what it lacks. */
// @ts-ignore: decorator
@inline
function laneMean(at: usize, lane: usize): f64 {
  return <f64>load<f32>(at) + <f64>load<f32>(at + 2 * lane);
}

function combineOne(mean: usize, variance: usize, partial: usize, channel: i32, grid: usize): void {
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  const blocks = gridBlocks(grid);
  const blockRows = gridBlockRows(grid);
  const lane = <usize>width << 2;
  const rows = blockLength(grid, blocks - 1) / width;
  const rest = blockLength(grid, blocks - 1) - rows * width;
  const total = <f64>(gridLength(grid) / channels);

  let sum: f64 = 0;
  let p = partial;
  for (let block = 1; block <= blocks; block++) {
    const last = block == blocks;
    for (let w = channel; w < width; w += channels) {
      const count = last ? rows + i32(w < rest) : blockRows;
      sum += <f64>count * laneMean(p + (<usize>w << 2), lane);
    }
    p += <usize>MOMENT_ARRAYS * lane;
  }
  const center = sum / total;

  let squares: f64 = 0;
  p = partial;
  for (let block = 1; block <= blocks; block++) {
    const last = block == blocks;
    for (let w = channel; w < width; w += channels) {
      const at = p + (<usize>w << 2);
      const count = last ? rows + i32(w < rest) : blockRows;
      const d = laneMean(at, lane) - center;
      squares += <f64>load<f32>(at + lane) + <f64>count * d * d;
    }
    p += <usize>MOMENT_ARRAYS * lane;
  }
  store<f32>(mean, <f32>center);
  store<f32>(variance, <f32>max<f64>(squares / total, 0));
}

/** The means of the first two of four neighbouring lanes of a block. */
// @ts-ignore: decorator
@inline
function laneMeans(mean: v128, lost: v128): v128 {
  return f64x2.add(f64x2.promote_low_f32x4(mean), f64x2.promote_low_f32x4(lost));
}

// combineOne for four neighbouring channels of a multiple of four, of which rows are whole multiples.
function combineFour(mean: usize, variance: usize, partial: usize, channel: i32, grid: usize): void {
  const channels = gridChannels(grid);
  const width = gridWidth(grid);
  const blocks = gridBlocks(grid);
  const blockRows = gridBlockRows(grid);
  const lane = <usize>width << 2;
  const rows = blockLength(grid, blocks - 1) / width;
  const rest = blockLength(grid, blocks - 1) - rows * width;
  const total = f64x2.splat(<f64>(gridLength(grid) / channels));

  let low = f64x2.splat(0);
  let high = low;
  let p = partial;
  for (let block = 1; block <= blocks; block++) {
    const last = block == blocks;
    for (let w = channel; w < width; w += channels) {
      const at = p + (<usize>w << 2);
      const count = f64x2.splat(<f64>(last ? rows + i32(w < rest) : blockRows));
      const first = v128.load(at);
      const lost = v128.load(at + 2 * lane);
      low = f64x2.add(low, f64x2.mul(count, laneMeans(first, lost)));
      high = f64x2.add(high, f64x2.mul(count, laneMeans(upper(first), upper(lost))));
    }
    p += <usize>MOMENT_ARRAYS * lane;
  }
  low = f64x2.div(low, total);
  high = f64x2.div(high, total);

  let lowSquares = f64x2.splat(0);
  let highSquares = lowSquares;
  p = partial;
  for (let block = 1; block <= blocks; block++) {
    const last = block == blocks;
    for (let w = channel; w < width; w += channels) {
      const at = p + (<usize>w << 2);
      const count = f64x2.splat(<f64>(last ? rows + i32(w < rest) : blockRows));
      const first = v128.load(at);
      const square = v128.load(at + lane);
      const lost = v128.load(at + 2 * lane);
      lowSquares = f64x2.add(lowSquares, squaresAbout(low, count, laneMeans(first, lost), square));
      const means = laneMeans(upper(first), upper(lost));
      highSquares = f64x2.add(highSquares, squaresAbout(high, count, means, upper(square)));
    }
    p += <usize>MOMENT_ARRAYS * lane;
  }
  v128.store(mean, demoted(low, high));
  const zero = f64x2.splat(0);
  lowSquares = f64x2.max(f64x2.div(lowSquares, total), zero);
  highSquares = f64x2.max(f64x2.div(highSquares, total), zero);
  v128.store(variance, demoted(lowSquares, highSquares));
}

// @ts-ignore: decorator
@inline
function squaresAbout(center: v128, count: v128, mean: v128, square: v128): v128 {
  const d = f64x2.sub(mean, center);
  return f64x2.add(f64x2.promote_low_f32x4(square), f64x2.mul(f64x2.mul(count, d), d));
}
