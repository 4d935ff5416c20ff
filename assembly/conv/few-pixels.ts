// The input gradient (transposed convolution) of a few pixels: a generator that draws one image.

import { PLAN_BYTES, SEGMENT_MOST } from '../abi/conv';
import { ASIDE_BYTES } from '../abi/gemm';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { block } from '../gemm/block';
import { transpose4 } from '../gemm/pack';
import { TILE_ROWS, makeAside } from '../gemm/tile';
import { shareStart } from '../split';
import { Axis, Geometry, phaseCount, setPhase } from './geometry';
import { Unit, outTable, placeUnit, readUnit, segmentTable } from './unit';

/**
 * dx = the gradient of a convolution with respect to its input, plus bias, the filter's lines as the rows of the
 * tiles and the pixels as their columns.
 *
 * Arguments dx, scratch; dy, filter, [bias]; geometry, bytes of a share's table of segments, of its band, of its
 *           panels, of its table of filter lines and of its result, bytes of scratch a thread.
 * Layout    dy, dx: NHWC. filter: HWIO, read in place: the line of a tap and an input channel is contiguous.
 * Tiling    a stride phase at a time: panels of 8 pixels, [taps · depth][8], all pixels of all images, against six
 *           lines of the filter. Almost all the data is filter: it is not packed, and six lines that are read side
 *           by side come out of memory faster than one panel.
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
  const filter = <usize>load<u32>(args, 12);

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
    if (!placeUnit(u, 0, g.batch, y, x, g.batch, y.count, x.count, 1, 1)) continue;
    readUnit(u, y, x, dy, g.outH, g.outW, depthBytes, band);
    const pixels = segmentTable(table, 4, u, y, x, depthBytes);
    const panelBytes = (<usize>u.segments * u.bytes) << 3;
    const columns = (pixels + 7) & ~7;
    makePanels(panels, panelBytes, table, columns, (pixels + 3) >> 2, u.segments, u.bytes);
    const taps = y.taps * x.taps;
    lineTable(lines, g, y, x, filter, from, to);
    const columnBytes = <usize>columns << 2;
    for (let i = 0; i < (to - from) * TILE_ROWS; i++) {
      const line = min(i, last - first - 1);
      store<u32>(outs + (<usize>i << 2), <u32>(result + <usize>line * columnBytes));
    }
    const rowsBytes = <usize>(taps * TILE_ROWS) << 2;
    // As many taps at a time as let a panel stay in the first cache.
    const some = max(1, SEGMENT_MOST / max(1, g.outC));
    let tap = 0;
    do {
      const count = min(some, taps - tap);
      const rows = lines + (<usize>(tap * TILE_ROWS) << 2);
      const part = panels + ((<usize>tap * depthBytes) << 3);
      block(rows, rowsBytes, to - from, count, depthBytes, part, panelBytes, outs, 0, columns, tap > 0, 0, aside);
      tap += some;
    } while (tap < taps);

    outTable(table, 4, u, y, x, dx, g.inH, g.inW, <usize>g.inC << 2);
    for (let i = 0; i < pixels; i++) {
      const pixel = <usize>load<u32>(table + (<usize>i << 2));
      let value = result + (<usize>i << 2);
      for (let c = first; c < last; c++) {
        const at = <usize>c << 2;
        store<f32>(pixel + at, load<f32>(value) + (bias ? load<f32>(bias + at) : <f32>0));
        value += columnBytes;
      }
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

// The lines of groups [from, to): lines[group][taps][TILE_ROWS], the last channel repeated.
function lineTable(lines: usize, g: Geometry, y: Axis, x: Axis, filter: usize, from: i32, to: i32): void {
  for (let group = from; group < to; group++) {
    for (let ty = 0; ty < y.taps; ty++) {
      for (let tx = 0; tx < x.taps; tx++) {
        const tap = (y.tap + ty * y.tapStep) * g.filterW + x.tap + tx * x.tapStep;
        for (let i = 0; i < TILE_ROWS; i++) {
          const channel = min(group * TILE_ROWS + i, g.inC - 1);
          store<u32>(lines, <u32>(filter + ((<usize>(tap * g.inC + channel) * g.outC) << 2)));
          lines += 4;
        }
      }
    }
  }
}
