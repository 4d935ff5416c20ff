// The error function.
import { copySign, madd, selectLanes } from './arithmetic';
import { expNegative } from './exp';

/**
 * erf x: x + x·p(x²) for |x| < 0.9, above it 1 − e^−|x|·g(|x|), both fitted for least relative error
 * (2⁻²⁶ and 2⁻³⁰). Error ≤ 1.1 ULP.
 */
// @ts-ignore: decorator
@inline
export function erf(x: v128): v128 {
  const square = f32x4.mul(x, x);
  let p = madd(square, f32x4.splat(-0.0006052461685612798), f32x4.splat(0.005004160106182098));
  p = madd(p, square, f32x4.splat(-0.02677328512072563));
  p = madd(p, square, f32x4.splat(0.11281976103782654));
  p = madd(p, square, f32x4.splat(-0.3761250674724579));
  p = madd(p, square, f32x4.splat(0.12837915122509003));
  const small = madd(p, x, x);

  // erf(3.95) rounds to 1.
  const a = f32x4.pmin(f32x4.abs(x), f32x4.splat(3.95));
  let g = madd(a, f32x4.splat(9.590783520252444e-6), f32x4.splat(-0.0003065410128328949));
  g = madd(g, a, f32x4.splat(0.0035770235117524862));
  g = madd(g, a, f32x4.splat(-0.02362522855401039));
  g = madd(g, a, f32x4.splat(0.10607995092868805));
  g = madd(g, a, f32x4.splat(0.6352449655532837));
  g = madd(g, a, f32x4.splat(1.128625750541687));
  const large = f32x4.sub(f32x4.splat(1), expNegative(f32x4.neg(f32x4.mul(a, g))));
  return selectLanes(small, copySign(large, x), f32x4.lt(f32x4.abs(x), f32x4.splat(0.9)));
}
