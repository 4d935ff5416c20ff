// Winograd's transform of the filter, one axis at a time, and its adjoint: see transform-input.ts.
//
// G's rows, for the points 0, 1, ∞, −1, 2, −½ and taps w_0 … w_(r−1): ½ w_0, ½ Σ w_k, w_(r−1), ⅙ Σ (−1)^k w_k,
// ⅙ Σ 2^k w_k, −16/15 Σ (−½)^k w_k; the first α of them are used.

import { madd } from '../simd/arithmetic';

/** to[α] = G w for r = 2 taps and the first `points` points, 3 to 6; results are `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function g2(to: usize, step: usize, points: i32, w0: v128, w1: v128): void {
  const half = f32x4.splat(0.5);
  const even = w0;
  const odd = w1;
  v128.store(to, f32x4.mul(half, w0));
  v128.store(to + step, f32x4.mul(half, f32x4.add(even, odd)));
  v128.store(to + (step << 1), w1);
  if (points < 4) return;
  const sixth = f32x4.splat(1 / 6.0);
  v128.store(to + step * 3, f32x4.mul(sixth, f32x4.sub(even, odd)));
  if (points < 5) return;
  let at2 = w1;
  at2 = f32x4.add(f32x4.add(at2, at2), w0);
  v128.store(to + (step << 2), f32x4.mul(sixth, at2));
  if (points < 6) return;
  const minusHalf = f32x4.splat(-0.5);
  let atHalf = w1;
  atHalf = madd(minusHalf, atHalf, w0);
  v128.store(to + step * 5, f32x4.mul(f32x4.splat(-16 / 15.0), atHalf));
}

/** to[2] = Gᵀ v for r = 2 taps and the first `points` values, 3 to 6, of v, `from` with `fromStep` bytes between. */
// @ts-ignore: decorator
@inline
export function gt2(to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.mul(half, v128.load(from + fromStep));
  let w0 = f32x4.add(f32x4.mul(half, v128.load(from)), one);
  let w1 = f32x4.add(one, v128.load(from + (fromStep << 1)));
  if (points > 3) {
    const minus = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + fromStep * 3));
    w0 = f32x4.add(w0, minus);
    w1 = f32x4.sub(w1, minus);
  }
  if (points > 4) {
    let two = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + (fromStep << 2)));
    w0 = f32x4.add(w0, two);
    two = f32x4.add(two, two);
    w1 = f32x4.add(w1, two);
  }
  if (points > 5) {
    const last = v128.load(from + fromStep * 5);
    w0 = madd(f32x4.splat(-16 / 15.0), last, w0);
    w1 = madd(f32x4.splat(8 / 15.0), last, w1);
  }
  v128.store(to, w0);
  v128.store(to + step, w1);
}

/** to[α] = G w for r = 3 taps and the first `points` points, 3 to 6; results are `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function g3(to: usize, step: usize, points: i32, w0: v128, w1: v128, w2: v128): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.add(w0, w2);
  const odd = w1;
  v128.store(to, f32x4.mul(half, w0));
  v128.store(to + step, f32x4.mul(half, f32x4.add(even, odd)));
  v128.store(to + (step << 1), w2);
  if (points < 4) return;
  const sixth = f32x4.splat(1 / 6.0);
  v128.store(to + step * 3, f32x4.mul(sixth, f32x4.sub(even, odd)));
  if (points < 5) return;
  let at2 = w2;
  at2 = f32x4.add(f32x4.add(at2, at2), w1);
  at2 = f32x4.add(f32x4.add(at2, at2), w0);
  v128.store(to + (step << 2), f32x4.mul(sixth, at2));
  if (points < 6) return;
  const minusHalf = f32x4.splat(-0.5);
  let atHalf = w2;
  atHalf = madd(minusHalf, atHalf, w1);
  atHalf = madd(minusHalf, atHalf, w0);
  v128.store(to + step * 5, f32x4.mul(f32x4.splat(-16 / 15.0), atHalf));
}

/** to[3] = Gᵀ v for r = 3 taps and the first `points` values, 3 to 6, of v, `from` with `fromStep` bytes between. */
// @ts-ignore: decorator
@inline
export function gt3(to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.mul(half, v128.load(from + fromStep));
  let w0 = f32x4.add(f32x4.mul(half, v128.load(from)), one);
  let w1 = one;
  let w2 = f32x4.add(one, v128.load(from + (fromStep << 1)));
  if (points > 3) {
    const minus = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + fromStep * 3));
    w0 = f32x4.add(w0, minus);
    w1 = f32x4.sub(w1, minus);
    w2 = f32x4.add(w2, minus);
  }
  if (points > 4) {
    let two = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + (fromStep << 2)));
    w0 = f32x4.add(w0, two);
    two = f32x4.add(two, two);
    w1 = f32x4.add(w1, two);
    two = f32x4.add(two, two);
    w2 = f32x4.add(w2, two);
  }
  if (points > 5) {
    const last = v128.load(from + fromStep * 5);
    w0 = madd(f32x4.splat(-16 / 15.0), last, w0);
    w1 = madd(f32x4.splat(8 / 15.0), last, w1);
    w2 = madd(f32x4.splat(-4 / 15.0), last, w2);
  }
  v128.store(to, w0);
  v128.store(to + step, w1);
  v128.store(to + (step << 1), w2);
}

/** to[α] = G w for r = 4 taps and the first `points` points, 3 to 6; results are `step` bytes apart. */
// @ts-ignore: decorator
@inline
export function g4(to: usize, step: usize, points: i32, w0: v128, w1: v128, w2: v128, w3: v128): void {
  const half = f32x4.splat(0.5);
  const even = f32x4.add(w0, w2);
  const odd = f32x4.add(w1, w3);
  v128.store(to, f32x4.mul(half, w0));
  v128.store(to + step, f32x4.mul(half, f32x4.add(even, odd)));
  v128.store(to + (step << 1), w3);
  if (points < 4) return;
  const sixth = f32x4.splat(1 / 6.0);
  v128.store(to + step * 3, f32x4.mul(sixth, f32x4.sub(even, odd)));
  if (points < 5) return;
  let at2 = w3;
  at2 = f32x4.add(f32x4.add(at2, at2), w2);
  at2 = f32x4.add(f32x4.add(at2, at2), w1);
  at2 = f32x4.add(f32x4.add(at2, at2), w0);
  v128.store(to + (step << 2), f32x4.mul(sixth, at2));
  if (points < 6) return;
  const minusHalf = f32x4.splat(-0.5);
  let atHalf = w3;
  atHalf = madd(minusHalf, atHalf, w2);
  atHalf = madd(minusHalf, atHalf, w1);
  atHalf = madd(minusHalf, atHalf, w0);
  v128.store(to + step * 5, f32x4.mul(f32x4.splat(-16 / 15.0), atHalf));
}

/** to[4] = Gᵀ v for r = 4 taps and the first `points` values, 3 to 6, of v, `from` with `fromStep` bytes between. */
// @ts-ignore: decorator
@inline
export function gt4(to: usize, step: usize, points: i32, from: usize, fromStep: usize): void {
  const half = f32x4.splat(0.5);
  const one = f32x4.mul(half, v128.load(from + fromStep));
  let w0 = f32x4.add(f32x4.mul(half, v128.load(from)), one);
  let w1 = one;
  let w2 = one;
  let w3 = f32x4.add(one, v128.load(from + (fromStep << 1)));
  if (points > 3) {
    const minus = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + fromStep * 3));
    w0 = f32x4.add(w0, minus);
    w1 = f32x4.sub(w1, minus);
    w2 = f32x4.add(w2, minus);
    w3 = f32x4.sub(w3, minus);
  }
  if (points > 4) {
    let two = f32x4.mul(f32x4.splat(1 / 6.0), v128.load(from + (fromStep << 2)));
    w0 = f32x4.add(w0, two);
    two = f32x4.add(two, two);
    w1 = f32x4.add(w1, two);
    two = f32x4.add(two, two);
    w2 = f32x4.add(w2, two);
    two = f32x4.add(two, two);
    w3 = f32x4.add(w3, two);
  }
  if (points > 5) {
    const last = v128.load(from + fromStep * 5);
    w0 = madd(f32x4.splat(-16 / 15.0), last, w0);
    w1 = madd(f32x4.splat(8 / 15.0), last, w1);
    w2 = madd(f32x4.splat(-4 / 15.0), last, w2);
    w3 = madd(f32x4.splat(2 / 15.0), last, w3);
  }
  v128.store(to, w0);
  v128.store(to + step, w1);
  v128.store(to + (step << 1), w2);
  v128.store(to + step * 3, w3);
}
