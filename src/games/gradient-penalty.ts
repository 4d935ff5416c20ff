import {
  add,
  grad,
  mean,
  mul,
  type Scalar,
  sqrt,
  square,
  sub,
  sum,
  type Tensor,
} from '@tensorflow/tfjs-core';
import type { RandomStream } from '../ops/random';

/** Keeps the norm's derivative finite where a gradient is exactly zero; below f32's resolution elsewhere. */
const TINY = 1e-12;

/**
 * Gradient penalty: `mean((‖∇ critic(x̂)‖₂ − 1)²)` at `x̂ = ε real + (1 − ε) fake`, with one ε uniform in
 * [0, 1) an example. Differentiable in the critic's weights, which takes second-order gradients.
 *
 * @param critic scores `[N, …]` of samples, each depending on its own sample only.
 * @param real `[N, …]`
 * @param fake of the same shape.
 * @returns Scalar ≥ 0.
 * @see Gulrajani et al. 2017, Improved training of Wasserstein GANs, https://arxiv.org/abs/1704.00028
 */
export function gradientPenalty(
  critic: (x: Tensor) => Tensor,
  real: Tensor,
  fake: Tensor,
  random: RandomStream,
): Scalar {
  const ones = real.shape.slice(1).map(() => 1);
  const epsilon = random.uniform([real.shape[0]!, ...ones]);
  const mixed = add(fake, mul(epsilon, sub(real, fake)));
  const gradients = grad((x) => sum(critic(x)))(mixed);
  const axes = ones.map((_, axis) => axis + 1);
  const norms = sqrt(add(sum(square(gradients), axes), TINY));
  return mean<Scalar>(square(sub(norms, 1)));
}
