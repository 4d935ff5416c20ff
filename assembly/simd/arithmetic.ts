// Multiply-add and horizontal operations. Everything in simd/ is inlined and works on f32x4 unless named
// otherwise; errors are the largest seen over all tested inputs (test/kernels/ulp.test.ts), in units in the
// last place, plain and relaxed builds alike.

/** a · b + c: fused (one rounding) in the relaxed build where the machine can, else two roundings. */
// @ts-ignore: decorator
@inline
export function madd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_madd(a, b, c);
  return f32x4.add(f32x4.mul(a, b), c);
}

/** c − a · b, rounded as {@link madd}. */
// @ts-ignore: decorator
@inline
export function nmadd(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f32x4.relaxed_nmadd(a, b, c);
  return f32x4.sub(c, f32x4.mul(a, b));
}

/** a · b + c on f64x2, rounded as {@link madd}. */
// @ts-ignore: decorator
@inline
export function madd64(a: v128, b: v128, c: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return f64x2.relaxed_madd(a, b, c);
  return f64x2.add(f64x2.mul(a, b), c);
}

/** a in the lanes where `mask` is all ones, b where it is all zeros; of a mixed lane the result is undefined. */
// @ts-ignore: decorator
@inline
export function selectLanes(a: v128, b: v128, mask: v128): v128 {
  if (ASC_FEATURE_RELAXED_SIMD) return i32x4.relaxed_laneselect(a, b, mask);
  return v128.bitselect(a, b, mask);
}

/** Sum of the lanes, as (0 + 2) + (1 + 3). */
// @ts-ignore: decorator
@inline
export function sumLanes(x: v128): f32 {
  const half = f32x4.add(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(half, 0) + f32x4.extract_lane(half, 1);
}

/** Product of the lanes, as (0 · 2) · (1 · 3). */
// @ts-ignore: decorator
@inline
export function productLanes(x: v128): f32 {
  const half = f32x4.mul(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return f32x4.extract_lane(half, 0) * f32x4.extract_lane(half, 1);
}

/** Largest lane; NaN where a lane is NaN. */
// @ts-ignore: decorator
@inline
export function maxLanes(x: v128): f32 {
  const half = f32x4.max(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return max<f32>(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
}

/** Smallest lane; NaN where a lane is NaN. */
// @ts-ignore: decorator
@inline
export function minLanes(x: v128): f32 {
  const half = f32x4.min(x, v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  return min<f32>(f32x4.extract_lane(half, 0), f32x4.extract_lane(half, 1));
}

/** The magnitude of `x` with the sign of `sign`. */
// @ts-ignore: decorator
@inline
export function copySign(x: v128, sign: v128): v128 {
  return v128.bitselect(sign, x, i32x4.splat(<i32>0x80000000));
}
