// The filter's gradient where one side of the filter has a few channels only.

import { PLAN_BYTES } from '../abi/conv';
import { RECORD_ARGS } from '../abi/record';
import { TILE_ROWS } from '../gemm/tile';
import { shareStart } from '../split';
import { Axis, Geometry, setPhase } from './geometry';
import { outer } from './outer';
import { Unit, linePatches, placeUnit, readUnit } from './unit';

/**
 * partial[chunk][wide channel][tap, thin channel] = Σ_pixels wide[pixel] ⊗ patch[pixel], the sum over a chunk's
 * pixels; or partial[chunk][tap, thin channel][wide channel], if patches are the rows.
 *
 * Arguments partial, scratch; thin, wide; gradient, geometry, whether patches are the rows, columns of a partial
 *           sum, bytes of a partial sum, chunks, rows of a unit, bytes of a patch, bytes of scratch a thread.
 * Layout    Wide input, thin output channels (gradient, stride 1): wide = x, thin = dy, a pixel is an input
 *           pixel, and its patch holds the outputs that it takes part in, which is to say taps descending. Else:
 *           wide = dy, thin = x, a pixel is an output pixel. Both NHWC.
 *           partial: rows in whole tiles, columns a multiple of 8.
 * Tiling    a unit is some rows of an image: their patches are copied next to each other, wide is read in place.
 * Threads   each takes a range of chunks, whose number depends on the shape alone.
 * Numerics  pixels ascending in (n, h, w) within a chunk, one accumulator an output.
 */
export function thinFilter(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const params = args + 16;
  const gradient = load<i32>(params) != 0;
  const g = changetype<Geometry>(params + 4);
  const patchRows = load<i32>(params, 64) != 0;
  const columns = load<i32>(params, 68);
  const partialBytes = <usize>load<i32>(params, 72);
  const chunks = load<i32>(params, 76);
  const rows = load<i32>(params, 80);
  const patchBytes = <usize>load<i32>(params, 84);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 88) * thread;
  const thin = <usize>load<u32>(args, 8);
  const wide = <usize>load<u32>(args, 12);
  const thinBytes = <usize>(gradient ? g.outC : g.inC) << 2;
  const channels = gradient ? g.inC : g.outC;
  const wideBytes = <usize>channels << 2;
  const thinH = gradient ? g.outH : g.inH;
  const thinW = gradient ? g.outW : g.inW;

  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + 64);
  const u = changetype<Unit>(scratch + 128);
  setPhase(g, gradient, 0, y, x);
  const patches = scratch + PLAN_BYTES;
  const band = patches + <usize>(rows * x.count) * patchBytes + 64;

  const used = patchRows ? y.taps * x.taps * (gradient ? g.outC : g.inC) : channels;
  const tiles = (used + TILE_ROWS - 1) / TILE_ROWS;
  const clearBytes = <usize>(tiles * TILE_ROWS * columns) << 2;
  const rowBlocks = (y.count + rows - 1) / rows;
  const units = g.batch * rowBlocks;
  const end = shareStart(chunks, thread + 1, threads);
  for (let chunk = shareStart(chunks, thread, threads); chunk < end; chunk++) {
    const partial = <usize>load<u32>(args) + <usize>chunk * partialBytes;
    memory.fill(partial, 0, clearBytes);
    const last = shareStart(units, chunk + 1, chunks);
    for (let unit = shareStart(units, chunk, chunks); unit < last; unit++) {
      placeUnit(u, unit, g.batch, y, x, 1, rows, x.count, rowBlocks, 1);
      readUnit(u, y, x, thin, thinH, thinW, thinBytes, band);
      linePatches(patches, patchBytes, u, y, x, thinBytes);
      const pixel = (u.image * y.count + u.row) * x.count;
      const from = wide + <usize>pixel * wideBytes;
      const pixels = u.rows * u.columns;
      if (patchRows) outer(patches, patchBytes, used, from, wideBytes, columns, pixels, partial);
      else outer(from, wideBytes, used, patches, patchBytes, columns, pixels, partial);
    }
  }
}

/**
 * dw = Σ_chunks partial[chunk], see thinFilter.
 *
 * Arguments dw; partial; gradient, geometry, whether patches are the rows, columns of a partial sum, bytes of a
 *           partial sum, chunks.
 * Layout    dw: HWIO.
 * Tiling    vectors along the columns; each lane finds its own place in dw.
 * Threads   each takes a range of rows.
 * Numerics  chunks ascending.
 */
export function thinFilterSum(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const params = args + 8;
  const gradient = load<i32>(params) != 0;
  const g = changetype<Geometry>(params + 4);
  const patchRows = load<i32>(params, 64) != 0;
  const rowBytes = <usize>load<i32>(params, 68) << 2;
  const partialBytes = <usize>load<i32>(params, 72);
  const chunks = load<i32>(params, 76);
  const dw = <usize>load<u32>(args);
  const thinC = gradient ? g.outC : g.inC;
  const wideC = gradient ? g.inC : g.outC;
  const taps = g.filterH * g.filterW;
  const size = taps * thinC;
  const rows = patchRows ? size : wideC;
  const columns = patchRows ? wideC : size;
  const end = shareStart(rows, thread + 1, threads);
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    let place = <usize>load<u32>(args, 4) + <usize>row * rowBytes;
    for (let column = 0; column < columns; column += 4) {
      let sum = v128.load(place);
      let from = place;
      for (let chunk = 1; chunk < chunks; chunk++) {
        from += partialBytes;
        sum = f32x4.add(sum, v128.load(from));
      }
      place += 16;
      const last = min(columns, column + 4);
      for (let lane = column; lane < last; lane++) {
        const i = patchRows ? row : lane;
        const wide = patchRows ? lane : row;
        // Element i of a patch is a tap, counted down for a gradient, and a thin channel.
        const tap = i / thinC;
        const to = gradient ? ((taps - 1 - tap) * wideC + wide) * thinC + i - tap * thinC : i * wideC + wide;
        v128.store_lane<u32>(dw + (<usize>to << 2), sum, 0);
        sum = v128.shuffle<u32>(sum, sum, 1, 2, 3, 0);
      }
    }
  }
}
