// The gradient of a convolution with respect to its filter.

import { FILTER_ROWS, PLAN_BYTES, SEGMENT_LEAST } from '../abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS, DOT_ROWS } from '../abi/gemm';
import { RECORD_ARGS } from '../abi/record';
import { block } from '../gemm/block';
import { dot } from '../gemm/dot';
import { packRows, transpose, transpose4 } from '../gemm/pack';
import { TILE_ROWS, makeAside } from '../gemm/tile';
import { Axis, Geometry, setPhase } from './geometry';
import { Unit, patchTable, placeUnit, readUnit, segmentTable } from './unit';

/**
 * dw[tap, ci, co] = Σ_pixels x[pixel at tap, ci] · dy[pixel, co].
 *
 * Arguments dw, scratch; x, dy; geometry, images, rows and columns of a unit, bytes of a unit's pointer table,
 *           of its band and of its patches, pixels of a unit, bytes of scratch a thread.
 * Layout    x, dy: NHWC. dw: HWIO, seen as a matrix of (tap, ci) by co.
 * Tiling    a unit of pixels at a time (see conv): dy packed into panels, x transposed, FILTER_ROWS rows of dw
 *           at a time, so that a row's pixels are contiguous. dw goes on where the last unit stopped.
 * Threads   each takes a range of rows of dw; each packs for itself.
 * Numerics  pixels ascending in (n, h, w), one accumulator an output (tile); with DOT_COLUMNS output channels
 *           or fewer, dot's order within each unit.
 */
export function convFilter(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const params = args + 16;
  const g = changetype<Geometry>(params);
  const images = load<i32>(params, 60);
  const unitRows = load<i32>(params, 64);
  const unitColumns = load<i32>(params, 68);
  const unitPixels = <usize>load<i32>(params, 84);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 88) * thread;
  const dw = <usize>load<u32>(args);
  const n = g.outC;
  const few = n <= DOT_COLUMNS;
  const lanes = few ? DOT_ROWS : TILE_ROWS;
  const pixelBytes = <usize>g.inC << 2;
  const columnBytes = <usize>n << 2;

  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + 64);
  const u = changetype<Unit>(scratch + 128);
  const aside = scratch + PLAN_BYTES;
  const rows = aside + ASIDE_BYTES;
  const outs = rows + FILTER_ROWS * 4;
  const table = outs + FILTER_ROWS * 4;
  const band = table + <usize>load<i32>(params, 72);
  const patches = band + <usize>load<i32>(params, 76);
  const packedX = patches + <usize>load<i32>(params, 80);
  const packedY = packedX + <usize>FILTER_ROWS * (((unitPixels << 2) + 63) & ~63 | 64);
  makeAside(aside);
  setPhase(g, false, 0, y, x);

  const count = g.filterH * g.filterW * g.inC;
  const tiles = (count + lanes - 1) / lanes;
  const begin = <i32>((<i64>tiles * thread) / threads) * lanes;
  const end = min(count, <i32>((<i64>tiles * (thread + 1)) / threads) * lanes);
  const rowBlocks = (y.count + unitRows - 1) / max(1, unitRows);
  const columnBlocks = (x.count + unitColumns - 1) / max(1, unitColumns);
  const units = ((g.batch + images - 1) / images) * rowBlocks * columnBlocks;
  if (units == 0) {
    memory.fill(dw + <usize>begin * columnBytes, 0, <usize>max(0, end - begin) * columnBytes);
    return;
  }
  for (let unit = 0; unit < units; unit++) {
    placeUnit(u, unit, g.batch, y, x, images, unitRows, unitColumns, rowBlocks, columnBlocks);
    readUnit(u, y, x, load<u32>(args, 8), g.inH, g.inW, pixelBytes, band);
    const pixels =
      u.segments > 1 && u.bytes < <usize>SEGMENT_LEAST << 2
        ? patchTable(table, 4, u, y, x, pixelBytes, patches)
        : segmentTable(table, 4, u, y, x, pixelBytes);
    const bytes = <usize>pixels << 2;
    // An odd number of cache lines, so that rows spread over all cache sets.
    const rowBytes = ((bytes + 63) & ~63) | 64;
    const pixel = (u.image * g.outH + u.row) * g.outW + u.column;
    const dy = <usize>load<u32>(args, 12) + <usize>pixel * columnBytes;
    if (few) transpose(packedY, bytes, dy, columnBytes, pixels, n);
    else packRows(packedY, bytes << 3, dy, columnBytes, pixels, n);

    for (let first = begin; first < end; first += FILTER_ROWS) {
      const last = min(end, first + FILTER_ROWS);
      const groups = (last - first + lanes - 1) / lanes;
      for (let i = 0; i < groups * lanes; i++) {
        const row = min(first + i, last - 1);
        store<u32>(rows + (<usize>i << 2), <u32>(packedX + <usize>(row - first) * rowBytes));
        store<u32>(outs + (<usize>i << 2), <u32>(dw + <usize>row * columnBytes));
      }
      const quads = (pixels + 3) >> 2;
      transposeSegments(packedX, rowBytes, first, last, table, quads, u.segments, <i32>(u.bytes >> 2));
      if (few) {
        for (let i: usize = 0; i < <usize>groups * 12; i += 12) {
          dot(rows + i, 1, bytes, packedY, bytes, n, outs + i, 4, unit > 0, 0);
        }
      } else {
        block(rows, <usize>lanes << 2, groups, 1, bytes, packedY, bytes << 3, outs, 0, n, unit > 0, 0, aside);
      }
    }
  }
}

// packed[row][pixel] for rows [first, last) of (segment, float): a table of [quads][segments][4] pointers.
function transposeSegments(
  packed: usize,
  rowBytes: usize,
  first: i32,
  last: i32,
  table: usize,
  quads: i32,
  segments: i32,
  length: i32,
): void {
  const quadBytes = <usize>segments << 4;
  for (let row = first; row < last; ) {
    const segment = row / length;
    const from = row - segment * length;
    const columns = min(length - from, last - row);
    const offset = <usize>from << 2;
    let to = packed + <usize>(row - first) * rowBytes;
    let p = table + (<usize>segment << 4);
    for (let q = quads; q > 0; q--) {
      const p0 = <usize>load<u32>(p) + offset;
      const p1 = <usize>load<u32>(p, 4) + offset;
      const p2 = <usize>load<u32>(p, 8) + offset;
      const p3 = <usize>load<u32>(p, 12) + offset;
      transpose4(to, rowBytes, p0, p1, p2, p3, columns);
      to += 16;
      p += quadBytes;
    }
    row += columns;
  }
}
