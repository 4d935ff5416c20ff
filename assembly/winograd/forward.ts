// The forward convolution by Winograd's minimal filtering.

import { WINOGRAD_CHUNK_BYTES, WINOGRAD_FEW_TILES } from '../abi/winograd';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { addendOf, epilogueInputs, finishPixels, finishes } from '../fused/epilogue';
import { copyWords, shareStart } from '../split';
import { outputPass } from './output-passes';
import { lineTable, pixelTable, transformPixels } from './pixels';
import { pointStep } from './pack';
import { LINE_ROW, Plan, layOut, readPlan } from './plan';
import { products } from './products';

/**
 * y = conv(x, filter) + bias for square filters of 2 to 4 taps a stride phase, no dilation.
 *
 * Arguments y, scratch; x, transformed filter, [bias]; geometry, tiles in a column of y, in a row, tiles of a
 *           block, bytes of scratch a share; an epilogue.
 * Layout    x, y: NHWC. transformed filter: see packWinograd, WINOGRAD_PACK_FORWARD or _TURNED. bias: [outC].
 * Tiling    blocks of tiles: V = Bᵀ x B for each stride phase, phases side by side, [point][tile][phase][inC];
 *           M = V · U at every point, [point][tile][outC]; y = Aᵀ M A. Tiles of an axis differ by a pixel at
 *           most; the smaller ones lack the last points. V and M stay in the outer caches.
 * Threads   each takes a range of tiles or, where those are few or the filter is large, of panels of output
 *           channels.
 * Numerics  one accumulator over phases and channels at each point, whatever the blocks and the threads.
 */
export function winograd(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + (<usize>(2 + inputs) << 2);
  const epilogue = params + 76;
  const bias = inputs - epilogueInputs(epilogue) > 2 ? <usize>load<u32>(args, 16) : 0;
  const addend = addendOf(epilogue, args, 2 + inputs);
  const p = readPlan(<usize>load<u32>(args, 4) + <usize>load<i32>(params, 72) * thread, params);
  const g = p.geometry;
  const panels = (g.outC + 7) >> 3;
  const depth = p.stride * p.stride * g.inC;
  p.share(g.batch * p.tilesH * p.tilesW, WINOGRAD_FEW_TILES, panels, (depth * panels) << 3, thread, threads);
  const tiles = p.last - p.first;
  const width = (p.lastPanel - p.panel) << 3;
  if (tiles == 0 || width == 0) return;

  const most = load<i32>(params, 68);
  const blocks = (tiles + most - 1) / most;
  const column = <usize>p.panel << 5;
  layOut(p, most, depth, width, g.inC, bias ? bias + column : 0);
  const panelBytes = <usize>depth << 5;
  const u = <usize>load<u32>(args, 12) + <usize>p.panel * panelBytes;
  for (let i = 0; i < blocks; i++) {
    const first = p.first + shareStart(tiles, i, blocks);
    const count = p.first + shareStart(tiles, i + 1, blocks) - first;
    transformInputs(p, first, count, load<u32>(args, 8));
    products(p, count, u, pointStep(depth, panels), 1, 0, depth, width, bias != 0);
    const channels = min(width, g.outC - (p.panel << 3));
    results(p, first, count, channels, addend ? addend + column : 0, epilogue, args, 2 + inputs);
  }
}

// V of tiles [first, first + count).
function transformInputs(p: Plan, first: i32, count: i32, x: usize): void {
  const g = p.geometry;
  const imageBytes = <usize>(g.inH * g.inW * g.inC) << 2;
  const s = p.stride;
  let to = p.v;
  for (let i = 0; i < count; i++) {
    const t = p.locate(first + i);
    const rows = t.rows + p.taps - 1;
    const columns = t.columns + p.taps - 1;
    store<u32>(p.alphas + (<usize>i << 2), rows | (columns << 16));
    const image = x + <usize>t.image * imageBytes;
    let place = to;
    for (let phase = 0; phase < s * s; phase++) {
      const top = t.row * s + phase / s - g.padTop;
      const left = t.column * s + (phase % s) - g.padLeft;
      pixelTable(p, image, g.inH, g.inW, g.inC, top, left, rows, columns, s);
      transformPixels(p, rows, columns, g.inC, false, place);
      place += <usize>g.inC << 2;
    }
    to += p.rowV;
  }
}

// y of tiles [first, first + count), `channels` of it from the share's first panel on.
function results(
  p: Plan,
  first: i32,
  count: i32,
  channels: i32,
  addend: usize,
  epilogue: usize,
  args: usize,
  pointers: i32,
): void {
  const g = p.geometry;
  const pixelBytes = <usize>g.outC << 2;
  const bytes = <usize>channels << 2;
  const y = <usize>load<u32>(args);
  for (let i = 0; i < count; i++) {
    const t = p.locate(first + i);
    const pixel = (t.image * g.outH + t.row) * g.outW + t.column;
    const to = y + <usize>pixel * pixelBytes + (<usize>p.panel << 5);
    for (let offset: usize = 0; offset < bytes; offset += WINOGRAD_CHUNK_BYTES) {
      const some = min<usize>(WINOGRAD_CHUNK_BYTES, bytes - offset);
      transformBack(p, p.m + <usize>i * p.rowM + offset, some, to + offset, pixelBytes);
    }
    if (!finishes(epilogue)) continue;
    const columns = min(t.columns, g.outW - t.column);
    const below = <usize>g.outW * pixelBytes;
    for (let row = 0; row < min(t.rows, g.outH - t.row); row++) {
      const line = to + <usize>row * below;
      finishPixels(line, columns, channels, pixelBytes, addend, epilogue, args, pointers);
    }
  }
}

// A chunk of the results of plan.tile.
function transformBack(p: Plan, m: usize, bytes: usize, to: usize, pixelBytes: usize): void {
  const t = p.tile;
  const g = p.geometry;
  const whole = (bytes + 15) & ~15;
  const rows = t.rows + p.taps - 1;
  let lines = p.lines;
  for (let i = 0; i < rows; i++) {
    lineTable(p, m, p.pointM, t.columns + p.taps - 1);
    outputPass(t.columns, p.taps, p.line, 0, lines, WINOGRAD_CHUNK_BYTES, whole);
    m += <usize>p.pointsW * p.pointM;
    lines += LINE_ROW;
  }
  const below = <usize>g.outW * pixelBytes;
  const height = min(t.rows, g.outH - t.row);
  const inPlace = whole == bytes && height == t.rows;
  for (let j = 0; j < min(t.columns, g.outW - t.column); j++) {
    lineTable(p, p.lines + <usize>j * WINOGRAD_CHUNK_BYTES, LINE_ROW, rows);
    if (inPlace) {
      outputPass(t.rows, p.taps, p.line, 0, to, below, whole);
    } else {
      outputPass(t.rows, p.taps, p.line, 0, p.values, WINOGRAD_CHUNK_BYTES, whole);
      for (let i: usize = 0; i < <usize>height; i++) {
        copyWords(to + i * below, p.values + i * WINOGRAD_CHUNK_BYTES, <i32>(bytes >> 2));
      }
    }
    to += pixelBytes;
  }
}
