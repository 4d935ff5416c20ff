import { TILE_COLUMNS, TILE_ROWS_MOST } from '../../../assembly/abi/gemm';
import { WINOGRAD_LARGE_FILTER, WINOGRAD_POINTS } from '../../../assembly/abi/winograd';
import type { ConvShape } from './conv-shape';
import { type WinogradTiles, winogradBlock, winogradPoints, winogradShape, winogradSizes } from './winograd';

// Core cycles, fitted to measured times of both kernels: within a tenth for the layers of DCGANs from 8 × 8 to
// 64 × 64 pixels, batch 1 to 64, and for 3 × 3 convolutions.

/** One step along k of the inner tile, 96 multiply-adds of floats, and what the tile costs besides. */
const STEP_CYCLES = 6.3;
const TILE_CYCLES = 45;
/** To transform a float into V or out of M. */
const FLOAT_CYCLES = 2;
/** To transform and store a float of a filter, in the caches and when it is larger than those. */
const PACK_CYCLES = 0.8;
const PACK_MEMORY_CYCLES = 2;
/** To stream a byte of the transformed filter, the same. */
const STREAM_CYCLES = 0.03;
const STREAM_MEMORY_CYCLES = 0.25;
/** The same of a fixed filter, which nothing else has just written to memory. */
const STREAM_FIXED_CYCLES = 0.05;
/** What a tile of up to four rows takes of a full one's time. */
const FOUR_ROWS = 0.72;
/** A gain that is smaller is not worth the rounding errors. */
const LEAST_GAIN = 1.1;

/**
 * Whether Winograd's minimal filtering beats the direct method for a convolution (or its input gradient), and if
 * so, the tiles: a function of the shape alone, so that a captured program takes the kernels that ran eagerly. Where
 * the filter is fixed, `fixed`, it is packed once, which then counts nothing; nothing ran eagerly there.
 *
 * The estimate counts inner tiles with their empty rows, transformed floats and bytes of the filter. To redo it on
 * another machine, time both kernels one by one over the shapes of docs/winograd.md and fit the constants above.
 *
 * @returns undefined for the direct method.
 */
export function chooseWinograd(
  shape: ConvShape,
  gradient: boolean,
  fixed = false,
): WinogradTiles | undefined {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = shape;
  if (filterHeight !== filterWidth || strideHeight !== strideWidth || strideHeight > 2) return undefined;
  if (dilationHeight !== 1 || dilationWidth !== 1 || filterHeight % strideHeight !== 0) return undefined;
  const taps = filterHeight / strideHeight;
  if (taps < 2 || taps > 4 || Math.min(shape.inChannels, shape.outChannels) < TILE_COLUMNS) return undefined;
  const s = winogradShape(shape, gradient);
  if (s.outHeight * s.outWidth * s.batchSize === 0) return undefined;

  let best: WinogradTiles | undefined;
  let least = directCycles(shape, gradient) / LEAST_GAIN;
  for (let most = 2; most <= WINOGRAD_POINTS - taps + 1; most++) {
    const tiles = { down: Math.ceil(s.outHeight / most), across: Math.ceil(s.outWidth / most) };
    const cycles = winogradCycles(shape, gradient, tiles, fixed);
    if (cycles >= least) continue;
    best = tiles;
    least = cycles;
  }
  return best;
}

function directCycles(shape: ConvShape, gradient: boolean): number {
  const phases = gradient ? shape.strideHeight * shape.strideWidth : 1;
  const pixels = gradient ? (shape.inHeight * shape.inWidth) / phases : shape.outHeight * shape.outWidth;
  const depth = gradient ? shape.outChannels : shape.inChannels;
  const channels = gradient ? shape.inChannels : shape.outChannels;
  const k = (depth * shape.filterHeight * shape.filterWidth) / phases;
  const tiles = phases * groups(shape.batchSize * pixels) * Math.ceil(channels / TILE_COLUMNS);
  return tiles * (STEP_CYCLES * k + TILE_CYCLES);
}

function winogradCycles(shape: ConvShape, gradient: boolean, tiles: WinogradTiles, fixed: boolean): number {
  const s = winogradShape(shape, gradient);
  const { taps, depth, width } = winogradSizes(shape, gradient);
  const count = tiles.down * tiles.across * s.batchSize;
  const block = winogradBlock(shape, gradient, tiles);
  const blocks = Math.ceil(count / block);
  const pointsH = winogradPoints(s.outHeight, tiles.down, taps);
  const pointsW = winogradPoints(s.outWidth, tiles.across, taps);
  // The last point of an axis is missing in tiles that are a pixel smaller.
  const full = (size: number, n: number) => (size < 2 * n || size % n === 0 ? 1 : (size % n) / n);
  const fullH = full(s.outHeight, tiles.down);
  const fullW = full(s.outWidth, tiles.across);
  const each = count / blocks;
  let tileCount = 0;
  for (let i = 0; i < pointsH; i++) {
    for (let j = 0; j < pointsW; j++) {
      const rows = each * (i === pointsH - 1 ? fullH : 1) * (j === pointsW - 1 ? fullW : 1);
      tileCount += fixed && rows <= 4 ? FOUR_ROWS : groups(rows);
    }
  }
  const filter = pointsH * pointsW * depth * width;
  const large = filter * 4 > WINOGRAD_LARGE_FILTER;
  const streamed = large ? STREAM_MEMORY_CYCLES : STREAM_CYCLES;
  const stream = filter * 4 * blocks * (fixed ? STREAM_FIXED_CYCLES : streamed);
  const pack = fixed ? 0 : filter * (large ? PACK_MEMORY_CYCLES : PACK_CYCLES);
  const products = ((blocks * tileCount * width) / TILE_COLUMNS) * (STEP_CYCLES * depth + TILE_CYCLES);
  const floats = count * (pointsH - 1 + fullH) * (pointsW - 1 + fullW) * (depth + width);
  return products + floats * FLOAT_CYCLES + stream + pack;
}

/** Inner tiles for so many rows. */
function groups(rows: number): number {
  return Math.ceil(rows / TILE_ROWS_MOST);
}
