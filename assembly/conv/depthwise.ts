// y = each channel of x convolved with its own filter, plus bias.
//
// Layout    x, y: NHWC. filter: [rows, columns, channels]. bias: [channels].
// Tiling    a pixel's channels sixteen at a time, then four, then the last one to three: nothing past them is read
//           or written. Taps that lie outside the image are left out.
// Splitting rows of the result.
// Numerics  f32, from the bias or 0, taps in rows then columns; one accumulator an output.

import { RECORD_ARGS, RECORD_INPUTS } from '../abi/record';
import { madd } from '../simd/arithmetic';
import { loadFirst, shareStart, storeFirst } from '../split';

/** The taps of a window along one axis that meet the image, `dilation` apart; the window begins at pixel `from`. */
// @ts-ignore: decorator
@inline
function firstTap(from: i32, dilation: i32): i32 {
  return from >= 0 ? 0 : (dilation - 1 - from) / dilation;
}

// @ts-ignore: decorator
@inline
function endTap(from: i32, dilation: i32, taps: i32, size: i32): i32 {
  return from >= size ? 0 : min(taps, (size - from + dilation - 1) / dilation);
}

/**
 * Arguments: y, x, filter, [bias], 1 if there is a bias, then N, H, W, C, OH, OW, rows and columns of the window,
 * strides, dilations, padding at the top and left.
 */
export function depthwise(record: usize, thread: i32, threads: i32): void {
  const args = record + (RECORD_ARGS << 2);
  const shape = args + (<usize>load<i32>(record, RECORD_INPUTS << 2) << 2) + 8;
  const height = load<i32>(shape, 4);
  const width = load<i32>(shape, 8);
  const channels = load<i32>(shape, 12);
  const outHeight = load<i32>(shape, 16);
  const outWidth = load<i32>(shape, 20);
  const windowHeight = load<i32>(shape, 24);
  const windowWidth = load<i32>(shape, 28);
  const dilationHeight = load<i32>(shape, 40);
  const dilationWidth = load<i32>(shape, 44);
  const bias = load<i32>(shape - 4) ? <usize>load<u32>(args, 12) : 0;
  const pixel = <usize>channels << 2;
  const tapStep = <usize>dilationWidth * pixel;
  const lineStep = <usize>(dilationHeight * width) * pixel;
  const filterLine = <usize>windowWidth * pixel;
  const rows = load<i32>(shape) * outHeight;
  const end = shareStart(rows, thread + 1, threads);
  let y = <usize>load<u32>(args) + <usize>shareStart(rows, thread, threads) * outWidth * pixel;
  for (let row = shareStart(rows, thread, threads); row < end; row++) {
    const n = row / outHeight;
    const y0 = (row - n * outHeight) * load<i32>(shape, 32) - load<i32>(shape, 48);
    const firstRow = firstTap(y0, dilationHeight);
    const lines = endTap(y0, dilationHeight, windowHeight, height) - firstRow;
    const x =
      <usize>load<u32>(args, 4) + <usize>(n * height + y0 + firstRow * dilationHeight) * width * pixel;
    const filter = <usize>load<u32>(args, 8) + <usize>firstRow * filterLine;
    for (let o = 0; o < outWidth; o++) {
      const x0 = o * load<i32>(shape, 36) - load<i32>(shape, 52);
      const firstColumn = firstTap(x0, dilationWidth);
      const taps = endTap(x0, dilationWidth, windowWidth, width) - firstColumn;
      onePixel(
        y,
        x + <usize>(x0 + firstColumn * dilationWidth) * pixel,
        filter + <usize>firstColumn * pixel,
        bias,
        channels,
        taps > 0 ? lines : 0,
        taps,
        lineStep,
        tapStep,
        filterLine,
      );
      y += pixel;
    }
  }
}

function onePixel(
  y: usize,
  x: usize,
  filter: usize,
  bias: usize,
  channels: i32,
  lines: i32,
  taps: i32,
  lineStep: usize,
  tapStep: usize,
  filterLine: usize,
): void {
  const pixel = <usize>channels << 2;
  let c = channels;
  for (; c >= 16; c -= 16) {
    let s0 = bias ? v128.load(bias) : f32x4.splat(0);
    let s1 = bias ? v128.load(bias, 16) : f32x4.splat(0);
    let s2 = bias ? v128.load(bias, 32) : f32x4.splat(0);
    let s3 = bias ? v128.load(bias, 48) : f32x4.splat(0);
    for (let r = 0; r < lines; r++) {
      let at = x + <usize>r * lineStep;
      let f = filter + <usize>r * filterLine;
      for (let k = 0; k < taps; k++) {
        s0 = madd(v128.load(at), v128.load(f), s0);
        s1 = madd(v128.load(at, 16), v128.load(f, 16), s1);
        s2 = madd(v128.load(at, 32), v128.load(f, 32), s2);
        s3 = madd(v128.load(at, 48), v128.load(f, 48), s3);
        at += tapStep;
        f += pixel;
      }
    }
    v128.store(y, s0);
    v128.store(y, s1, 16);
    v128.store(y, s2, 32);
    v128.store(y, s3, 48);
    x += 64;
    y += 64;
    filter += 64;
    if (bias) bias += 64;
  }
  for (; c > 0; c -= 4) {
    let sum = bias ? loadChannels(bias, c) : f32x4.splat(0);
    for (let r = 0; r < lines; r++) {
      let at = x + <usize>r * lineStep;
      let f = filter + <usize>r * filterLine;
      for (let k = 0; k < taps; k++) {
        sum = madd(loadChannels(at, c), loadChannels(f, c), sum);
        at += tapStep;
        f += pixel;
      }
    }
    if (c >= 4) v128.store(y, sum);
    else storeFirst(y, sum, c);
    x += 16;
    y += 16;
    filter += 16;
    if (bias) bias += 16;
  }
}

/** Loads four channels, or the `left` last ones. */
// @ts-ignore: decorator
@inline
function loadChannels(x: usize, left: i32): v128 {
  return left >= 4 ? v128.load(x) : loadFirst(x, left);
}
