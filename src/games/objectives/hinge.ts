import { add, mean, neg, relu, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type Objective, requireScores } from './objective';

/**
 * Hinge loss of the discriminator: `mean(max(0, 1 − real)) + mean(max(0, 1 + fake))`.
 *
 * @param real `[N, …]` raw scores of real samples (not probabilities).
 * @param fake raw scores of generated samples, of the same shape.
 * @returns Scalar ≥ 0.
 * @throws {ShapeError} if the shapes differ.
 * @see Lim & Ye 2017, Geometric GAN, https://arxiv.org/abs/1705.02894
 */
export function hingeDiscriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  requireScores('hingeDiscriminatorLoss', real, fake);
  return add(mean<Scalar>(relu(sub(1, real))), mean<Scalar>(relu(add(fake, 1))));
}

/**
 * Hinge loss of the generator: `−mean(fake)`.
 *
 * @param fake `[N, …]` raw scores of generated samples.
 * @see Lim & Ye 2017, https://arxiv.org/abs/1705.02894
 */
export function hingeGeneratorLoss(fake: Tensor): Scalar {
  return neg(mean<Scalar>(fake));
}

export const hinge: Objective = {
  kind: 'hinge',
  discriminatorLoss: hingeDiscriminatorLoss,
  generatorLoss: hingeGeneratorLoss,
};
