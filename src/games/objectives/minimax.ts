import { add, mean, neg, type Scalar, softplus, type Tensor } from '@tensorflow/tfjs-core';
import { type Objective, requireScores } from './objective';

/**
 * The value of the original game, `V(D, G) = mean(log D(x)) + mean(log(1 − D(G(z))))` with `D = sigmoid(score)`,
 * computed from the scores: `−mean(softplus(−real)) − mean(softplus(fake))`. The discriminator ascends it,
 * the generator descends it.
 *
 * @param real `[N, …]` raw scores of real samples (not probabilities).
 * @param fake raw scores of generated samples, of the same shape.
 * @returns Scalar ≤ 0; −2 log 2 where the discriminator cannot tell.
 * @throws {ShapeError} if the shapes differ.
 * @see Goodfellow et al. 2014, Generative adversarial nets, equation 1, https://arxiv.org/abs/1406.2661
 */
export function minimaxValue(real: Tensor, fake: Tensor): Scalar {
  requireScores('minimaxValue', real, fake);
  return neg(add<Scalar>(mean(softplus(neg(real))), mean(softplus(fake))));
}

/**
 * Minimax loss of the discriminator, `−V(D, G)`: descending it is the ascent of V. See {@link minimaxValue}.
 *
 * @returns Scalar ≥ 0.
 * @throws {ShapeError} if the shapes differ.
 */
export function minimaxDiscriminatorLoss(real: Tensor, fake: Tensor): Scalar {
  return neg(minimaxValue(real, fake));
}

/**
 * Minimax loss of the generator, its part of V: `mean(log(1 − sigmoid(fake)))`, that is
 * `−mean(softplus(fake))`. Its gradient fades as the discriminator gets sure; `nonSaturating` does not.
 *
 * @param fake `[N, …]` raw scores of generated samples.
 * @returns Scalar ≤ 0.
 * @see Goodfellow et al. 2014, algorithm 1, https://arxiv.org/abs/1406.2661
 */
export function minimaxGeneratorLoss(fake: Tensor): Scalar {
  return neg(mean<Scalar>(softplus(fake)));
}

/** The original minimax game. */
export const minimax: Objective = {
  kind: 'minimax',
  discriminatorLoss: minimaxDiscriminatorLoss,
  generatorLoss: minimaxGeneratorLoss,
};
