// Sine and cosine: the argument is reduced by multiples of π/2 in f64, the rest is a short f32 polynomial.
import { copySign, madd, madd64, selectLanes } from './arithmetic';

// @ts-ignore: decorator
@inline
const TWO_OVER_PI: f64 = 0.6366197723675814;
// π/2 in two parts; the first has 25 bits, so that up to 2²⁸ times it is exact.
// @ts-ignore: decorator
@inline
const HALF_PI_HIGH: f64 = 1.5707963109016418;
// @ts-ignore: decorator
@inline
const HALF_PI_LOW: f64 = 1.5893254773528197e-8;
// Adding 1.5·2⁵² leaves the nearest integer in the low bits of the sum.
// @ts-ignore: decorator
@inline
const ROUND: f64 = 6755399441055744;

// Word `index` of the binary fraction of 2/π.
function twoOverPi(index: u32): u64 {
  if (index == 0) return 0xa2f9836e4e441529;
  if (index == 1) return 0xfc2757d1f534ddc0;
  return index == 2 ? 0xdb6295993c439041 : 0xfe5163abdebbc561;
}

/**
 * |x|·2/π modulo 4 as a 64-bit fraction of 4, for |x| ≥ 2²⁸ finite (Payne and Hanek): bits of 2/π so high
 * that their product with x is a multiple of 4 are left out, the next 96 are multiplied.
 */
function quartersLarge(bits: u32): u64 {
  const mantissa = <u64>((bits & 0x7fffff) | 0x800000);
  const skip = ((bits >> 23) & 0xff) - 152;
  const word = skip >> 6;
  const shift = <u64>(skip & 63);
  let high = twoOverPi(word);
  let low = twoOverPi(word + 1);
  if (shift) {
    high = (high << shift) | (low >> (64 - shift));
    low = (low << shift) | (twoOverPi(word + 2) >> (64 - shift));
  }
  return mantissa * high + ((mantissa * (low >> 32)) >> 32);
}

// Sine of a large finite or infinite x, plus `phase` quarter turns; scalar, as it is rare.
function sinLarge(x: f32, phase: u32): f32 {
  const bits = reinterpret<u32>(x);
  if (((bits >> 23) & 0xff) == 0xff) return x - x;
  let quarters = quartersLarge(bits);
  // −|x| by negating the fraction, before the phase goes on.
  if (bits >> 31) quarters = 0 - quarters;
  const quadrant = <u32>((quarters + 0x2000000000000000) >> 62);
  const rest = <f64>(<i64>(quarters << 2)) * 5.421010862427522e-20 * 1.5707963267948966;
  return f32x4.extract_lane(sinQuadrant(f32x4.splat(<f32>rest), i32x4.splat(<i32>(quadrant + phase))), 0);
}

/** sin(r + quadrant·π/2) for |r| ≤ π/4. */
// @ts-ignore: decorator
@inline
export function sinQuadrant(r: v128, quadrant: v128): v128 {
  const square = f32x4.mul(r, r);
  let s = madd(square, f32x4.splat(-0.00019518275803420693), f32x4.splat(0.008332189172506332));
  s = madd(s, square, f32x4.splat(-0.16666655242443085));
  // The sum alone would lose the sign of −0.
  s = copySign(madd(f32x4.mul(s, square), r, r), r);
  let c = madd(square, f32x4.splat(2.443256016704254e-5), f32x4.splat(-0.0013887310633435845));
  c = madd(c, square, f32x4.splat(0.04166664555668831));
  c = madd(c, square, f32x4.splat(-0.5));
  c = madd(c, square, f32x4.splat(1));
  const odd = i32x4.shr_s(i32x4.shl(quadrant, 31), 31);
  const sign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
  return v128.xor(selectLanes(c, s, odd), sign);
}

/** Rounded x·2/π in the low words of an f64x2, for |x| < 2²⁸. */
// @ts-ignore: decorator
@inline
function quarterTurns(x: v128): v128 {
  return madd64(x, f64x2.splat(TWO_OVER_PI), f64x2.splat(ROUND));
}

// @ts-ignore: decorator
@inline
function reduce(x: v128, turns: v128): v128 {
  const n = f64x2.sub(turns, f64x2.splat(ROUND));
  return f32x4.demote_f64x2_zero(
    madd64(n, f64x2.splat(-HALF_PI_LOW), madd64(n, f64x2.splat(-HALF_PI_HIGH), x)),
  );
}

// @ts-ignore: decorator
@inline
function sinPhase(x: v128, phase: i32): v128 {
  const low = f64x2.promote_low_f32x4(x);
  const high = f64x2.promote_low_f32x4(v128.shuffle<f32>(x, x, 2, 3, 0, 1));
  const lowTurns = quarterTurns(low);
  const highTurns = quarterTurns(high);
  const r = v128.shuffle<f64>(reduce(low, lowTurns), reduce(high, highTurns), 0, 2);
  const quadrant = i32x4.add(v128.shuffle<f32>(lowTurns, highTurns, 0, 2, 4, 6), i32x4.splat(phase));
  let y = sinQuadrant(r, quadrant);
  const large = f32x4.ge(f32x4.abs(x), f32x4.splat(268435456));
  if (v128.any_true(large)) {
    if (i32x4.extract_lane(large, 0)) y = f32x4.replace_lane(y, 0, sinLarge(f32x4.extract_lane(x, 0), phase));
    if (i32x4.extract_lane(large, 1)) y = f32x4.replace_lane(y, 1, sinLarge(f32x4.extract_lane(x, 1), phase));
    if (i32x4.extract_lane(large, 2)) y = f32x4.replace_lane(y, 2, sinLarge(f32x4.extract_lane(x, 2), phase));
    if (i32x4.extract_lane(large, 3)) y = f32x4.replace_lane(y, 3, sinLarge(f32x4.extract_lane(x, 3), phase));
  }
  return y;
}

/** Sine, of any finite argument. Error ≤ 1.5 ULP. */
// @ts-ignore: decorator
@inline
export function sin(x: v128): v128 {
  return sinPhase(x, 0);
}

/** Cosine, of any finite argument. Error ≤ 1.5 ULP. */
// @ts-ignore: decorator
@inline
export function cos(x: v128): v128 {
  return sinPhase(x, 1);
}
