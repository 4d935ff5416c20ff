// The input gradient (transposed convolution) where the result has a few channels only.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { block } from '../gemm/block';
import { packColumns } from '../gemm/pack';
import { TILE_ROWS } from '../gemm/tile';
import { shareStart } from '../split';
import { Geometry } from './geometry';
import { addTerms } from './terms';

/**
 * dx = the gradient of a convolution with respect to its input, plus bias: one product for all taps,
 * terms[pixel][tap, channel] = dy[pixel] · filter[tap, channel], then each pixel of dx adds up its terms.
 *
 * Arguments dx, scratch; dy, filter, [bias]; geometry, rows of a block, rows of the ring, zero pixels left and
 *           right of a row of terms, bytes of scratch a thread.
 * Layout    dy, dx: NHWC. filter: HWIO; dilation 1.
 * Tiling    the filter as [taps · channels] columns, packed by each thread for itself: 16 columns for 4×4 taps and
 *           one channel, where a product for each stride phase has one. Rows of terms lie in a ring, from which a
 *           row of dx is taken as soon as it has all of them.
 * Threads   each takes a range of rows of dx; terms that two of them need are computed by both.
 * Numerics  output channels ascending within a term; terms ascending in dy's rows, then columns, from bias or 0.
 */
export function thinGradient(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const bias = inputs > 2 ? <usize>load<u32>(args, 16) : 0;
  const params = args + (<usize>(2 + inputs) << 2);
  const g = changetype<Geometry>(params);
  const blockRows = load<i32>(params, 60);
  const ringRows = load<i32>(params, 64);
  const left = load<i32>(params, 68);
  const right = load<i32>(params, 72);
  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 76) * thread;
  const dx = <usize>load<u32>(args);
  const dy = <usize>load<u32>(args, 8);

  const columns = (g.filterH * g.filterW * g.inC + 7) & ~7;
  const termBytes = <usize>columns << 2;
  const lineBytes = <usize>(left + g.outW + right) * termBytes;
  const depthBytes = <usize>g.outC << 2;
  const table = <usize>(blockRows * g.outW + TILE_ROWS) << 2;
  const outs = scratch + table;
  const pointers = outs + table;
  const packed = (pointers + termBytes + 63) & ~63;
  const ring = packed + ((<usize>columns * depthBytes + 63) & ~63);
  const from = shareStart(g.batch * g.inH, thread, threads);
  const to = shareStart(g.batch * g.inH, thread + 1, threads);
  if (from == to) return;
  packColumns(packed, depthBytes << 3, load<u32>(args, 12), depthBytes, g.outC, g.filterH * g.filterW * g.inC);
  for (let i: usize = 0; i < <usize>ringRows * lineBytes; i += 16) v128.store(ring + i, i32x4.splat(0));

  for (let row = from; row < to; ) {
    const image = row / g.inH;
    let h = row - image * g.inH;
    const end = min(g.inH, h + to - row);
    row += end - h;
    const first = firstOutput(g, h);
    const last = min(g.outH, (end - 1 + g.padTop) / g.strideH + 1);
    let line = dx + <usize>((image * g.inH + h) * g.inW * g.inC << 2);
    for (let o = first; o < last || h < end; o += blockRows) {
      const ready = min(o + blockRows, last);
      if (o < last) {
        const pixels = (ready - o) * g.outW;
        let pixel = dy + <usize>((image * g.outH + o) * g.outW) * depthBytes;
        let at: usize = 0;
        for (let r = o; r < ready; r++) {
          let term = ring + <usize>((r - first) % ringRows) * lineBytes + <usize>left * termBytes;
          for (let i = g.outW; i > 0; i--) {
            store<u32>(scratch + at, <u32>pixel);
            store<u32>(outs + at, <u32>term);
            pixel += depthBytes;
            term += termBytes;
            at += 4;
          }
        }
        const groups = (pixels + TILE_ROWS - 1) / TILE_ROWS;
        for (const full = <usize>(groups * TILE_ROWS) << 2; at < full; at += 4) {
          store<u32>(scratch + at, load<u32>(scratch + at - 4));
          store<u32>(outs + at, load<u32>(outs + at - 4));
        }
        const step = <usize>TILE_ROWS << 2;
        block(scratch, step, groups, 1, depthBytes, packed, depthBytes << 3, outs, 0, columns, false, 0, 0);
      }
      for (; h < end; h++) {
        if (ready < last && (h + g.padTop) / g.strideH >= ready) break;
        sumRow(g, h, line, ring, ringRows, first, last, lineBytes, left, termBytes, pointers, bias);
        line += <usize>(g.inW * g.inC) << 2;
      }
    }
  }
}

/** The first of dy's rows that row h of dx gets from. */
function firstOutput(g: Geometry, h: i32): i32 {
  const reach = h + g.padTop - g.filterH + 1;
  return reach > 0 ? (reach + g.strideH - 1) / g.strideH : 0;
}

// Row h of dx, one stride phase of columns after the other.
function sumRow(
  g: Geometry,
  h: i32,
  line: usize,
  ring: usize,
  ringRows: i32,
  first: i32,
  last: i32,
  lineBytes: usize,
  left: i32,
  termBytes: usize,
  pointers: usize,
  bias: usize,
): void {
  const start = firstOutput(g, h);
  const end = min(last, (h + g.padTop) / g.strideH + 1);
  const pixelBytes = <usize>g.inC << 2;
  const phases = min(g.strideW, g.inW);
  for (let phase = 0; phase < phases; phase++) {
    const lowest = (phase + g.padLeft) % g.strideW;
    let count = 0;
    for (let o = start; o < end; o++) {
      const tapLine = (h + g.padTop - o * g.strideH) * g.filterW;
      const terms = ring + <usize>((o - first) % ringRows) * lineBytes;
      for (let t = lowest + ((g.filterW - 1 - lowest + g.strideW) / g.strideW - 1) * g.strideW; t >= lowest; t -= g.strideW) {
        const column = left + (phase + g.padLeft - t) / g.strideW;
        const at = terms + <usize>column * termBytes + <usize>(tapLine + t) * pixelBytes;
        store<u32>(pointers + (<usize>count << 2), <u32>at);
        count++;
      }
    }
    const pixels = (g.inW - phase + g.strideW - 1) / g.strideW;
    const step = <usize>g.strideW * pixelBytes;
    addTerms(line + <usize>phase * pixelBytes, step, pixels, g.inC, pointers, count, termBytes, bias);
  }
}
