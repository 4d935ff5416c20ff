import { mean, neg, type Scalar, sub, type Tensor } from '@tensorflow/tfjs-core';
import { type Objective, requireScores } from './objective';

/**
 * Wasserstein loss of the critic: `mean(fake) − mean(real)`, the negative of its estimate of the distance
 * between real and generated samples. The critic has to be kept Lipschitz by other means.
 *
 * @param real `[N, …]` scores of real samples.
 * @param fake scores of generated samples, of the same shape.
 * @throws {ShapeError} if the shapes differ.
 * @see Arjovsky et al. 2017, Wasserstein GAN, https://arxiv.org/abs/1701.07875
 */
export function wassersteinDiscriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  requireScores('wassersteinDiscriminatorLoss', real, fake);
  return sub(mean<Scalar>(fake), mean<Scalar>(real));
}

/**
 * Wasserstein loss of the generator: `−mean(fake)`.
 *
 * @param fake `[N, …]` scores of generated samples.
 * @see Arjovsky et al. 2017, https://arxiv.org/abs/1701.07875
 */
export function wassersteinGeneratorLoss(fake: Tensor): Scalar {
  return neg(mean<Scalar>(fake));
}

export const wasserstein: Objective = {
  kind: 'wasserstein',
  discriminatorLoss: wassersteinDiscriminatorLoss,
  generatorLoss: wassersteinGeneratorLoss,
};
