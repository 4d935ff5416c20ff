// Winograd's transforms of the result, one axis at a time, and their adjoints: see transform-input.ts.
//
// Aᵀ evaluates y_k = [k = 0] v0 + v1 + (−1)^k v3 + 2^k v4 + (−½)^k v5 + [k = m − 1] v2 from the values at the points
// 0, 1, ∞, −1, 2, −½; A takes results to points. The name's digits are m, the results, and r, the taps.

import { madd } from '../simd/arithmetic';

/** to[m=2] = Aᵀ v for F(2, 2), α = 3. */
// @ts-ignore: decorator
@inline
export function at22(to: usize, step: usize, v0: v128, v1: v128, v2: v128): void {
  v128.store(to, f32x4.add(v0, v1));
  v128.store(to + step, f32x4.add(v1, v2));
}

/** to[α=3] = A y for F(2, 2). */
// @ts-ignore: decorator
@inline
export function a22(to: usize, step: usize, y0: v128, y1: v128): void {
  const even = y0;
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y1);
}

/** to[m=3] = Aᵀ v for F(3, 2), α = 4. */
// @ts-ignore: decorator
@inline
export function at32(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(v0, sum));
  v128.store(to + step, difference);
  v128.store(to + (step << 1), f32x4.add(sum, v2));
}

/** to[α=4] = A y for F(3, 2). */
// @ts-ignore: decorator
@inline
export function a32(to: usize, step: usize, y0: v128, y1: v128, y2: v128): void {
  const even = f32x4.add(y0, y2);
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y2);
  v128.store(to + step * 3, f32x4.sub(even, odd));
}

/** to[m=4] = Aᵀ v for F(4, 2), α = 5. */
// @ts-ignore: decorator
@inline
export function at42(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(v0, sum), v4));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, f32x4.add(difference, v4x2));
  const v4x4 = f32x4.add(v4x2, v4x2);
  v128.store(to + (step << 1), f32x4.add(sum, v4x4));
  const v4x8 = f32x4.add(v4x4, v4x4);
  v128.store(to + step * 3, f32x4.add(f32x4.add(difference, v4x8), v2));
}

/** to[α=5] = A y for F(4, 2). */
// @ts-ignore: decorator
@inline
export function a42(to: usize, step: usize, y0: v128, y1: v128, y2: v128, y3: v128): void {
  const even = f32x4.add(y0, y2);
  const odd = f32x4.add(y1, y3);
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y3);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y3;
  at2 = f32x4.add(f32x4.add(at2, at2), y2);
  at2 = f32x4.add(f32x4.add(at2, at2), y1);
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
}

/** to[m=5] = Aᵀ v for F(5, 2), α = 6. */
// @ts-ignore: decorator
@inline
export function at52(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128, v5: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(f32x4.add(v0, sum), v4), v5));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, madd(f32x4.splat(-0.5), v5, f32x4.add(difference, v4x2)));
  const v4x4 = f32x4.add(v4x2, v4x2);
  v128.store(to + (step << 1), madd(f32x4.splat(0.25), v5, f32x4.add(sum, v4x4)));
  const v4x8 = f32x4.add(v4x4, v4x4);
  v128.store(to + step * 3, madd(f32x4.splat(-0.125), v5, f32x4.add(difference, v4x8)));
  const v4x16 = f32x4.add(v4x8, v4x8);
  v128.store(to + (step << 2), f32x4.add(madd(f32x4.splat(0.0625), v5, f32x4.add(sum, v4x16)), v2));
}

/** to[α=6] = A y for F(5, 2). */
// @ts-ignore: decorator
@inline
export function a52(to: usize, step: usize, y0: v128, y1: v128, y2: v128, y3: v128, y4: v128): void {
  const even = f32x4.add(f32x4.add(y0, y2), y4);
  const odd = f32x4.add(y1, y3);
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y4);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y4;
  at2 = f32x4.add(f32x4.add(at2, at2), y3);
  at2 = f32x4.add(f32x4.add(at2, at2), y2);
  at2 = f32x4.add(f32x4.add(at2, at2), y1);
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
  const half = f32x4.splat(-0.5);
  let atHalf = y4;
  atHalf = madd(half, atHalf, y3);
  atHalf = madd(half, atHalf, y2);
  atHalf = madd(half, atHalf, y1);
  atHalf = madd(half, atHalf, y0);
  v128.store(to + step * 5, atHalf);
}

/** to[m=2] = Aᵀ v for F(2, 3), α = 4. */
// @ts-ignore: decorator
@inline
export function at23(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(v0, sum));
  v128.store(to + step, f32x4.add(difference, v2));
}

/** to[α=4] = A y for F(2, 3). */
// @ts-ignore: decorator
@inline
export function a23(to: usize, step: usize, y0: v128, y1: v128): void {
  const even = y0;
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y1);
  v128.store(to + step * 3, f32x4.sub(even, odd));
}

/** to[m=3] = Aᵀ v for F(3, 3), α = 5. */
// @ts-ignore: decorator
@inline
export function at33(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(v0, sum), v4));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, f32x4.add(difference, v4x2));
  const v4x4 = f32x4.add(v4x2, v4x2);
  v128.store(to + (step << 1), f32x4.add(f32x4.add(sum, v4x4), v2));
}

/** to[α=5] = A y for F(3, 3). */
// @ts-ignore: decorator
@inline
export function a33(to: usize, step: usize, y0: v128, y1: v128, y2: v128): void {
  const even = f32x4.add(y0, y2);
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y2);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y2;
  at2 = f32x4.add(f32x4.add(at2, at2), y1);
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
}

/** to[m=4] = Aᵀ v for F(4, 3), α = 6. */
// @ts-ignore: decorator
@inline
export function at43(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128, v5: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(f32x4.add(v0, sum), v4), v5));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, madd(f32x4.splat(-0.5), v5, f32x4.add(difference, v4x2)));
  const v4x4 = f32x4.add(v4x2, v4x2);
  v128.store(to + (step << 1), madd(f32x4.splat(0.25), v5, f32x4.add(sum, v4x4)));
  const v4x8 = f32x4.add(v4x4, v4x4);
  v128.store(to + step * 3, f32x4.add(madd(f32x4.splat(-0.125), v5, f32x4.add(difference, v4x8)), v2));
}

/** to[α=6] = A y for F(4, 3). */
// @ts-ignore: decorator
@inline
export function a43(to: usize, step: usize, y0: v128, y1: v128, y2: v128, y3: v128): void {
  const even = f32x4.add(y0, y2);
  const odd = f32x4.add(y1, y3);
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y3);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y3;
  at2 = f32x4.add(f32x4.add(at2, at2), y2);
  at2 = f32x4.add(f32x4.add(at2, at2), y1);
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
  const half = f32x4.splat(-0.5);
  let atHalf = y3;
  atHalf = madd(half, atHalf, y2);
  atHalf = madd(half, atHalf, y1);
  atHalf = madd(half, atHalf, y0);
  v128.store(to + step * 5, atHalf);
}

/** to[α=4] = A y for F(1, 4): a result belongs to every point. */
// @ts-ignore: decorator
@inline
export function a14(to: usize, step: usize, y0: v128): void {
  v128.store(to, y0);
  v128.store(to + step, y0);
  v128.store(to + (step << 1), y0);
  v128.store(to + step * 3, y0);
}

/** to[m=2] = Aᵀ v for F(2, 4), α = 5. */
// @ts-ignore: decorator
@inline
export function at24(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(v0, sum), v4));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, f32x4.add(f32x4.add(difference, v4x2), v2));
}

/** to[α=5] = A y for F(2, 4). */
// @ts-ignore: decorator
@inline
export function a24(to: usize, step: usize, y0: v128, y1: v128): void {
  const even = y0;
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y1);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y1;
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
}

/** to[m=3] = Aᵀ v for F(3, 4), α = 6. */
// @ts-ignore: decorator
@inline
export function at34(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128, v5: v128): void {
  const sum = f32x4.add(v1, v3);
  const difference = f32x4.sub(v1, v3);
  v128.store(to, f32x4.add(f32x4.add(f32x4.add(v0, sum), v4), v5));
  const v4x2 = f32x4.add(v4, v4);
  v128.store(to + step, madd(f32x4.splat(-0.5), v5, f32x4.add(difference, v4x2)));
  const v4x4 = f32x4.add(v4x2, v4x2);
  v128.store(to + (step << 1), f32x4.add(madd(f32x4.splat(0.25), v5, f32x4.add(sum, v4x4)), v2));
}

/** to[α=6] = A y for F(3, 4). */
// @ts-ignore: decorator
@inline
export function a34(to: usize, step: usize, y0: v128, y1: v128, y2: v128): void {
  const even = f32x4.add(y0, y2);
  const odd = y1;
  v128.store(to, y0);
  v128.store(to + step, f32x4.add(even, odd));
  v128.store(to + (step << 1), y2);
  v128.store(to + step * 3, f32x4.sub(even, odd));
  let at2 = y2;
  at2 = f32x4.add(f32x4.add(at2, at2), y1);
  at2 = f32x4.add(f32x4.add(at2, at2), y0);
  v128.store(to + (step << 2), at2);
  const half = f32x4.splat(-0.5);
  let atHalf = y2;
  atHalf = madd(half, atHalf, y1);
  atHalf = madd(half, atHalf, y0);
  v128.store(to + step * 5, atHalf);
}
