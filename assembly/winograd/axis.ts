// Winograd's transforms by size, for tiles whose size is known only when they run.

import { loadFirst } from '../split';
import { gt2, gt3, gt4 } from './transform-filter';
import { bt3, bt4, bt5, bt6 } from './transform-input';
import { a22, a23, a24, a32, a33, a34, a42, a43, a52 } from './transform-output';

/** Loads the four lanes at `from`, or the first `lanes` of them, the others 0. */
// @ts-ignore: decorator
@inline
function take(from: usize, lanes: i32): v128 {
  if (lanes >= 4) return v128.load(from);
  return lanes > 0 ? loadFirst(from, lanes) : i32x4.splat(0);
}

/** to[size] = Bᵀ x, 3 ≤ size ≤ 6; x_k at from + k · fromStep. */
export function inputAxis(size: i32, to: usize, step: usize, from: usize, fromStep: usize): void {
  const x0 = v128.load(from);
  const x1 = v128.load(from + fromStep);
  const x2 = v128.load(from + (fromStep << 1));
  if (size == 3) {
    bt3(to, step, x0, x1, x2);
    return;
  }
  const x3 = v128.load(from + fromStep * 3);
  if (size == 4) {
    bt4(to, step, x0, x1, x2, x3);
    return;
  }
  const x4 = v128.load(from + (fromStep << 2));
  if (size == 5) bt5(to, step, x0, x1, x2, x3, x4);
  else bt6(to, step, x0, x1, x2, x3, x4, v128.load(from + fromStep * 5));
}

/** inputAxis of pixels: x_k are `lanes` channels from byte `offset` on of the k-th of `pointers`, `apart` bytes apart. */
export function inputPixels(
  size: i32,
  to: usize,
  step: usize,
  pointers: usize,
  apart: usize,
  offset: usize,
  lanes: i32,
): void {
  const x0 = take(<usize>load<u32>(pointers) + offset, lanes);
  const x1 = take(<usize>load<u32>(pointers + apart) + offset, lanes);
  const x2 = take(<usize>load<u32>(pointers + (apart << 1)) + offset, lanes);
  if (size == 3) {
    bt3(to, step, x0, x1, x2);
    return;
  }
  const x3 = take(<usize>load<u32>(pointers + apart * 3) + offset, lanes);
  if (size == 4) {
    bt4(to, step, x0, x1, x2, x3);
    return;
  }
  const x4 = take(<usize>load<u32>(pointers + (apart << 2)) + offset, lanes);
  if (size == 5) bt5(to, step, x0, x1, x2, x3, x4);
  else bt6(to, step, x0, x1, x2, x3, x4, take(<usize>load<u32>(pointers + apart * 5) + offset, lanes));
}

/** to[size + taps − 1] = A y, y_k at from + k · fromStep. */
export function outputAxis(size: i32, taps: i32, to: usize, step: usize, from: usize, fromStep: usize): void {
  const y0 = v128.load(from);
  const y1 = v128.load(from + fromStep);
  const y2 = size > 2 ? v128.load(from + (fromStep << 1)) : y1;
  const y3 = size > 3 ? v128.load(from + fromStep * 3) : y1;
  const y4 = size > 4 ? v128.load(from + (fromStep << 2)) : y1;
  output(size, taps, to, step, y0, y1, y2, y3, y4);
}

/** outputAxis of pixels, see inputPixels. */
export function outputPixels(
  size: i32,
  taps: i32,
  to: usize,
  step: usize,
  pointers: usize,
  apart: usize,
  offset: usize,
  lanes: i32,
): void {
  const y0 = take(<usize>load<u32>(pointers) + offset, lanes);
  const y1 = take(<usize>load<u32>(pointers + apart) + offset, lanes);
  const y2 = size > 2 ? take(<usize>load<u32>(pointers + (apart << 1)) + offset, lanes) : y1;
  const y3 = size > 3 ? take(<usize>load<u32>(pointers + apart * 3) + offset, lanes) : y1;
  const y4 = size > 4 ? take(<usize>load<u32>(pointers + (apart << 2)) + offset, lanes) : y1;
  output(size, taps, to, step, y0, y1, y2, y3, y4);
}

// @ts-ignore: decorator
@inline
function output(
  size: i32,
  taps: i32,
  to: usize,
  step: usize,
  y0: v128,
  y1: v128,
  y2: v128,
  y3: v128,
  y4: v128,
): void {
  if (taps == 2) {
    if (size == 2) a22(to, step, y0, y1);
    else if (size == 3) a32(to, step, y0, y1, y2);
    else if (size == 4) a42(to, step, y0, y1, y2, y3);
    else a52(to, step, y0, y1, y2, y3, y4);
  } else if (taps == 3) {
    if (size == 2) a23(to, step, y0, y1);
    else if (size == 3) a33(to, step, y0, y1, y2);
    else a43(to, step, y0, y1, y2, y3);
  } else {
    if (size == 2) a24(to, step, y0, y1);
    else a34(to, step, y0, y1, y2);
  }
}

/** to[taps] = Gᵀ v for the first `points` values of v. */
export function filterAxis(
  taps: i32,
  to: usize,
  step: usize,
  points: i32,
  from: usize,
  fromStep: usize,
): void {
  if (taps == 2) gt2(to, step, points, from, fromStep);
  else if (taps == 3) gt3(to, step, points, from, fromStep);
  else gt4(to, step, points, from, fromStep);
}
