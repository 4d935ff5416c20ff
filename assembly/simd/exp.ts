// Exponential functions: x = n·ln 2 + r with |r| ≤ ln 2 / 2, eʳ by a polynomial, 2ⁿ by building its bits.
import { madd, nmadd, selectLanes } from './arithmetic';

// Adding 1.5·2²³ leaves the nearest integer in the low bits of the sum.
// @ts-ignore: decorator
@inline
const ROUND: f32 = 12582912;
// @ts-ignore: decorator
@inline
const LOG2_E: f32 = 1.4426950408889634;
// ln 2 in two parts; n times the first (15 bits) is exact.
// @ts-ignore: decorator
@inline
const LN2_HIGH: f32 = 0.693145751953125;
// @ts-ignore: decorator
@inline
const LN2_LOW: f32 = 1.4286068203094173e-6;

/** eʳ − 1 for |r| ≤ ln 2 / 2: r + r²·q(r), q fitted for least relative error (2⁻²⁶). */
// @ts-ignore: decorator
@inline
function expm1Reduced(r: v128): v128 {
  let q = madd(r, f32x4.splat(0.00138709822203964), f32x4.splat(0.008366473950445652));
  q = madd(q, r, f32x4.splat(0.04166743531823158));
  q = madd(q, r, f32x4.splat(0.1666654497385025));
  q = madd(q, r, f32x4.splat(0.4999999701976776));
  return madd(f32x4.mul(r, r), q, r);
}

// @ts-ignore: decorator
@inline
function reduce(x: v128, n: v128): v128 {
  return nmadd(n, f32x4.splat(LN2_LOW), nmadd(n, f32x4.splat(LN2_HIGH), x));
}

/** eˣ. Denormal results are rounded like any other. Error ≤ 1.0 ULP. */
// @ts-ignore: decorator
@inline
export function exp(x: v128): v128 {
  // pmin and pmax return their first operand where it is NaN.
  return expUpTo89(f32x4.pmin(x, f32x4.splat(89)));
}

/** {@link exp} of x ≤ 89. */
// @ts-ignore: decorator
@inline
export function expUpTo89(x: v128): v128 {
  const clamped = f32x4.pmax(x, f32x4.splat(-104));
  const shifted = madd(clamped, f32x4.splat(LOG2_E), f32x4.splat(ROUND));
  const n = f32x4.sub(shifted, f32x4.splat(ROUND));
  const e = f32x4.add(expm1Reduced(reduce(clamped, n)), f32x4.splat(1));
  // n runs from −150 to 128, so 2ⁿ takes two factors.
  const whole = i32x4.shl(shifted, 23);
  const half = v128.and(i32x4.shr_s(whole, 1), i32x4.splat(<i32>0xff800000));
  const first = i32x4.add(half, i32x4.splat(127 << 23));
  const second = i32x4.add(i32x4.sub(whole, half), i32x4.splat(127 << 23));
  return f32x4.mul(f32x4.mul(e, first), second);
}

/** eˣ for x ≤ 0 whose result may be flushed to zero below 2⁻¹²⁶: cheaper than {@link exp}. Error ≤ 1.0 ULP. */
// @ts-ignore: decorator
@inline
export function expNegative(x: v128): v128 {
  const shifted = madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUND));
  const n = f32x4.sub(shifted, f32x4.splat(ROUND));
  const e = f32x4.add(expm1Reduced(reduce(x, n)), f32x4.splat(1));
  const scale = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(127 << 23));
  return v128.andnot(f32x4.mul(e, scale), f32x4.lt(x, f32x4.splat(-87)));
}

/** Half of eˣ − 1 for −18 ≤ x ≤ 89; may lose the sign of zero and a bit of a denormal. */
// @ts-ignore: decorator
@inline
export function halfExpm1(x: v128): v128 {
  const shifted = madd(x, f32x4.splat(LOG2_E), f32x4.splat(ROUND));
  const n = f32x4.sub(shifted, f32x4.splat(ROUND));
  const p = expm1Reduced(reduce(x, n));
  // 2ⁿ⁻¹·p + (2ⁿ⁻¹ − ½): half, because 2¹²⁸ itself would overflow.
  const scale = i32x4.add(i32x4.shl(shifted, 23), i32x4.splat(126 << 23));
  return madd(p, scale, f32x4.sub(scale, f32x4.splat(0.5)));
}

/** eˣ − 1, exact in relative terms near 0. Error ≤ 1.5 ULP. */
// @ts-ignore: decorator
@inline
export function expm1(x: v128): v128 {
  const tiny = f32x4.lt(f32x4.abs(x), f32x4.splat(2.9802322387695312e-8));
  // e⁻¹⁸ − 1 rounds to −1.
  const clamped = f32x4.pmax(f32x4.pmin(x, f32x4.splat(89)), f32x4.splat(-18));
  const half = halfExpm1(clamped);
  return selectLanes(x, f32x4.add(half, half), tiny);
}
