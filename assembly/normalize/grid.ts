// The grid: how this family sees a tensor.
//
// A tensor is `groups` runs of `length` floats, channels innermost. Each run is cut into virtual rows of
// `width` floats, a multiple of both 4 and `channels`: lane w of a row always belongs to channel
// w mod channels, so any number of channels, 1 and 3 as well, is summed four lanes at a time without tails.
// Only the last row of a run may be partial. `blockRows` rows make a block, the unit of work: it depends on
// the tensor's shape and not on the number of threads, and neither do the sums over blocks.

/** Fields of the grid that starts at word address `grid` of a record. */
// @ts-ignore: decorator
@inline
export function gridGroups(grid: usize): i32 {
  return load<i32>(grid);
}
// @ts-ignore: decorator
@inline
export function gridLength(grid: usize): i32 {
  return load<i32>(grid, 4);
}
// @ts-ignore: decorator
@inline
export function gridChannels(grid: usize): i32 {
  return load<i32>(grid, 8);
}
// @ts-ignore: decorator
@inline
export function gridWidth(grid: usize): i32 {
  return load<i32>(grid, 12);
}
// @ts-ignore: decorator
@inline
export function gridBlockRows(grid: usize): i32 {
  return load<i32>(grid, 16);
}
/** Blocks in one group. */
// @ts-ignore: decorator
@inline
export function gridBlocks(grid: usize): i32 {
  return load<i32>(grid, 20);
}

/** Floats of block `block` of a group; less than blockRows · width in the last one. */
// @ts-ignore: decorator
@inline
export function blockLength(grid: usize, block: i32): i32 {
  const full = gridBlockRows(grid) * gridWidth(grid);
  return min(full, gridLength(grid) - block * full);
}

/** Byte offset of block `block` of group `group` in the tensor. */
// @ts-ignore: decorator
@inline
export function blockOffset(grid: usize, group: i32, block: i32): usize {
  const first = <usize>group * gridLength(grid) + <usize>block * gridBlockRows(grid) * gridWidth(grid);
  return first << 2;
}

/** Ones in the first `count` lanes, zeros in the others. */
// @ts-ignore: decorator
@inline
export function laneMask(count: i32): v128 {
  return i32x4.gt_s(i32x4.splat(count), i32x4(0, 1, 2, 3));
}

/** The last two lanes as the first two. */
// @ts-ignore: decorator
@inline
export function upper(x: v128): v128 {
  return v128.shuffle<i64>(x, x, 1, 1);
}

/** Four f64, two and two, rounded to f32. */
// @ts-ignore: decorator
@inline
export function demoted(low: v128, high: v128): v128 {
  return v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2);
}
