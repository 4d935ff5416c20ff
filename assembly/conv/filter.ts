// The gradient of a convolution with respect to its filter.

import { FILTER_PIXELS, FILTER_ROWS, PHASE_BYTES } from '../abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS } from '../abi/gemm';
import { RECORD_ARGS } from '../abi/record';
import { block } from '../gemm/block';
import { dot } from '../gemm/dot';
import { packRows, transpose, transpose4 } from '../gemm/pack';
import { makeAside } from '../gemm/tile';
import { gatherRows } from './gather';
import { Axis, Geometry, setPhase } from './geometry';

/**
 * dw[tap, ci, co] = Σ_pixels x[pixel at tap, ci] · dy[pixel, co].
 *
 * Arguments dw, scratch; x, dy; geometry, bytes of scratch a thread.
 * Layout    x, dy: NHWC. dw: HWIO, seen as a matrix of (tap, ci) by co.
 * Tiling    FILTER_ROWS rows of dw by all columns; FILTER_PIXELS pixels at a time, dy packed into panels, x
 *           transposed so that a row's pixels are contiguous. dw's rows go on where the last block stopped.
 * Threads   each takes a range of rows; each packs for itself.
 * Numerics  pixels ascending in (n, h, w), one accumulator an output (tile); with DOT_COLUMNS output channels
 *           or fewer, dot's order within each block.
 */
export function convFilter(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const dw = <usize>load<u32>(args);
  const dy = <usize>load<u32>(args, 12);
  const g = changetype<Geometry>(args + 16);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(args, 76) * thread;
  const n = g.outC;
  const columnBytes = <usize>n << 2;
  const aside = scratch + PHASE_BYTES;
  const rows = aside + ASIDE_BYTES;
  const outs = rows + FILTER_ROWS * 4;
  const pixels = outs + FILTER_ROWS * 4;
  const zeros = pixels + FILTER_PIXELS * 4;
  const packedX = zeros + ((<usize>(g.inC << 2) + 63) & ~63);
  const packedY = packedX + FILTER_ROWS * FILTER_PIXELS * 4;
  makeAside(aside);
  memory.fill(zeros, 0, <usize>g.inC << 2);

  const count = g.filterH * g.filterW * g.inC;
  const groups = (count + 3) >> 2;
  const last = min(count, <i32>((<i64>groups * (thread + 1)) / threads) << 2);
  const total = g.batch * g.outH * g.outW;
  for (let first = <i32>((<i64>groups * thread) / threads) << 2; first < last; first += FILTER_ROWS) {
    const end = min(last, first + FILTER_ROWS);
    const quads = (end - first + 3) >> 2;
    for (let i = 0; i < quads << 2; i++) {
      store<u32>(outs + (<usize>i << 2), <u32>(dw + <usize>min(first + i, end - 1) * columnBytes));
    }
    let start = 0;
    do {
      const some = min(FILTER_PIXELS, total - start);
      const bytes = <usize>some << 2;
      const rowBytes = (bytes + 15) & ~15;
      for (let i = 0; i < quads << 2; i++) {
        store<u32>(rows + (<usize>i << 2), <u32>(packedX + <usize>min(i, end - first - 1) * rowBytes));
      }
      packPixels(packedX, rowBytes, first, end, start, some, g, load<u32>(args, 8), scratch, pixels, zeros);
      const from = dy + <usize>start * columnBytes;
      if (n > DOT_COLUMNS) {
        packRows(packedY, bytes << 3, from, columnBytes, some, n);
        block(rows, 16, quads, 1, bytes, packedY, bytes << 3, outs, 0, n, start > 0, 0, aside);
      } else {
        transpose(packedY, bytes, from, columnBytes, some, n);
        for (let q: usize = 0; q < <usize>quads << 4; q += 16) {
          for (let j: usize = 0; j < <usize>n; j++) {
            dot(rows + q, 1, bytes, packedY + j * bytes, outs + q, j << 2, start > 0, 0);
          }
        }
      }
      start += FILTER_PIXELS;
    } while (start < total);
  }
}

// packed[row][pixel] for rows [first, end) and `some` pixels from `start`; rows padded to 4 pixels.
function packPixels(
  packed: usize,
  rowBytes: usize,
  first: i32,
  end: i32,
  start: i32,
  some: i32,
  g: Geometry,
  input: usize,
  scratch: usize,
  pixels: usize,
  zeros: usize,
): void {
  if (some == 0) return;
  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + (PHASE_BYTES >> 1));
  const pixelBytes = <usize>g.inC << 2;
  for (let row = first; row < end; ) {
    const tap = row / g.inC;
    const channel = row - tap * g.inC;
    const channels = min(g.inC - channel, end - row);
    setPhase(g, false, 0, y, x);
    y.first += (tap / g.filterW) * y.step;
    x.first += (tap % g.filterW) * x.step;
    y.taps = 1;
    x.taps = 1;
    gatherRows(pixels, start, some, y, x, input, g.inH, g.inW, pixelBytes, zeros);
    const offset = <usize>channel << 2;
    let to = packed + <usize>(row - first) * rowBytes;
    for (let p = pixels; p < pixels + (<usize>some << 2); p += 16) {
      const p0 = <usize>load<u32>(p) + offset;
      const p1 = <usize>load<u32>(p, 4) + offset;
      const p2 = <usize>load<u32>(p, 8) + offset;
      const p3 = <usize>load<u32>(p, 12) + offset;
      transpose4(to, rowBytes, p0, p1, p2, p3, channels);
      to += 16;
    }
    row += channels;
  }
}
