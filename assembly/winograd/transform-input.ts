// Winograd's transforms of the input, one axis at a time, and their adjoints.
//
// With r taps and m results, y = Aᵀ[(G w) ⊙ (Bᵀ x)] for α = m + r − 1 inputs x; ⊙ multiplies the values at α
// points, so α multiplications do the work of m · r. Points, in this order: 0, 1, ∞, −1, 2, −½; α of them are the
// first α, so the transformed filter of a small tile is part of that of a larger one.
// Bᵀ depends on α alone, and bears what G (transform-filter.ts) leaves over: G and A (transform-output.ts) are the
// same for every α. Up to α = 5 its weights are small integers, made by additions: constants cost more.
//
// Every function takes the values of one axis, four channels each, and stores its results `step` bytes apart.

import { madd, nmadd } from '../simd/arithmetic';

/** to[α=3] = Bᵀ x: rows [2 −2 0], [0 2 0], [0 −1 1]. */
// @ts-ignore: decorator
@inline
export function bt3(to: usize, step: usize, x0: v128, x1: v128, x2: v128): void {
  const d = f32x4.sub(x0, x1);
  v128.store(to, f32x4.add(d, d));
  v128.store(to + step, f32x4.add(x1, x1));
  v128.store(to + (step << 1), f32x4.sub(x2, x1));
}

/** to[3] = B v, the adjoint of bt3. */
// @ts-ignore: decorator
@inline
export function b3(to: usize, step: usize, v0: v128, v1: v128, v2: v128): void {
  const d = f32x4.sub(v1, v0);
  v128.store(to, f32x4.add(v0, v0));
  v128.store(to + step, f32x4.sub(f32x4.add(d, d), v2));
  v128.store(to + (step << 1), v2);
}

/** to[α=4] = Bᵀ x: rows [2 0 −2 0], [0 1 1 0], [0 −1 0 1], [0 −3 3 0]. */
// @ts-ignore: decorator
@inline
export function bt4(to: usize, step: usize, x0: v128, x1: v128, x2: v128, x3: v128): void {
  const even = f32x4.sub(x0, x2);
  v128.store(to, f32x4.add(even, even));
  v128.store(to + step, f32x4.add(x1, x2));
  v128.store(to + (step << 1), f32x4.sub(x3, x1));
  const d = f32x4.sub(x2, x1);
  v128.store(to + step * 3, f32x4.add(f32x4.add(d, d), d));
}

/** to[4] = B v, the adjoint of bt4. */
// @ts-ignore: decorator
@inline
export function b4(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128): void {
  const even = f32x4.add(v0, v0);
  const three = f32x4.add(f32x4.add(v3, v3), v3);
  v128.store(to, even);
  v128.store(to + step, f32x4.sub(f32x4.sub(v1, three), v2));
  v128.store(to + (step << 1), f32x4.sub(f32x4.add(v1, three), even));
  v128.store(to + step * 3, v2);
}

/** to[α=5] = Bᵀ x: rows [2 −1 −2 1 0], [0 2 1 −1 0], [0 2 −1 −2 1], [0 −2 3 −1 0], [0 −1 0 1 0]. */
// @ts-ignore: decorator
@inline
export function bt5(to: usize, step: usize, x0: v128, x1: v128, x2: v128, x3: v128, x4: v128): void {
  const even = f32x4.sub(x0, x2);
  const odd = f32x4.sub(x3, x1);
  v128.store(to, f32x4.add(f32x4.add(even, even), odd));
  v128.store(to + (step << 2), odd);
  v128.store(to + (step << 1), f32x4.sub(f32x4.sub(x4, x2), f32x4.add(odd, odd)));
  const two = f32x4.add(x1, x1);
  const d = f32x4.sub(x2, x3);
  v128.store(to + step, f32x4.add(two, d));
  v128.store(to + step * 3, f32x4.add(f32x4.sub(d, two), f32x4.add(x2, x2)));
}

/** to[5] = B v, the adjoint of bt5. */
// @ts-ignore: decorator
@inline
export function b5(to: usize, step: usize, v0: v128, v1: v128, v2: v128, v3: v128, v4: v128): void {
  const even = f32x4.add(v0, v0);
  const odd = f32x4.add(f32x4.sub(f32x4.sub(v0, f32x4.add(v2, v2)), v3), v4);
  const d = f32x4.sub(v1, v3);
  v128.store(to, even);
  // −v0 + 2v1 + 2v2 − 2v3 − v4
  v128.store(to + step, f32x4.sub(f32x4.sub(f32x4.add(d, d), v3), odd));
  const two = f32x4.add(v3, v3);
  const three = f32x4.add(f32x4.add(two, two), d);
  v128.store(to + (step << 1), f32x4.sub(f32x4.sub(three, v2), even));
  v128.store(to + step * 3, f32x4.sub(odd, v1));
  v128.store(to + (step << 2), v2);
}

/**
 * to[α=6] = Bᵀ x: rows [2 3 −4 −3 2 0], ⅓[0 2 5 1 −2 0], ½[0 2 3 −4 −3 2], [0 2 1 −5 2 0], ⅕[0 −1 −2 1 2 0],
 * [0 2 −1 −2 1 0].
 */
// @ts-ignore: decorator
@inline
export function bt6(
  to: usize,
  step: usize,
  x0: v128,
  x1: v128,
  x2: v128,
  x3: v128,
  x4: v128,
  x5: v128,
): void {
  const odd = f32x4.sub(x1, x3);
  const even = f32x4.sub(x4, x2);
  const two = f32x4.add(odd, odd);
  const half = f32x4.splat(1.5);
  v128.store(
    to,
    f32x4.mul(f32x4.splat(2), f32x4.add(madd(half, odd, f32x4.sub(x0, x2)), even)),
  );
  v128.store(to + (step << 1), nmadd(half, even, f32x4.add(odd, f32x4.sub(x5, x3))));
  v128.store(to + step * 5, f32x4.add(two, even));
  v128.store(to + (step << 2), f32x4.mul(f32x4.splat(0.2), f32x4.sub(f32x4.add(even, even), odd)));
  // 2x1 + 5x2 + x3 − 2x4 and 2x1 + x2 − 5x3 + 2x4
  const three = f32x4.splat(3);
  const high = f32x4.sub(f32x4.sub(two, even), even);
  v128.store(to + step, f32x4.mul(f32x4.splat(1 / 3.0), madd(three, f32x4.add(x2, x3), high)));
  v128.store(to + step * 3, madd(three, f32x4.sub(x2, x3), f32x4.add(f32x4.add(two, even), even)));
}

/** to[6] = B v, the adjoint of bt6. */
// @ts-ignore: decorator
@inline
export function b6(
  to: usize,
  step: usize,
  v0: v128,
  v1: v128,
  v2: v128,
  v3: v128,
  v4: v128,
  v5: v128,
): void {
  const third = f32x4.mul(f32x4.splat(1 / 3.0), v1);
  const fifth = f32x4.mul(f32x4.splat(0.2), v4);
  const zero = f32x4.add(v0, v0);
  const half = f32x4.splat(1.5);
  const three = f32x4.splat(3);
  const five = f32x4.splat(5);
  const one = f32x4.add(f32x4.add(third, v3), v5);
  v128.store(to, zero);
  // 3v0 + 2t + v2 + 2v3 − f + 2v5
  v128.store(
    to + step,
    f32x4.add(f32x4.sub(madd(three, v0, v2), fifth), f32x4.add(one, one)),
  );
  // −4v0 + 5t + 1.5v2 + v3 − 2f − v5
  v128.store(
    to + (step << 1),
    f32x4.sub(
      f32x4.add(madd(half, v2, f32x4.mul(five, third)), f32x4.sub(v3, v5)),
      f32x4.add(f32x4.add(zero, zero), f32x4.add(fifth, fifth)),
    ),
  );
  // −3v0 + t − 2v2 − 5v3 + f − 2v5
  v128.store(
    to + step * 3,
    f32x4.sub(
      nmadd(five, v3, nmadd(three, v0, f32x4.add(third, fifth))),
      f32x4.add(f32x4.add(v2, v2), f32x4.add(v5, v5)),
    ),
  );
  // 2v0 − 2t − 1.5v2 + 2v3 + 2f + v5
  const rest = f32x4.add(f32x4.sub(v3, third), fifth);
  v128.store(to + (step << 2), f32x4.add(f32x4.add(nmadd(half, v2, zero), f32x4.add(rest, rest)), v5));
  v128.store(to + step * 5, v2);
}
