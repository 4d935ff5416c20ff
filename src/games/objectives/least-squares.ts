import { add, mean, mul, type Scalar, square, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type Objective, requireScores } from './objective';

/**
 * Least-squares loss of the discriminator: `½ mean((real − 1)²) + ½ mean(fake²)`.
 *
 * @param real `[N, …]` raw scores of real samples.
 * @param fake raw scores of generated samples, of the same shape.
 * @returns Scalar ≥ 0.
 * @throws {ShapeError} if the shapes differ.
 * @see Mao et al. 2016, Least squares GAN, equation 9, https://arxiv.org/abs/1611.04076
 */
export function leastSquaresDiscriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  requireScores('leastSquaresDiscriminatorLoss', real, fake);
  return mul(0.5, add(mean<Scalar>(square(sub(real, 1))), mean<Scalar>(square(fake))));
}

/**
 * Least-squares loss of the generator: `½ mean((fake − 1)²)`.
 *
 * @param fake `[N, …]` raw scores of generated samples.
 * @returns Scalar ≥ 0.
 * @see Mao et al. 2016, equation 9, https://arxiv.org/abs/1611.04076
 */
export function leastSquaresGeneratorLoss(fake: Tensor): Scalar {
  return mul(0.5, mean<Scalar>(square(sub(fake, 1))));
}

/** Least squares with targets 1 for real, 0 for fake and 1 for the generator. */
export const leastSquares: Objective = {
  kind: 'leastSquares',
  discriminatorLoss: leastSquaresDiscriminatorLoss,
  generatorLoss: leastSquaresGeneratorLoss,
};
