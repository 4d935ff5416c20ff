// Two members in one loop: what passes between them stays in registers. The commonest pairs have one.

import { UNARY_LEAKY_RELU, UNARY_RELU } from '../abi/elementwise';
import { LeakyRelu, Relu, Step } from '../elementwise/unary-functions';
import { storeFirst } from '../split';

/** Whether {@link rectifiedSum} has the function. */
// @ts-ignore: decorator
@inline
export function isRectifier(code: i32): bool {
  return code == UNARY_RELU || code == UNARY_LEAKY_RELU;
}

/** y = f(a + b), f relu or leakyRelu with the slope at `parameters`; y may be a or b. */
export function rectifiedSum(code: i32, y: usize, a: usize, b: usize, count: usize, parameters: usize): void {
  const slope = v128.load32_splat(parameters);
  if (code == UNARY_RELU) pair<SumThen<Relu>>(y, a, b, count, slope);
  else pair<SumThen<LeakyRelu>>(y, a, b, count, slope);
}

/** y = dy where z is above 0, elsewhere dy times the number at `parameters`: dy · step(z); y may be dy or z. */
export function masked(y: usize, dy: usize, z: usize, count: usize, parameters: usize): void {
  pair<TimesStep>(y, dy, z, count, v128.load32_splat(parameters));
}

@unmanaged
class SumThen<F> {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128, p: v128): v128 {
    return changetype<F>(0).apply(f32x4.add(a, b), p, p);
  }
}

@unmanaged
class TimesStep {
  // @ts-ignore: decorator
  @inline
  apply(a: v128, b: v128, p: v128): v128 {
    return f32x4.mul(a, changetype<Step>(0).apply(b, p, p));
  }
}

function pair<P>(y: usize, a: usize, b: usize, count: usize, p: v128): void {
  const f = changetype<P>(0);
  for (const wide = y + ((count & ~7) << 2); y < wide; y += 32) {
    const y0 = f.apply(v128.load(a), v128.load(b), p);
    const y1 = f.apply(v128.load(a, 16), v128.load(b, 16), p);
    v128.store(y, y0);
    v128.store(y, y1, 16);
    a += 32;
    b += 32;
  }
  if (count & 4) {
    v128.store(y, f.apply(v128.load(a), v128.load(b), p));
    y += 16;
    a += 16;
    b += 16;
  }
  if (count & 3) storeFirst(y, f.apply(v128.load(a), v128.load(b), p), count & 3);
}
