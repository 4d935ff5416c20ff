// The input gradient of a strided convolution by Winograd's minimal filtering, transposed.

import { WINOGRAD_CHUNK_BYTES } from '../abi/winograd';
import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { addendOf, epilogueInputs, finishPixels, finishes } from '../fused/epilogue';
import { copyWords, loadFirst, shareStart, storeFirst } from '../split';
import { pointStep } from './pack';
import { inputAdjointPass } from './input-passes';
import { lineTable, pixelTable, transformPixels } from './pixels';
import { LINE_ROW, Plan, layOut, readPlan } from './plan';
import { products } from './products';

/**
 * dx = the gradient of the convolution with respect to x, given dy, plus bias, for square filters of 2 to 4 taps
 * a stride phase, no dilation. The exact adjoint of the forward algorithm, y = Aᵀ[U · (Bᵀ x)].
 *
 * Arguments dx, scratch; dy, transformed filter, [bias]; geometry, tiles in a column of dy, in a row, tiles of a
 *           block, bytes of scratch a share; an epilogue, which goes over an image when it is complete.
 * Layout    dx, dy: NHWC. transformed filter: see packWinograd, WINOGRAD_PACK_ADJOINT. bias: [inC].
 * Tiling    blocks of tiles: V = A dy Aᵀ, [point][tile][outC], which all stride phases share; M = V · U,
 *           [point][tile][phase][inC]; B M Bᵀ is a tile of each phase of dx. Neighbouring tiles overlap by
 *           taps − 1 pixels of a phase and are added.
 * Threads   each takes a range of images or, where those are few or the filter is large, of panels of input
 *           channels.
 * Numerics  one accumulator over output channels at each point; tiles added from the top left on, whatever the
 *           blocks and the threads.
 */
export function winogradGradient(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const inputs = load<i32>(record + (RECORD_INPUTS << 2));
  const params = args + (<usize>(2 + inputs) << 2);
  const epilogue = params + 76;
  const bias = inputs - epilogueInputs(epilogue) > 2 ? <usize>load<u32>(args, 16) : 0;
  const addend = addendOf(epilogue, args, 2 + inputs);
  const p = readPlan(<usize>load<u32>(args, 4) + <usize>load<i32>(params, 72) * thread, params);
  const g = p.geometry;
  const panels = (g.inC + 7) >> 3;
  const phases = p.stride * p.stride;
  p.share(g.batch, 1, panels, (phases * g.outC * panels) << 3, thread, threads);
  const width = (p.lastPanel - p.panel) << 3;
  if (p.first == p.last || width == 0) return;

  const most = load<i32>(params, 68);
  const each = p.tilesH * p.tilesW;
  const tiles = (p.last - p.first) * each;
  const blocks = (tiles + most - 1) / most;
  layOut(p, most, g.outC, phases * width, g.outC, bias);
  const panelBytes = <usize>g.outC << 5;
  const u = <usize>load<u32>(args, 12) + <usize>p.panel * panelBytes;
  const phaseU = <usize>panels * panelBytes;
  const dx = <usize>load<u32>(args);
  const channels = min(width, g.inC - (p.panel << 3));
  uncovered(p, dx, channels, bias);
  for (let i = 0; i < blocks; i++) {
    const first = p.first * each + shareStart(tiles, i, blocks);
    const count = p.first * each + shareStart(tiles, i + 1, blocks) - first;
    transformGradients(p, first, count, load<u32>(args, 8));
    products(p, count, u, pointStep(g.outC, phases * panels), phases, phaseU, g.outC, width, false);
    for (let tile = 0; tile < count; tile++) {
      p.locate(first + tile);
      const m = p.m + <usize>tile * p.rowM;
      for (let phase = 0; phase < phases; phase++) {
        addTile(p, m + (<usize>(phase * width) << 2), dx, phase, channels, bias);
      }
      if ((first + tile + 1) % each || !finishes(epilogue)) continue;
      const pixelBytes = <usize>g.inC << 2;
      const column = <usize>p.panel << 5;
      const image = dx + <usize>(p.tile.image * g.inH * g.inW) * pixelBytes + column;
      const from = addend ? addend + column : 0;
      finishPixels(image, g.inH * g.inW, channels, pixelBytes, from, epilogue, args, 2 + inputs);
    }
  }
}

// V of tiles [first, first + count).
function transformGradients(p: Plan, first: i32, count: i32, dy: usize): void {
  const g = p.geometry;
  const imageBytes = <usize>(g.outH * g.outW * g.outC) << 2;
  let to = p.v;
  for (let i = 0; i < count; i++) {
    const t = p.locate(first + i);
    const points = (t.rows + p.taps - 1) | ((t.columns + p.taps - 1) << 16);
    store<u32>(p.alphas + (<usize>i << 2), points);
    const image = dy + <usize>t.image * imageBytes;
    pixelTable(p, image, g.outH, g.outW, g.outC, t.row, t.column, t.rows, t.columns, 1);
    transformPixels(p, t.rows, t.columns, g.outC, true, to);
    to += p.rowV;
  }
}

// Adds one phase of plan.tile to dx; the first tile to reach a pixel stores instead.
function addTile(p: Plan, m: usize, dx: usize, phase: i32, channels: i32, bias: usize): void {
  const t = p.tile;
  const g = p.geometry;
  const s = p.stride;
  const rows = t.rows + p.taps - 1;
  const columns = t.columns + p.taps - 1;
  const top = t.row * s + phase / s - g.padTop;
  const left = t.column * s + (phase % s) - g.padLeft;
  // Of a tile that is cut, only the pixels that what is left of it reaches.
  const height = min(rows, g.outH - t.row + p.taps - 1);
  const breadth = min(columns, g.outW - t.column + p.taps - 1);
  const pixelBytes = <usize>g.inC << 2;
  const image = dx + <usize>(t.image * g.inH * g.inW) * pixelBytes + (<usize>p.panel << 5);
  const bytes = <usize>channels << 2;
  for (let offset: usize = 0; offset < bytes; offset += WINOGRAD_CHUNK_BYTES) {
    const some = min<usize>(WINOGRAD_CHUNK_BYTES, bytes - offset);
    const whole = (some + 15) & ~15;
    for (let j: usize = 0; j < <usize>columns; j++) {
      lineTable(p, m + j * p.pointM + offset, <usize>p.pointsW * p.pointM, rows);
      inputAdjointPass(rows, p.line, 0, p.lines + j * WINOGRAD_CHUNK_BYTES, LINE_ROW, whole);
    }
    const start = bias ? bias + (<usize>p.panel << 5) + offset : 0;
    for (let i = 0; i < height; i++) {
      const row = top + i * s;
      if (row < 0 || row >= g.inH) continue;
      lineTable(p, p.lines + <usize>i * LINE_ROW, WINOGRAD_CHUNK_BYTES, columns);
      inputAdjointPass(columns, p.line, 0, p.values, WINOGRAD_CHUNK_BYTES, whole);
      const again = i < p.taps - 1 && t.row > 0;
      let value = p.values;
      let column = left;
      for (let j = 0; j < breadth; j++) {
        if (column >= 0 && column < g.inW) {
          const pixel = image + <usize>(row * g.inW + column) * pixelBytes + offset;
          const added = again || (j < p.taps - 1 && t.column > 0);
          addRun(pixel, value, added ? pixel : start, some);
        }
        value += WINOGRAD_CHUNK_BYTES;
        column += s;
      }
    }
  }
}

// to = value + other, or value where other is 0.
function addRun(to: usize, value: usize, other: usize, bytes: usize): void {
  if (!other) {
    copyWords(to, value, <i32>(bytes >> 2));
    return;
  }
  for (const end = to + (bytes & ~15); to != end; to += 16) {
    v128.store(to, f32x4.add(v128.load(value), v128.load(other)));
    value += 16;
    other += 16;
  }
  const rest = <i32>(bytes >> 2) & 3;
  if (rest) storeFirst(to, f32x4.add(v128.load(value), loadFirst(other, rest)), rest);
}

// Pixels of the share that no window reaches: bias, or 0.
function uncovered(p: Plan, dx: usize, channels: i32, bias: usize): void {
  const g = p.geometry;
  const height = (g.outH - 1) * p.stride + g.filterH - g.padTop;
  const width = (g.outW - 1) * p.stride + g.filterW - g.padLeft;
  if (height >= g.inH && width >= g.inW) return;
  const offset = <usize>p.panel << 5;
  for (let image = p.first; image < p.last; image++) {
    for (let i = 0; i < g.inH; i++) {
      for (let j = i < height ? max(0, width) : 0; j < g.inW; j++) {
        const pixel = dx + (<usize>(((image * g.inH + i) * g.inW + j) * g.inC) << 2) + offset;
        if (bias) copyWords(pixel, bias + offset, channels);
        else for (let c: usize = 0; c < <usize>channels << 2; c += 4) store<f32>(pixel + c, 0);
      }
    }
  }
}
