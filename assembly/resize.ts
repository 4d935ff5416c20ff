// Resizing images, nearest and bilinear, as TF.js defines them, and the adjoint of both.
//
// An axis is described by its map: for every output index the two source indices it lies between and the
// weight of the upper one (nearest: one index twice). Maps are made by a record of their own, in f64 as TF.js
// computes them, so indices agree exactly; the passes over images only read them.
//
// Layout    images NHWC, f32 or any 4-byte words for nearest. Splitting: rows of the result.
// Tails     four channels at a time, then the last one to three; nothing past them is read or written.
// Numerics  f32. Bilinear: columns first, then rows, each a + (b − a)·weight. The adjoint adds outputs in
//           index order.

import {
  ADJOINT_WORDS,
  MAP_WORDS,
  OP_RESIZE_ADJOINT,
  OP_RESIZE_ADJOINT_MAP,
  OP_RESIZE_BILINEAR,
  OP_RESIZE_MAP,
  OP_RESIZE_NEAREST,
  RESIZE_ALIGN_CORNERS,
  RESIZE_BILINEAR,
  RESIZE_HALF_PIXEL,
} from './abi/resize';
import { RECORD_ARGS } from './abi/record';
import { madd } from './simd/arithmetic';
import { copyWords, loadFirst, shareStart, storeFirst } from './split';

/** Dispatches the resize family. */
export function resize(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  switch (opcode) {
    case OP_RESIZE_MAP:
      if (thread == 0) resizeMap(args);
      break;
    case OP_RESIZE_NEAREST:
      resizeNearest(args, thread, threads);
      break;
    case OP_RESIZE_BILINEAR:
      resizeBilinear(args, thread, threads);
      break;
    case OP_RESIZE_ADJOINT_MAP:
      if (thread == 0) makeAdjointMap(args);
      break;
    case OP_RESIZE_ADJOINT:
      adjoint(args, thread, threads);
      break;
    default:
      unreachable();
  }
}

// JavaScript's Math.round for x ≥ 0.
// @ts-ignore: decorator
@inline
function roundUpHalves(x: f64): f64 {
  const down = floor(x);
  return x - down >= 0.5 ? down + 1 : down;
}

/** map[o] = lower, upper, weight of the upper. Arguments: map, inputs, outputs, mode. */
export function resizeMap(args: usize): void {
  let map = <usize>load<u32>(args);
  const inputs = load<i32>(args, 4);
  const outputs = load<i32>(args, 8);
  const mode = load<i32>(args, 12);
  const corners = (mode & RESIZE_ALIGN_CORNERS) != 0 && outputs > 1 ? 1 : 0;
  const ratio = <f64>(inputs - corners) / <f64>(outputs - corners);
  for (let o = 0; o < outputs; o++) {
    let at = ratio * (mode & RESIZE_HALF_PIXEL ? <f64>o + 0.5 : <f64>o);
    let lower: f64;
    let upper: f64;
    if (mode & RESIZE_BILINEAR) {
      if (mode & RESIZE_HALF_PIXEL) at -= 0.5;
      lower = max<f64>(0, floor(at));
      upper = min<f64>(<f64>(inputs - 1), ceil(at));
    } else {
      at = mode & RESIZE_ALIGN_CORNERS ? roundUpHalves(at) : floor(at);
      lower = min<f64>(<f64>(inputs - 1), at);
      upper = lower;
    }
    store<i32>(map, <i32>lower);
    store<i32>(map, <i32>upper, 4);
    store<f32>(map, upper == lower ? 0 : <f32>(at - lower), 8);
    map += MAP_WORDS << 2;
  }
}

/**
 * y[n][oh][ow][c] = x[n][h][w][c], 4-byte words.
 * Arguments: y, x, row map, column map, N, H, W, OH, OW, C, repeat (OW / W where each column is repeated).
 */
export function resizeNearest(args: usize, thread: i32, threads: i32): void {
  const rowMap = <usize>load<u32>(args, 8);
  const columnMap = <usize>load<u32>(args, 12);
  const height = load<i32>(args, 20);
  const width = load<i32>(args, 24);
  const outHeight = load<i32>(args, 28);
  const outWidth = load<i32>(args, 32);
  const channels = load<i32>(args, 36);
  const repeat = load<i32>(args, 40);
  const pixel = <usize>channels << 2;
  const rows = load<i32>(args, 16) * outHeight;
  const end = shareStart(rows, thread + 1, threads);
  let y = <usize>load<u32>(args) + <usize>shareStart(rows, thread, threads) * outWidth * pixel;
  let before = -1;
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / outHeight;
    const source = n * height + load<i32>(rowMap + <usize>(row - n * outHeight) * (MAP_WORDS << 2));
    const x = <usize>load<u32>(args, 4) + <usize>source * width * pixel;
    const bytes = <usize>outWidth * pixel;
    if (source == before) memory.copy(y, y - bytes, bytes);
    else if (repeat) repeatColumns(y, x, width, channels, repeat);
    else gatherColumns(y, x, columnMap, outWidth, channels);
    before = source;
    y += bytes;
  }
}

function gatherColumns(y: usize, x: usize, map: usize, outWidth: i32, channels: i32): void {
  const pixel = <usize>channels << 2;
  for (let o = 0; o < outWidth; o++) {
    copyWords(y, x + <usize>load<i32>(map) * pixel, channels);
    y += pixel;
    map += MAP_WORDS << 2;
  }
}

function repeatColumns(y: usize, x: usize, width: i32, channels: i32, repeat: i32): void {
  const pixel = <usize>channels << 2;
  if (repeat == 2 && channels >= 4) {
    for (let w = 0; w < width; w++) {
      let c = channels;
      for (; c >= 4; c -= 4) {
        const value = v128.load(x);
        v128.store(y, value);
        v128.store(y + pixel, value);
        x += 16;
        y += 16;
      }
      if (c > 0) {
        const value = loadFirst(x, c);
        storeFirst(y, value, c);
        storeFirst(y + pixel, value, c);
        x += <usize>c << 2;
        y += <usize>c << 2;
      }
      y += pixel;
    }
    return;
  }
  for (let w = 0; w < width; w++) {
    for (let r = 0; r < repeat; r++) {
      copyWords(y, x, channels);
      y += pixel;
    }
    x += pixel;
  }
}

// @ts-ignore: decorator
@inline
function blend(a: v128, b: v128, weight: v128): v128 {
  return madd(f32x4.sub(b, a), weight, a);
}

/** Arguments: y, x, row map, column map, N, H, W, OH, OW, C. */
export function resizeBilinear(args: usize, thread: i32, threads: i32): void {
  const rowMap = <usize>load<u32>(args, 8);
  const height = load<i32>(args, 20);
  const outHeight = load<i32>(args, 28);
  const outWidth = load<i32>(args, 32);
  const channels = load<i32>(args, 36);
  const pixel = <usize>channels << 2;
  const line = <usize>load<i32>(args, 24) * pixel;
  const rows = load<i32>(args, 16) * outHeight;
  const end = shareStart(rows, thread + 1, threads);
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / outHeight;
    const entry = rowMap + <usize>(row - n * outHeight) * (MAP_WORDS << 2);
    const image = <usize>load<u32>(args, 4) + <usize>(n * height) * line;
    bilinearRow(
      <usize>load<u32>(args) + <usize>row * outWidth * pixel,
      image + <usize>load<i32>(entry) * line,
      image + <usize>load<i32>(entry, 4) * line,
      v128.load32_splat(entry, 8),
      load<u32>(args, 12),
      outWidth,
      channels,
    );
  }
}

function bilinearRow(
  y: usize,
  top: usize,
  bottom: usize,
  rowWeight: v128,
  map: usize,
  outWidth: i32,
  channels: i32,
): void {
  const pixel = <usize>channels << 2;
  for (let o = 0; o < outWidth; o++) {
    let left = <usize>load<i32>(map) * pixel;
    let right = <usize>load<i32>(map, 4) * pixel;
    const weight = v128.load32_splat(map, 8);
    let c = channels;
    for (; c >= 4; c -= 4) {
      const above = blend(v128.load(top + left), v128.load(top + right), weight);
      const below = blend(v128.load(bottom + left), v128.load(bottom + right), weight);
      v128.store(y, blend(above, below, rowWeight));
      left += 16;
      right += 16;
      y += 16;
    }
    if (c > 0) {
      const above = blend(loadFirst(top + left, c), loadFirst(top + right, c), weight);
      const below = blend(loadFirst(bottom + left, c), loadFirst(bottom + right, c), weight);
      storeFirst(y, blend(above, below, rowWeight), c);
      y += <usize>c << 2;
    }
    map += MAP_WORDS << 2;
  }
}

// adjoint[i] = first output that reads input i, number of outputs from there on, their weights of i.
// Arguments: adjoint, map, inputs, outputs, room (weights an entry has room for).
function makeAdjointMap(args: usize): void {
  const adjoint = <usize>load<u32>(args);
  let map = <usize>load<u32>(args, 4);
  const inputs = load<i32>(args, 8);
  const outputs = load<i32>(args, 12);
  const entry = <usize>(ADJOINT_WORDS + load<i32>(args, 16)) << 2;
  memory.fill(adjoint, 0, <usize>inputs * entry);
  for (let o = 0; o < outputs; o++) {
    const lower = <usize>load<i32>(map);
    const upper = <usize>load<i32>(map, 4);
    const weight = load<f32>(map, 8);
    // Maps never decrease, so the outputs of one input follow each other.
    addWeight(adjoint + lower * entry, o, lower == upper ? 1 : 1 - weight);
    if (lower != upper) addWeight(adjoint + upper * entry, o, weight);
    map += MAP_WORDS << 2;
  }
}

function addWeight(entry: usize, output: i32, weight: f32): void {
  const count = load<i32>(entry, 4);
  if (count == 0) store<i32>(entry, output);
  store<f32>(entry + (<usize>(ADJOINT_WORDS + count) << 2), weight);
  store<i32>(entry, count + 1, 4);
}

// dx[n][h][w][c] = Σ over outputs of row weight · column weight · dy.
// Arguments: dx, dy, row adjoint map, column adjoint map, N, H, W, OH, OW, C, room of rows, room of columns.
function adjoint(args: usize, thread: i32, threads: i32): void {
  const height = load<i32>(args, 20);
  const width = load<i32>(args, 24);
  const outWidth = load<i32>(args, 32);
  const channels = load<i32>(args, 36);
  const rowEntry = <usize>(ADJOINT_WORDS + load<i32>(args, 40)) << 2;
  const columnEntry = <usize>(ADJOINT_WORDS + load<i32>(args, 44)) << 2;
  const pixel = <usize>channels << 2;
  const line = <usize>outWidth * pixel;
  const image = <usize>load<i32>(args, 28) * line;
  const rows = load<i32>(args, 16) * height;
  const end = shareStart(rows, thread + 1, threads);
  let dx = <usize>load<u32>(args) + <usize>shareStart(rows, thread, threads) * width * pixel;
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / height;
    const byRow = <usize>load<u32>(args, 8) + <usize>(row - n * height) * rowEntry;
    const dy = <usize>load<u32>(args, 4) + <usize>n * image + <usize>load<i32>(byRow) * line;
    let byColumn = <usize>load<u32>(args, 12);
    for (let w = 0; w < width; w++) {
      adjointPixel(dx, dy + <usize>load<i32>(byColumn) * pixel, byRow, byColumn, line, channels);
      byColumn += columnEntry;
      dx += pixel;
    }
  }
}

/** One pixel of dx: `dy` is the first of the outputs that read it. */
function adjointPixel(
  dx: usize,
  dy: usize,
  byRow: usize,
  byColumn: usize,
  line: usize,
  channels: i32,
): void {
  const pixel = <usize>channels << 2;
  const rows = load<i32>(byRow, 4);
  const columns = load<i32>(byColumn, 4);
  byRow += ADJOINT_WORDS << 2;
  byColumn += ADJOINT_WORDS << 2;
  let c = channels;
  for (; c >= 16; c -= 16) {
    let sum0 = f32x4.splat(0);
    let sum1 = f32x4.splat(0);
    let sum2 = f32x4.splat(0);
    let sum3 = f32x4.splat(0);
    for (let r = 0; r < rows; r++) {
      const rowWeight = load<f32>(byRow + (<usize>r << 2));
      let at = dy + <usize>r * line;
      for (let k = 0; k < columns; k++) {
        const weight = f32x4.splat(rowWeight * load<f32>(byColumn + (<usize>k << 2)));
        sum0 = madd(v128.load(at), weight, sum0);
        sum1 = madd(v128.load(at, 16), weight, sum1);
        sum2 = madd(v128.load(at, 32), weight, sum2);
        sum3 = madd(v128.load(at, 48), weight, sum3);
        at += pixel;
      }
    }
    v128.store(dx, sum0);
    v128.store(dx, sum1, 16);
    v128.store(dx, sum2, 32);
    v128.store(dx, sum3, 48);
    dx += 64;
    dy += 64;
  }
  for (; c > 0; c -= 4) {
    let sum = f32x4.splat(0);
    for (let r = 0; r < rows; r++) {
      const rowWeight = load<f32>(byRow + (<usize>r << 2));
      let at = dy + <usize>r * line;
      for (let k = 0; k < columns; k++) {
        const weight = f32x4.splat(rowWeight * load<f32>(byColumn + (<usize>k << 2)));
        sum = madd(c >= 4 ? v128.load(at) : loadFirst(at, c), weight, sum);
        at += pixel;
      }
    }
    if (c >= 4) v128.store(dx, sum);
    else storeFirst(dx, sum, c);
    dx += 16;
    dy += 16;
  }
}
