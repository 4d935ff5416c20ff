// How a Winograd convolution is cut into tiles, and the scratch memory of one share.

import {
  WINOGRAD_CHUNK_BYTES,
  WINOGRAD_FIXED_BYTES,
  WINOGRAD_POINTS,
  WINOGRAD_SPLIT_FILTER,
} from '../abi/winograd';
import { Geometry } from '../conv/geometry';
import { shareStart } from '../split';

/** A tile of the forward convolution's output: `rows` × `columns` pixels from (row, column) on, at least 2 × 2. */
@unmanaged
export class Tile {
  image: i32;
  row: i32;
  column: i32;
  rows: i32;
  columns: i32;
}

/** What does not change over a record, and where a share's scratch memory has what. */
@unmanaged
export class Plan {
  tile: Tile;
  geometry: Geometry;
  stride: i32;
  /** Taps of a stride phase's filter, r. */
  taps: i32;
  tilesH: i32;
  tilesW: i32;
  /** Points of the largest tile, α; point (i, j) is number i · pointsW + j. */
  pointsH: i32;
  pointsW: i32;
  /** Bytes from one tile to the next, and from one point to the next, in the transformed inputs V … */
  rowV: usize;
  pointV: usize;
  /** … and in the products M. */
  rowM: usize;
  pointM: usize;
  /** Pointers of a tile's pixels, TABLE_ROW bytes a row; then those of one line. */
  table: usize;
  line: usize;
  /** The pixels' last channels where those do not fill a vector, 16 bytes a pixel. */
  rest: usize;
  /** Lines between the passes, [WINOGRAD_POINTS²] chunks, twice. */
  lines: usize;
  values: usize;
  /** Pointers for the inner tiles: inputs, outputs, initial values. */
  rows: usize;
  outs: usize;
  /** α of each tile of the block: of its rows, of its columns, 16 bits each. */
  alphas: usize;
  biases: usize;
  /** A pixel outside the image. */
  zeros: usize;
  v: usize;
  m: usize;
  /** What the share makes: results of the tiles, or images, [first, last) in the panels [panel, lastPanel). */
  first: i32;
  last: i32;
  panel: i32;
  lastPanel: i32;

  /**
   * Takes a range of the units or, where there are fewer than `few` for each thread or the filter is large, of the
   * panels.
   *
   * @param weights floats of the filter at one point.
   */
  share(units: i32, few: i32, panels: i32, weights: i32, thread: i32, threads: i32): void {
    const bytes = <i64>(this.pointsH * this.pointsW) * weights * 4;
    const byPanels = panels > 1 && (units < few * threads || (bytes > WINOGRAD_SPLIT_FILTER && panels >= threads));
    this.first = byPanels ? 0 : shareStart(units, thread, threads);
    this.last = byPanels ? units : shareStart(units, thread + 1, threads);
    this.panel = byPanels ? shareStart(panels, thread, threads) : 0;
    this.lastPanel = byPanels ? shareStart(panels, thread + 1, threads) : panels;
  }

  /** Tile number `index`. */
  locate(index: i32): Tile {
    const t = this.tile;
    const g = this.geometry;
    const tiles = this.tilesH * this.tilesW;
    t.image = index / tiles;
    const within = index - t.image * tiles;
    const row = within / this.tilesW;
    const column = within - row * this.tilesW;
    t.row = tileStart(g.outH, this.tilesH, row);
    t.rows = max(2, tileStart(g.outH, this.tilesH, row + 1) - t.row);
    t.column = tileStart(g.outW, this.tilesW, column);
    t.columns = max(2, tileStart(g.outW, this.tilesW, column + 1) - t.column);
    return t;
  }
}

/** From one row of Plan.table to the next. */
export const TABLE_ROW: usize = 32;
/** From one row of Plan.lines, or of Plan.values, to the next. */
export const LINE_ROW: usize = WINOGRAD_POINTS * WINOGRAD_CHUNK_BYTES;

/** First pixel of tile `index`: sizes differ by one at most, larger ones first. */
function tileStart(size: i32, tiles: i32, index: i32): i32 {
  const each = size / tiles;
  return index * each + min(index, size - each * tiles);
}

/** α of the largest tile. */
function mostPoints(size: i32, tiles: i32, taps: i32): i32 {
  return max(2, (size + tiles - 1) / tiles) + taps - 1;
}

// @ts-ignore: decorator
@inline
function lines(bytes: usize): usize {
  return (bytes + 63) & ~63;
}

/** Reads the record's `params`: geometry, tiles in a column of the grid, in a row. */
export function readPlan(scratch: usize, params: usize): Plan {
  const p = changetype<Plan>(scratch);
  const g = changetype<Geometry>(params);
  p.tile = changetype<Tile>(scratch + 160);
  p.geometry = g;
  p.stride = g.strideH;
  p.taps = g.filterH / g.strideH;
  p.tilesH = load<i32>(params, 60);
  p.tilesW = load<i32>(params, 64);
  p.pointsH = mostPoints(g.outH, p.tilesH, p.taps);
  p.pointsW = mostPoints(g.outW, p.tilesW, p.taps);
  return p;
}

/**
 * Lays out the share's scratch memory for blocks of at most `block` tiles.
 *
 * @param depth floats of a tile at one point in V, @param width in M, a multiple of 8.
 * @param pixel floats of a pixel of what is transformed. @param bias of the first column of M, or 0.
 */
export function layOut(p: Plan, block: i32, depth: i32, width: i32, pixel: i32, bias: usize): void {
  const scratch = changetype<usize>(p);
  // An odd number of cache lines, so that rows and points spread over all cache sets.
  p.rowV = lines(<usize>depth << 2) | 64;
  p.rowM = lines(<usize>width << 2) | 64;
  p.pointV = (<usize>block * p.rowV) | 64;
  p.pointM = (<usize>block * p.rowM) | 64;
  p.table = scratch + 192;
  p.line = p.table + TABLE_ROW * WINOGRAD_POINTS;
  p.biases = p.line + 64;
  p.rest = p.biases + 64;
  p.lines = p.rest + 768;
  p.values = p.lines + LINE_ROW * WINOGRAD_POINTS;
  p.rows = scratch + WINOGRAD_FIXED_BYTES;
  p.outs = p.rows + lines((<usize>block + 8) << 2);
  p.alphas = p.outs + lines((<usize>block + 8) << 2);
  p.zeros = p.alphas + lines((<usize>block + 8) << 2);
  p.v = p.zeros + lines(<usize>pixel << 2);
  p.m = p.v + <usize>(p.pointsH * p.pointsW) * p.pointV;
  for (let at = p.zeros; at != p.v; at += 16) v128.store(at, i32x4.splat(0));
  for (let i: usize = 0; i < 64; i += 4) store<u32>(p.biases + i, <u32>bias);
}
