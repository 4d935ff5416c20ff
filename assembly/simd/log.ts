// Logarithms: x = 2ᵉ·(1 + f) with √½ ≤ 1 + f < √2, log(1 + f) = f − f²/2 + f³·p(f).
import { madd, nmadd, selectLanes } from './arithmetic';

// @ts-ignore: decorator
@inline
const LN2_HIGH: f32 = 0.693145751953125;
// @ts-ignore: decorator
@inline
const LN2_LOW: f32 = 1.4286068203094173e-6;
// @ts-ignore: decorator
@inline
const SQRT_HALF_BITS: i32 = 0x3f3504f3;

/** log(u · 2ˢʰⁱᶠᵗ) + correction, for normal positive u. */
// @ts-ignore: decorator
@inline
function logNormal(u: v128, shift: v128, correction: v128): v128 {
  const exponent = i32x4.shr_s(i32x4.sub(u, i32x4.splat(SQRT_HALF_BITS)), 23);
  const f = f32x4.sub(i32x4.sub(u, i32x4.shl(exponent, 23)), f32x4.splat(1));
  const e = f32x4.add(f32x4.convert_i32x4_s(exponent), shift);
  const square = f32x4.mul(f, f);
  let p = madd(f, f32x4.splat(0.06749935448169708), f32x4.splat(-0.11671856045722961));
  p = madd(p, f, f32x4.splat(0.11884158104658127));
  p = madd(p, f, f32x4.splat(-0.1240602508187294));
  p = madd(p, f, f32x4.splat(0.142202690243721));
  p = madd(p, f, f32x4.splat(-0.16667994856834412));
  p = madd(p, f, f32x4.splat(0.20002074539661407));
  p = madd(p, f, f32x4.splat(-0.25000008940696716));
  p = madd(p, f, f32x4.splat(0.3333331346511841));
  let rest = madd(f32x4.mul(square, f), p, correction);
  rest = madd(e, f32x4.splat(LN2_LOW), rest);
  rest = nmadd(square, f32x4.splat(0.5), rest);
  return madd(e, f32x4.splat(LN2_HIGH), f32x4.add(f, rest));
}

/** Puts in what the polynomial cannot give: u = ∞ and NaN as they are, −∞ for 0, NaN below 0. */
// @ts-ignore: decorator
@inline
function logEdges(u: v128, x: v128, result: v128): v128 {
  const finite = selectLanes(result, x, f32x4.lt(u, f32x4.splat(Infinity)));
  const positive = v128.or(finite, f32x4.lt(u, f32x4.splat(0)));
  return selectLanes(f32x4.splat(-Infinity), positive, f32x4.eq(u, f32x4.splat(0)));
}

/** Natural logarithm; denormals included. Error ≤ 0.8 ULP. */
// @ts-ignore: decorator
@inline
export function log(x: v128): v128 {
  const denormal = f32x4.lt(x, f32x4.splat(1.1754943508222875e-38));
  const u = selectLanes(f32x4.mul(x, f32x4.splat(8388608)), x, denormal);
  return logEdges(x, x, logNormal(u, v128.and(denormal, f32x4.splat(-23)), f32x4.splat(0)));
}

/** Natural logarithm of a normal, finite, positive number. Error ≤ 0.8 ULP. */
// @ts-ignore: decorator
@inline
export function logPositive(x: v128): v128 {
  return logNormal(x, f32x4.splat(0), f32x4.splat(0));
}

/** log(1 + x), exact in relative terms near 0, without the cases x ≤ −1, ∞ and NaN. */
// @ts-ignore: decorator
@inline
export function log1pFinite(x: v128): v128 {
  const u = f32x4.add(x, f32x4.splat(1));
  // What the addition rounded away (Knuth's two-sum), put back as its derivative: lost / u.
  const back = f32x4.sub(u, f32x4.splat(1));
  const lost = f32x4.add(f32x4.sub(f32x4.splat(1), f32x4.sub(u, back)), f32x4.sub(x, back));
  return logNormal(u, f32x4.splat(0), f32x4.div(lost, u));
}

/** log(1 + x), exact in relative terms near 0. Error ≤ 0.8 ULP. */
// @ts-ignore: decorator
@inline
export function log1p(x: v128): v128 {
  const result = logEdges(f32x4.add(x, f32x4.splat(1)), x, log1pFinite(x));
  return selectLanes(x, result, f32x4.lt(f32x4.abs(x), f32x4.splat(2.9802322387695312e-8)));
}
