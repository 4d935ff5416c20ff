// Powers, by way of f64: y·log₂|x| needs more digits than f32 has.
import { madd64, selectLanes } from './arithmetic';

// Adding 1.5·2⁵² leaves the nearest integer in the low bits of the sum.
// @ts-ignore: decorator
@inline
const ROUND: f64 = 6755399441055744;
// @ts-ignore: decorator
@inline
const ROUND_BITS: i64 = 0x4338000000000000;
// @ts-ignore: decorator
@inline
const SQRT_HALF_BITS: i64 = 0x3fe6a09e667f3bcd;

/** log₂ of two numbers ≥ 0, from s = (m − 1)/(m + 1), √½ ≤ m < √2; relative error 2⁻⁵⁰. */
// @ts-ignore: decorator
@inline
function log2(x: v128): v128 {
  const exponent = i64x2.shr_s(i64x2.sub(x, i64x2.splat(SQRT_HALF_BITS)), 52);
  const m = i64x2.sub(x, i64x2.shl(exponent, 52));
  const e = f64x2.sub(i64x2.add(exponent, i64x2.splat(ROUND_BITS)), f64x2.splat(ROUND));
  const one = f64x2.splat(1);
  const s = f64x2.div(f64x2.sub(m, one), f64x2.add(m, one));
  const z = f64x2.mul(s, s);
  let p = madd64(z, f64x2.splat(0.24285533643377993), f64x2.splat(0.2614410381743657));
  p = madd64(p, z, f64x2.splat(0.320616753195341));
  p = madd64(p, z, f64x2.splat(0.4121983940480404));
  p = madd64(p, z, f64x2.splat(0.5770780172873342));
  p = madd64(p, z, f64x2.splat(0.96179669392451));
  p = madd64(p, z, f64x2.splat(2.8853900817779268));
  const finite = madd64(p, s, e);
  const infinity = f64x2.splat(Infinity);
  const top = selectLanes(infinity, finite, f64x2.eq(x, infinity));
  return selectLanes(f64x2.splat(-Infinity), top, f64x2.eq(x, f64x2.splat(0)));
}

/** 2ᵗ as f32 in the low two lanes; relative error 2⁻³⁴ before rounding. */
// @ts-ignore: decorator
@inline
function exp2(t: v128): v128 {
  // f32 overflows and underflows well inside these bounds.
  const clamped = f64x2.pmax(f64x2.pmin(t, f64x2.splat(200)), f64x2.splat(-200));
  const shifted = f64x2.add(clamped, f64x2.splat(ROUND));
  const f = f64x2.sub(clamped, f64x2.sub(shifted, f64x2.splat(ROUND)));
  let p = madd64(f, f64x2.splat(1.5201916240015325e-5), f64x2.splat(0.00015469291444729005));
  p = madd64(p, f, f64x2.splat(0.0013333922589461248));
  p = madd64(p, f, f64x2.splat(0.009618027252748022));
  p = madd64(p, f, f64x2.splat(0.05550410353412769));
  p = madd64(p, f, f64x2.splat(0.24022651198163977));
  p = madd64(p, f, f64x2.splat(0.6931471807284595));
  p = madd64(p, f, f64x2.splat(0.9999999999616811));
  const scale = i64x2.add(i64x2.shl(shifted, 52), i64x2.splat(1023 << 52));
  return f32x4.demote_f64x2_zero(f64x2.mul(p, scale));
}

/**
 * x to the power y as JavaScript has it: x⁰ = 1 even of NaN, (±1)^±∞ = NaN, NaN for negative x and a broken y.
 * Error ≤ 0.6 ULP.
 */
// @ts-ignore: decorator
@inline
export function pow(x: v128, y: v128): v128 {
  const magnitude = f32x4.abs(x);
  const lowLog = log2(f64x2.promote_low_f32x4(magnitude));
  const highLog = log2(f64x2.promote_low_f32x4(v128.shuffle<f32>(magnitude, magnitude, 2, 3, 0, 1)));
  const low = exp2(f64x2.mul(f64x2.promote_low_f32x4(y), lowLog));
  const high = exp2(f64x2.mul(f64x2.promote_low_f32x4(v128.shuffle<f32>(y, y, 2, 3, 0, 1)), highLog));
  let power = v128.shuffle<f64>(low, high, 0, 2);

  const half = f32x4.mul(y, f32x4.splat(0.5));
  const whole = f32x4.eq(y, f32x4.floor(y));
  const odd = v128.and(whole, f32x4.ne(half, f32x4.floor(half)));
  power = v128.xor(power, v128.and(v128.and(x, odd), i32x4.splat(<i32>0x80000000)));
  const negative = v128.and(f32x4.lt(x, f32x4.splat(0)), f32x4.ne(x, f32x4.splat(-Infinity)));
  power = v128.or(power, v128.or(v128.andnot(negative, whole), f32x4.ne(x, x)));
  return selectLanes(f32x4.splat(1), power, f32x4.eq(y, f32x4.splat(0)));
}
