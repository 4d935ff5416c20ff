// The input gradient (transposed convolution) of a few pixels: a generator that draws one image.

import { FEW_PIXELS_GAP, PLAN_BYTES, SEGMENT_MOST } from '../abi/conv';
import { ASIDE_BYTES } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { block } from '../gemm/block';
import { transpose4 } from '../gemm/pack';
import { TILE_ROWS, makeAside } from '../gemm/tile';
import { copyWords, shareStart } from '../split';
import { Axis, Geometry, phaseCount, setPhase } from './geometry';
import { Unit, outTable, placeUnit, readUnit, segmentTable } from './unit';

/**
 * packed[phase][channel][taps · depth] = the filter's lines, one stride phase after the other.
 *
 * Arguments packed, scratch (PLAN_BYTES a thread); filter; geometry.
 * Layout    filter: HWIO. A line is one input channel, taps ascending in dy; FEW_PIXELS_GAP bytes between lines.
 * Threads   each takes a range of channels.
 */
export function packLines(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const filter = <usize>load<u32>(args, 8);
  const g = changetype<Geometry>(args + 12);
  const y = changetype<Axis>(<usize>load<u32>(args, 4) + <usize>PLAN_BYTES * thread);
  const x = changetype<Axis>(changetype<usize>(y) + 64);
  const end = shareStart(g.inC, thread + 1, threads);
  let packed = <usize>load<u32>(args);
  const phases = phaseCount(g, true);
  for (let phase = 0; phase < phases; phase++) {
    setPhase(g, true, phase, y, x);
    const lineBytes = lineSize(g, y, x);
    for (let channel = shareStart(g.inC, thread, threads); channel < end; channel++) {
      let to = packed + <usize>channel * lineBytes;
      for (let ty = 0; ty < y.taps; ty++) {
        for (let tx = 0; tx < x.taps; tx++) {
          const tap = (y.tap + ty * y.tapStep) * g.filterW + x.tap + tx * x.tapStep;
          copyWords(to, filter + ((<usize>(tap * g.inC + channel) * g.outC) << 2), g.outC);
          to += <usize>g.outC << 2;
        }
      }
    }
    packed += <usize>g.inC * lineBytes;
  }
}

// @ts-ignore: decorator
@inline
function lineSize(g: Geometry, y: Axis, x: Axis): usize {
  return (<usize>(y.taps * x.taps * g.outC) << 2) + FEW_PIXELS_GAP;
}

/**
 * dx = the gradient of a convolution with respect to its input, plus bias, the filter's lines as the rows of the
 * tiles and the pixels as their columns.
 *
 * Arguments dx, scratch; dy, packed filter, [bias]; geometry, bytes of a share's table of segments, of its band, of
 *           its panels, of its table of lines and of its result, bytes of scratch a thread.
 * Layout    dy, dx: NHWC. packed filter: see packLines.
 * Tiling    a stride phase at a time: panels of 8 pixels, [taps · depth][8], all pixels of all images, against six
 *           lines of the filter. Almost all the data is filter, and six long lines that are read side by side come
 *           out of memory faster than one panel.
 * Threads   each takes a range of input channels, and makes the panels for itself.
 * Numerics  taps ascending in dy, then channels; one accumulator an output, from 0; bias added last.
 */
export function fewPixels(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const bias = inputs > 2 ? <usize>load<u32>(args, 16) : 0;
  const params = args + (<usize>(2 + inputs) << 2);
  const g = changetype<Geometry>(params);
  const groups = (g.inC + TILE_ROWS - 1) / TILE_ROWS;
  const from = shareStart(groups, thread, threads);
  const to = shareStart(groups, thread + 1, threads);
  if (from == to) return;
  const first = from * TILE_ROWS;
  const last = min(g.inC, to * TILE_ROWS);
  const dx = <usize>load<u32>(args);
  const dy = <usize>load<u32>(args, 8);
  let packed = <usize>load<u32>(args, 12);

  const scratch = <usize>load<u32>(args, 4) + <usize>load<i32>(params, 80) * thread;
  const y = changetype<Axis>(scratch);
  const x = changetype<Axis>(scratch + 64);
  const u = changetype<Unit>(scratch + 128);
  const aside = scratch + PLAN_BYTES;
  const table = aside + ASIDE_BYTES;
  const band = table + <usize>load<i32>(params, 60);
  const panels = band + <usize>load<i32>(params, 64);
  const lines = panels + <usize>load<i32>(params, 68);
  const result = lines + <usize>load<i32>(params, 72);
  const outs = result + <usize>load<i32>(params, 76);
  makeAside(aside);

  const depthBytes = <usize>g.outC << 2;
  const phases = phaseCount(g, true);
  for (let phase = 0; phase < phases; phase++) {
    setPhase(g, true, phase, y, x);
    // Images are no smaller than the stride, so no phase is empty.
    placeUnit(u, 0, g.batch, y, x, g.batch, y.count, x.count, 1, 1);
    readUnit(u, y, x, dy, g.outH, g.outW, depthBytes, band);
    const pixels = segmentTable(table, 4, u, y, x, depthBytes);
    const panelBytes = (<usize>u.segments * u.bytes) << 3;
    const columns = (pixels + 7) & ~7;
    makePanels(panels, panelBytes, table, columns, (pixels + 3) >> 2, u.segments, u.bytes);
    const columnBytes = <usize>columns << 2;
    for (let i = 0; i < (to - from) * TILE_ROWS; i++) {
      const line = min(i, last - first - 1);
      store<u32>(outs + (<usize>i << 2), <u32>(result + <usize>line * columnBytes));
    }
    const lineBytes = lineSize(g, y, x);
    const k = y.taps * x.taps * g.outC;
    let done = 0;
    do {
      const bytes = <usize>min(SEGMENT_MOST, k - done) << 2;
      const start = packed + (<usize>done << 2);
      for (let i = 0; i < (to - from) * TILE_ROWS; i++) {
        const channel = <usize>min(first + i, last - 1);
        store<u32>(lines + (<usize>i << 2), <u32>(start + channel * lineBytes));
      }
      const part = panels + (<usize>done << 5);
      const go = done > 0;
      block(lines, <usize>TILE_ROWS << 2, to - from, 1, bytes, part, panelBytes, outs, 0, columns, go, 0, aside);
      done += SEGMENT_MOST;
    } while (done < k);
    packed += <usize>g.inC * lineBytes;

    outTable(table, 4, u, y, x, dx, g.inH, g.inW, <usize>g.inC << 2);
    writePixels(table, pixels, result, columnBytes, first, last, bias);
  }
}

// pixel[channel] = result[channel][pixel] + bias[channel] for channels [first, last), pixels by their pointers.
function writePixels(
  table: usize,
  pixels: i32,
  result: usize,
  columnBytes: usize,
  first: i32,
  last: i32,
  bias: usize,
): void {
  for (let i = 0; i < pixels; i++) {
    const pixel = <usize>load<u32>(table + (<usize>i << 2));
    let value = result + (<usize>i << 2);
    let c = first;
    for (; c + 4 <= last; c += 4) {
      let four = v128.load32_zero(value);
      four = v128.load32_lane(value + columnBytes, four, 1);
      four = v128.load32_lane(value + (columnBytes << 1), four, 2);
      four = v128.load32_lane(value + columnBytes * 3, four, 3);
      const at = <usize>c << 2;
      v128.store(pixel + at, bias ? f32x4.add(four, v128.load(bias + at)) : four);
      value += columnBytes << 2;
    }
    for (; c < last; c++) {
      const at = <usize>c << 2;
      store<f32>(pixel + at, load<f32>(value) + (bias ? load<f32>(bias + at) : <f32>0));
      value += columnBytes;
    }
  }
}

// panels[column / 8][k][8] from a table of [quads][segments][4] pointers; columns past the last quad are zero.
function makePanels(
  panels: usize,
  panelBytes: usize,
  table: usize,
  columns: i32,
  quads: i32,
  segments: i32,
  bytes: usize,
): void {
  for (let quad = 0; quad < columns >> 2; quad++) {
    let to = panels + <usize>(quad >> 1) * panelBytes + (<usize>(quad & 1) << 4);
    if (quad >= quads) {
      for (const end = to + panelBytes; to < end; to += 32) v128.store(to, i32x4.splat(0));
      continue;
    }
    let p = table + (<usize>(quad * segments) << 4);
    for (let s = 0; s < segments; s++) {
      transpose4(to, 32, load<u32>(p), load<u32>(p, 4), load<u32>(p, 8), load<u32>(p, 12), <i32>(bytes >> 2));
      to += bytes << 3;
      p += 16;
    }
  }
}
