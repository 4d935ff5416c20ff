import { mean, neg, type Scalar, softplus, type Tensor } from '@tensorflow/tfjs-core';
import { minimaxDiscriminatorLoss } from './minimax';
import type { Objective } from './objective';

/**
 * Loss of the discriminator, that of the minimax game: `mean(softplus(−real)) + mean(softplus(fake))`.
 *
 * @param real `[N, …]` raw scores of real samples (not probabilities).
 * @param fake raw scores of generated samples, of the same shape.
 * @returns Scalar ≥ 0.
 * @throws {ShapeError} if the shapes differ.
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661
 */
export function nonSaturatingDiscriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  return minimaxDiscriminatorLoss(real, fake);
}

/**
 * Loss of the generator that ascends log D(G(z)): `−mean(log sigmoid(fake))`, that is `mean(softplus(−fake))`.
 *
 * @param fake `[N, …]` raw scores of generated samples.
 * @returns Scalar ≥ 0.
 * @see Goodfellow et al. 2014, section 3, https://arxiv.org/abs/1406.2661
 */
export function nonSaturatingGeneratorLoss(fake: Tensor): Scalar {
  return mean<Scalar>(softplus(neg(fake)));
}

/** The game with the generator's loss that does not saturate. */
export const nonSaturating: Objective = {
  kind: 'nonSaturating',
  discriminatorLoss: nonSaturatingDiscriminatorLoss,
  generatorLoss: nonSaturatingGeneratorLoss,
};
