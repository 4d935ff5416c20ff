// From pixels to V: a tile's pixels, its transform.

import { WINOGRAD_CHUNK_BYTES } from '../abi/winograd';
import { loadFirst } from '../split';
import { inputPass } from './input-passes';
import { outputAdjointPass } from './output-passes';
import { LINE_ROW, Plan, TABLE_ROW } from './plan';

/**
 * Fills plan.table with the pointers of rows × columns pixels `step` apart from (top, left) on; pixels outside the
 * image are zeros.
 */
export function pixelTable(
  p: Plan,
  image: usize,
  height: i32,
  width: i32,
  channels: i32,
  top: i32,
  left: i32,
  rows: i32,
  columns: i32,
  step: i32,
): void {
  let line = p.table;
  for (let i = 0; i < rows; i++) {
    const row = top + i * step;
    const inside = row >= 0 && row < height;
    let at = line;
    for (let j = 0; j < columns; j++) {
      const column = left + j * step;
      const pixel = inside && column >= 0 && column < width
        ? image + ((<usize>(row * width + column) * channels) << 2)
        : p.zeros;
      store<u32>(at, <u32>pixel);
      at += 4;
    }
    line += TABLE_ROW;
  }
}

/**
 * V[every point] ← the transform of the rows × columns pixels of plan.table: Bᵀ (inputs of the forward convolution),
 * or A (`adjoint`; results). `to` is the place of point 0; channels past a vector's last overrun by up to 12 bytes.
 */
export function transformPixels(p: Plan, rows: i32, columns: i32, channels: i32, adjoint: bool, to: usize): void {
  const bytes = <usize>channels << 2;
  const whole = bytes & ~15;
  for (let offset: usize = 0; offset < whole; offset += WINOGRAD_CHUNK_BYTES) {
    const some = min<usize>(WINOGRAD_CHUNK_BYTES, whole - offset);
    transformChunk(p, rows, columns, adjoint, offset, some, to + offset);
  }
  if (whole == bytes) return;
  let copy = p.rest;
  for (let i: usize = 0; i < <usize>rows; i++) {
    for (let j: usize = 0; j < <usize>columns; j++) {
      const at = p.table + i * TABLE_ROW + (j << 2);
      v128.store(copy, loadFirst(<usize>load<u32>(at) + whole, channels & 3));
      store<u32>(at, <u32>copy);
      copy += 16;
    }
  }
  transformChunk(p, rows, columns, adjoint, 0, 16, to + whole);
}

function transformChunk(
  p: Plan,
  rows: i32,
  columns: i32,
  adjoint: bool,
  offset: usize,
  bytes: usize,
  to: usize,
): void {
  let line = p.table;
  let lines = p.lines;
  for (let i = 0; i < rows; i++) {
    if (adjoint) outputAdjointPass(columns, p.taps, line, offset, lines, WINOGRAD_CHUNK_BYTES, bytes);
    else inputPass(columns, line, offset, lines, WINOGRAD_CHUNK_BYTES, bytes);
    line += TABLE_ROW;
    lines += LINE_ROW;
  }
  const points = adjoint ? columns + p.taps - 1 : columns;
  const step = <usize>p.pointsW * p.pointV;
  for (let j: usize = 0; j < <usize>points; j++) {
    lineTable(p, p.lines + j * WINOGRAD_CHUNK_BYTES, LINE_ROW, rows);
    if (adjoint) outputAdjointPass(rows, p.taps, p.line, 0, to, step, bytes);
    else inputPass(rows, p.line, 0, to, step, bytes);
    to += p.pointV;
  }
}

/** Fills plan.line with `count` pointers, `step` bytes apart. */
export function lineTable(p: Plan, from: usize, step: usize, count: i32): void {
  const end = p.line + (<usize>count << 2);
  for (let at = p.line; at != end; at += 4) {
    store<u32>(at, <u32>from);
    from += step;
  }
}
