import { add, mul } from '@tensorflow/tfjs-core';
import type { Model } from '../layers/layer';
import { requireNumber } from '../util/require';
import { contest, type PerPlayer } from './adversarial';
import type { ExampleBatch, Game, OptimizerOptions } from './game';
import { gradientPenalty } from './gradient-penalty';
import type { LatentSource } from './latent';
import { wassersteinDiscriminatorLoss, wassersteinGeneratorLoss } from './objectives/wasserstein';

export interface WganGpOptions {
  /** From a latent to a sample. */
  readonly generator: Model;
  /** From a sample to a score; without batch normalisation, since the penalty is each example's own. */
  readonly critic: Model;
  /** Weight of the gradient penalty; default 10. */
  readonly penalty?: number;
  /** Updates of the critic a round; default 5. */
  readonly criticSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** Default `normal`. */
  readonly latent?: LatentSource;
  /** For both players, or one for each; default Adam, rate 1e-4, β (0, 0.9). */
  readonly optimizer?: PerPlayer<'critic' | 'generator'>;
}

export type WganGpGame = Game<ExampleBatch, 'critic' | 'generator', 'critic' | 'generator'>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 1e-4, beta1: 0, beta2: 0.9 };

/**
 * Wasserstein GAN with gradient penalty: the critic minimises
 * `mean(critic(fake)) − mean(critic(real)) + penalty · gradientPenalty`, the generator `−mean(critic(fake))`.
 *
 * @throws {ShapeError} if the critic does not take what the generator makes.
 * @see Gulrajani et al. 2017, algorithm 1, https://arxiv.org/abs/1704.00028
 */
export function wganGp(options: WganGpOptions): WganGpGame {
  const { generator, critic, penalty = 10, criticSteps = 5, generatorSteps = 1, latent = 'normal' } = options;
  requireNumber('wganGp', 'penalty', penalty, 0);

  return contest<ExampleBatch, 'critic'>({
    kind: 'wgan-gp',
    caller: 'wganGp',
    generator,
    opponent: critic,
    opponentName: 'critic',
    latent,
    steps: { critic: criticSteps, generator: generatorSteps },
    optimizer: options.optimizer,
    standard: ADAM,
    settings: { penalty },
    opponentLoss(fake, score, { batch: { x }, random }) {
      const distance = wassersteinDiscriminatorLoss(score(x), score(fake));
      return add(distance, mul(penalty, gradientPenalty(score, x, fake, random)));
    },
    generatorLoss: (fake, score) => wassersteinGeneratorLoss(score(fake)),
  });
}
