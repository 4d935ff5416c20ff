/** How the normalisation kernels see a tensor: see assembly/normalize/grid.ts. */
export interface Grid {
  /** Runs with statistics of their own, or with their own share of the work. */
  readonly groups: number;
  /** Floats in a run. */
  readonly length: number;
  /** Channels, innermost. */
  readonly channels: number;
  /** Floats in a virtual row: a multiple of `channels` and of 4. */
  readonly width: number;
  readonly blockRows: number;
  /** Blocks in a run. */
  readonly blocks: number;
}

/** Rows narrower than this are joined: a pass over a row should be worth its loop. */
const LEAST_WIDTH = 32;
/** Floats of a block: 64 KiB, read twice, the second time from the cache. */
const BLOCK_FLOATS = 16384;
/** Rows of a block, at least: a block's sums are one or two rows. */
const LEAST_BLOCK_ROWS = 16;
/** Floats that are worth a thread of their own. */
const PART_FLOATS = 16384;

/** Lanes of blocks whose joining is worth a thread of its own. */
const JOIN_FLOATS = 8192;

/** The grid of `groups` runs of `length` floats. It depends on the shape alone. */
export function makeGrid(groups: number, length: number, channels: number): Grid {
  let width = channels;
  while (width % 4 !== 0) width *= 2;
  while (width < LEAST_WIDTH) width *= 2;
  const blockRows = Math.max(LEAST_BLOCK_ROWS, Math.floor(BLOCK_FLOATS / width));
  const blocks = Math.ceil(length / (blockRows * width));
  return { groups, length, channels, width, blockRows, blocks };
}

/** A grid as parameters of a record. */
export function gridWords({ groups, length, channels, width, blockRows, blocks }: Grid): number[] {
  return [groups, length, channels, width, blockRows, blocks];
}

/** Number of blocks: the items that threads share. */
export function gridItems({ groups, blocks }: Grid): number {
  return groups * blocks;
}

/** Into how many parts a pass over the tensor can usefully be split. */
export function gridParts({ groups, length }: Grid, items: number): number {
  return Math.max(1, Math.min(items, Math.floor((groups * length) / PART_FLOATS)));
}

/** Into how many parts joining the blocks' sums, for `items` results, can usefully be split. */
export function joinParts({ groups, blocks, width }: Grid, items: number): number {
  return Math.max(1, Math.min(items, Math.floor((groups * blocks * width) / JOIN_FLOATS)));
}
