// Average and maximum pooling of images and their gradients.
//
// Layout    images NHWC. Splitting: rows of the result; for the gradient of the maximum, which scatters,
//           (image, 16 channels).
// Tails     four channels at a time, then the last one to three; nothing past them is read or written.
// Numerics  f32, rows then columns of a window. The average counts the elements inside the image; its gradient
//           divides by the whole window, as TF.js defines that kernel. The maximum passes NaN over, and of
//           equal maxima the first one gets the gradient.

import { OP_POOL_AVERAGE, OP_POOL_AVERAGE_GRAD, OP_POOL_MAX, OP_POOL_MAX_GRAD } from './abi/pool';
import { RECORD_ARGS } from './abi/record';
import { loadFirst, shareStart, storeFirst } from './split';

/** Dispatches the pooling family. */
export function pool(record: usize, opcode: i32, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  switch (opcode) {
    case OP_POOL_AVERAGE:
      poolForward(args, false, thread, threads);
      break;
    case OP_POOL_MAX:
      poolForward(args, true, thread, threads);
      break;
    case OP_POOL_AVERAGE_GRAD:
      averageGrad(args, thread, threads);
      break;
    case OP_POOL_MAX_GRAD:
      maxGrad(args, thread, threads);
      break;
    default:
      unreachable();
  }
}

// The shape that every record of the family ends with: N, H, W, C, OH, OW, window height and width, stride of
// rows and columns, padding at the top and left.
// @ts-ignore: decorator
@inline
const H: usize = 4;
// @ts-ignore: decorator
@inline
const W: usize = 8;
// @ts-ignore: decorator
@inline
const C: usize = 12;
// @ts-ignore: decorator
@inline
const OUT_H: usize = 16;
// @ts-ignore: decorator
@inline
const OUT_W: usize = 20;
// @ts-ignore: decorator
@inline
const WINDOW_H: usize = 24;
// @ts-ignore: decorator
@inline
const WINDOW_W: usize = 28;
// @ts-ignore: decorator
@inline
const STRIDE_H: usize = 32;
// @ts-ignore: decorator
@inline
const STRIDE_W: usize = 36;
// @ts-ignore: decorator
@inline
const TOP: usize = 40;
// @ts-ignore: decorator
@inline
const LEFT: usize = 44;

/** Loads four channels, or the `left` last ones. */
// @ts-ignore: decorator
@inline
function loadChannels(x: usize, left: i32): v128 {
  return left >= 4 ? v128.load(x) : loadFirst(x, left);
}

// @ts-ignore: decorator
@inline
function storeChannels(y: usize, value: v128, left: i32): void {
  if (left >= 4) v128.store(y, value);
  else storeFirst(y, value, left);
}

/** The pooling itself. Arguments: y, x, shape. */
export function poolForward(args: usize, maximum: bool, thread: i32, threads: i32): void {
  const shape = args + 8;
  const height = load<i32>(shape + H);
  const width = load<i32>(shape + W);
  const channels = load<i32>(shape + C);
  const outHeight = load<i32>(shape + OUT_H);
  const outWidth = load<i32>(shape + OUT_W);
  const pixel = <usize>channels << 2;
  const line = <usize>width * pixel;
  const rows = load<i32>(shape) * outHeight;
  const end = shareStart(rows, thread + 1, threads);
  let y = <usize>load<u32>(args) + <usize>shareStart(rows, thread, threads) * outWidth * pixel;
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / outHeight;
    const y0 = (row - n * outHeight) * load<i32>(shape + STRIDE_H) - load<i32>(shape + TOP);
    const firstRow = max(0, y0);
    const windowRows = min(height, y0 + load<i32>(shape + WINDOW_H)) - firstRow;
    const x = <usize>load<u32>(args, 4) + <usize>(n * height + firstRow) * line;
    for (let o = 0; o < outWidth; o++) {
      const x0 = o * load<i32>(shape + STRIDE_W) - load<i32>(shape + LEFT);
      const firstColumn = max(0, x0);
      const windowColumns = min(width, x0 + load<i32>(shape + WINDOW_W)) - firstColumn;
      const window = x + <usize>firstColumn * pixel;
      if (maximum) maxPixel(y, window, windowRows, windowColumns, line, channels);
      else averagePixel(y, window, windowRows, windowColumns, line, channels);
      y += pixel;
    }
  }
}

function maxPixel(y: usize, x: usize, rows: i32, columns: i32, line: usize, channels: i32): void {
  const pixel = <usize>channels << 2;
  for (let c = channels; c > 0; c -= 4) {
    let best = f32x4.splat(-Infinity);
    for (let r = 0; r < rows; r++) {
      let at = x + <usize>r * line;
      for (let k = 0; k < columns; k++) {
        best = f32x4.pmax(best, loadChannels(at, c));
        at += pixel;
      }
    }
    storeChannels(y, best, c);
    x += 16;
    y += 16;
  }
}

function averagePixel(y: usize, x: usize, rows: i32, columns: i32, line: usize, channels: i32): void {
  const pixel = <usize>channels << 2;
  // A window that lies outside altogether has no average: 0/0, as in TF.js.
  const count = f32x4.splat(<f32>(max(0, rows) * max(0, columns)));
  for (let c = channels; c > 0; c -= 4) {
    let sum = f32x4.splat(0);
    for (let r = 0; r < rows; r++) {
      let at = x + <usize>r * line;
      for (let k = 0; k < columns; k++) {
        sum = f32x4.add(sum, loadChannels(at, c));
        at += pixel;
      }
    }
    storeChannels(y, f32x4.div(sum, count), c);
    x += 16;
    y += 16;
  }
}

/** First of the windows that reach index `i` (padding before it counted in). */
// @ts-ignore: decorator
@inline
function firstWindow(i: i32, window: i32, stride: i32): i32 {
  return i < window ? 0 : (i - window) / stride + 1;
}

// dx = Σ over the windows an element lies in of dy / (elements of a window).  Arguments: dx, dy, shape.
function averageGrad(args: usize, thread: i32, threads: i32): void {
  const shape = args + 8;
  const height = load<i32>(shape + H);
  const width = load<i32>(shape + W);
  const channels = load<i32>(shape + C);
  const outHeight = load<i32>(shape + OUT_H);
  const outWidth = load<i32>(shape + OUT_W);
  const windowHeight = load<i32>(shape + WINDOW_H);
  const windowWidth = load<i32>(shape + WINDOW_W);
  const strideHeight = load<i32>(shape + STRIDE_H);
  const strideWidth = load<i32>(shape + STRIDE_W);
  const pixel = <usize>channels << 2;
  const line = <usize>outWidth * pixel;
  const count = f32x4.splat(<f32>(windowHeight * windowWidth));
  const rows = load<i32>(shape) * height;
  const end = shareStart(rows, thread + 1, threads);
  let dx = <usize>load<u32>(args) + <usize>shareStart(rows, thread, threads) * width * pixel;
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / height;
    const i = row - n * height + load<i32>(shape + TOP);
    const firstRow = firstWindow(i, windowHeight, strideHeight);
    const lastRow = min(outHeight - 1, i / strideHeight);
    const dyRow = <usize>load<u32>(args, 4) + <usize>(n * outHeight + firstRow) * line;
    for (let w = 0; w < width; w++) {
      const j = w + load<i32>(shape + LEFT);
      const firstColumn = firstWindow(j, windowWidth, strideWidth);
      const lastColumn = min(outWidth - 1, j / strideWidth);
      let dy = dyRow + <usize>firstColumn * pixel;
      for (let c = channels; c > 0; c -= 4) {
        let sum = f32x4.splat(0);
        for (let r = firstRow; r <= lastRow; r++) {
          let at = dy + <usize>(r - firstRow) * line;
          for (let k = firstColumn; k <= lastColumn; k++) {
            sum = f32x4.add(sum, loadChannels(at, c));
            at += pixel;
          }
        }
        const left = min(c, 4);
        storeChannels(dx, f32x4.div(sum, count), left);
        dx += <usize>left << 2;
        dy += 16;
      }
    }
  }
}

// dx gets dy where the window's first maximum is.  Arguments: dx, dy, x, shape.
function maxGrad(args: usize, thread: i32, threads: i32): void {
  const shape = args + 12;
  const channels = load<i32>(shape + C);
  const blocks = (channels + 15) >> 4;
  const items = load<i32>(shape) * blocks;
  const image = <usize>(load<i32>(shape + H) * load<i32>(shape + W) * channels) << 2;
  const outImage = <usize>(load<i32>(shape + OUT_H) * load<i32>(shape + OUT_W) * channels) << 2;
  const end = shareStart(items, thread + 1, threads);
  for (let item = shareStart(items, thread, threads); item < end; item++) {
    const n = item / blocks;
    const first = (item - n * blocks) << 4;
    const last = min(channels, first + 16);
    const dx = <usize>load<u32>(args) + <usize>n * image;
    const dy = <usize>load<u32>(args, 4) + <usize>n * outImage;
    const x = <usize>load<u32>(args, 8) + <usize>n * image;
    for (let c = first; c < last; c += 4) {
      const at = <usize>c << 2;
      maxGradChannels(dx + at, dy + at, x + at, shape, channels - c);
    }
  }
}

function maxGradChannels(dx: usize, dy: usize, x: usize, shape: usize, left: i32): void {
  const height = load<i32>(shape + H);
  const width = load<i32>(shape + W);
  const outHeight = load<i32>(shape + OUT_H);
  const outWidth = load<i32>(shape + OUT_W);
  const pixel = <usize>load<i32>(shape + C) << 2;
  const line = <usize>width * pixel;
  for (let i: usize = 0; i < <usize>height * line; i += pixel) {
    storeChannels(dx + i, f32x4.splat(0), left);
  }
  for (let row = 0; row < outHeight; row++) {
    const y0 = row * load<i32>(shape + STRIDE_H) - load<i32>(shape + TOP);
    const firstRow = max(0, y0);
    const lastRow = min(height, y0 + load<i32>(shape + WINDOW_H));
    for (let o = 0; o < outWidth; o++) {
      const x0 = o * load<i32>(shape + STRIDE_W) - load<i32>(shape + LEFT);
      const firstColumn = max(0, x0);
      const lastColumn = min(width, x0 + load<i32>(shape + WINDOW_W));
      // Where in the image the maximum of each channel is; −1 while nothing is above −∞.
      let best = f32x4.splat(-Infinity);
      let place = i32x4.splat(-1);
      for (let r = firstRow; r < lastRow; r++) {
        for (let k = firstColumn; k < lastColumn; k++) {
          const value = loadChannels(x + <usize>r * line + <usize>k * pixel, left);
          const above = f32x4.gt(value, best);
          best = v128.bitselect(value, best, above);
          place = v128.bitselect(i32x4.splat(r * width + k), place, above);
        }
      }
      const gradient = loadChannels(dy, left);
      for (let r = firstRow; r < lastRow; r++) {
        for (let k = firstColumn; k < lastColumn; k++) {
          const at = dx + <usize>r * line + <usize>k * pixel;
          const here = i32x4.eq(place, i32x4.splat(r * width + k));
          storeChannels(at, f32x4.add(loadChannels(at, left), v128.and(gradient, here)), left);
        }
      }
      dy += pixel;
    }
  }
}
