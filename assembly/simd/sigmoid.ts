// Functions made of exponentials: tanh, sigmoid, softplus.
import { copySign, selectLanes } from './arithmetic';
import { expUpTo89, halfExpm1 } from './exp';
import { log1pFinite } from './log';

/** Hyperbolic tangent, as h / (h + 1) with h half of e^2|x| − 1. Error ≤ 2.2 ULP. */
// @ts-ignore: decorator
@inline
export function tanh(x: v128): v128 {
  const magnitude = f32x4.pmin(f32x4.abs(x), f32x4.splat(10));
  const half = halfExpm1(f32x4.add(magnitude, magnitude));
  return copySign(f32x4.div(half, f32x4.add(half, f32x4.splat(1))), x);
}

/** 1 / (1 + e⁻ˣ), from e^−|x| so that neither side overflows. Error ≤ 2.2 ULP. */
// @ts-ignore: decorator
@inline
export function sigmoid(x: v128): v128 {
  const e = expUpTo89(f32x4.neg(f32x4.abs(x)));
  const one = f32x4.splat(1);
  return f32x4.div(selectLanes(e, one, f32x4.lt(x, f32x4.splat(0))), f32x4.add(e, one));
}

/** log(1 + eˣ) = max(x, 0) + log(1 + e^−|x|). Error ≤ 1.6 ULP. */
// @ts-ignore: decorator
@inline
export function softplus(x: v128): v128 {
  const rest = log1pFinite(expUpTo89(f32x4.neg(f32x4.abs(x))));
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), rest);
}
