import { abs, add, mean, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';

/** The sum of a loss's terms, of which there is at least one. */
export function total(terms: readonly Scalar[]): Scalar {
  return terms.reduce((sum, term) => add<Scalar>(sum, term));
}

/** Mean absolute difference of two tensors of one shape, L1. */
export function meanDifference(x: Tensor, y: Tensor): Scalar {
  return mean<Scalar>(abs(sub(x, y)));
}

/** Mean squared difference of two tensors of one shape, L2. */
export function meanSquaredDifference(x: Tensor, y: Tensor): Scalar {
  return mean<Scalar>(square(sub(x, y)));
}
