// Adds up terms that lie apart.

import { loadFirst, storeFirst } from '../split';

/**
 * y[pixel][channel] = bias[channel] + Σ_terms term[pixel][channel], channels ≤ 3.
 *
 * @param step bytes from one pixel of y to the next. @param pointers to each term's first pixel.
 * @param termBytes from one pixel of a term to the next. @param bias channels floats, or 0 for zeros.
 * Numerics  terms in their order.
 */
export function addTerms(
  y: usize,
  step: usize,
  pixels: i32,
  channels: i32,
  pointers: usize,
  terms: i32,
  termBytes: usize,
  bias: usize,
): void {
  let init = i32x4.splat(0);
  if (bias) init = loadFirst(bias, channels);
  let go = false;
  do {
    const some = min(terms, 4);
    const p0 = some > 0 ? <usize>load<u32>(pointers) : 0;
    const p1 = some > 1 ? <usize>load<u32>(pointers, 4) : 0;
    const p2 = some > 2 ? <usize>load<u32>(pointers, 8) : 0;
    const p3 = some > 3 ? <usize>load<u32>(pointers, 12) : 0;
    if (some == 4 && channels == 1) add4Single(y, step, pixels, p0, p1, p2, p3, termBytes, init, go);
    else if (some == 4) add4(y, step, pixels, channels, p0, p1, p2, p3, termBytes, init, go);
    else addFew(y, step, pixels, channels, p0, p1, p2, some, termBytes, init, go);
    pointers += 16;
    terms -= 4;
    go = true;
  } while (terms > 0);
}

function add4Single(
  y: usize,
  step: usize,
  pixels: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  termBytes: usize,
  init: v128,
  go: bool,
): void {
  const start = f32x4.extract_lane(init, 0);
  for (; pixels > 0; pixels--) {
    const from = go ? load<f32>(y) : start;
    store<f32>(y, from + load<f32>(p0) + load<f32>(p1) + load<f32>(p2) + load<f32>(p3));
    p0 += termBytes;
    p1 += termBytes;
    p2 += termBytes;
    p3 += termBytes;
    y += step;
  }
}

function add4(
  y: usize,
  step: usize,
  pixels: i32,
  channels: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  p3: usize,
  termBytes: usize,
  init: v128,
  go: bool,
): void {
  for (; pixels > 0; pixels--) {
    let sum = go ? v128.load(y) : init;
    sum = f32x4.add(f32x4.add(sum, v128.load(p0)), v128.load(p1));
    sum = f32x4.add(f32x4.add(sum, v128.load(p2)), v128.load(p3));
    v128.store_lane<u64>(y, sum, 0);
    if (channels == 3) v128.store_lane<u32>(y, sum, 2, 8);
    p0 += termBytes;
    p1 += termBytes;
    p2 += termBytes;
    p3 += termBytes;
    y += step;
  }
}

// Fewer than four terms.
function addFew(
  y: usize,
  step: usize,
  pixels: i32,
  channels: i32,
  p0: usize,
  p1: usize,
  p2: usize,
  some: i32,
  termBytes: usize,
  init: v128,
  go: bool,
): void {
  for (; pixels > 0; pixels--) {
    let sum = go ? v128.load(y) : init;
    if (some > 0) sum = f32x4.add(sum, v128.load(p0));
    if (some > 1) sum = f32x4.add(sum, v128.load(p1));
    if (some > 2) sum = f32x4.add(sum, v128.load(p2));
    storeFirst(y, sum, channels);
    p0 += termBytes;
    p1 += termBytes;
    p2 += termBytes;
    y += step;
  }
}
