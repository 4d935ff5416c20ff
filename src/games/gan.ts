import { add, mul } from '@tensorflow/tfjs-core';
import type { Model } from '../layers/layer';
import { requireNumber } from '../util/require';
import { contest, type PerPlayer } from './adversarial';
import type { ExampleBatch, Game, OptimizerOptions } from './game';
import { gradientPenalty } from './gradient-penalty';
import type { LatentSource } from './latent';
import { type ObjectiveName, objectiveOf } from './objectives';
import type { Objective } from './objectives/objective';

export interface GanOptions {
  /** From a latent to a sample. */
  readonly generator: Model;
  /** From a sample to raw scores: no sigmoid at the end. */
  readonly discriminator: Model;
  /** A name or an objective of one's own; default `nonSaturating`. */
  readonly objective?: ObjectiveName | Objective;
  /** Default `normal`. */
  readonly latent?: LatentSource;
  /** Weight of a gradient penalty on the discriminator, which keeps it smooth; default 0: none. */
  readonly penalty?: number;
  /** Updates of the discriminator a round; default 1. */
  readonly discriminatorSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** For both players, or one for each; default Adam, rate 2e-4, β (0.5, 0.999). */
  readonly optimizer?: PerPlayer<'discriminator' | 'generator'>;
}

export type GanGame = Game<ExampleBatch, 'discriminator' | 'generator', 'discriminator' | 'generator'>;

const ADAM: OptimizerOptions = { kind: 'adam', learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };

/**
 * A generator against a discriminator, under any objective. In the discriminator's update real and
 * generated samples go through it apart, each with its own batch statistics.
 *
 * @throws {ShapeError} if the discriminator does not take what the generator makes.
 * @see Goodfellow et al. 2014, https://arxiv.org/abs/1406.2661
 * @see Fedus et al. 2018, https://arxiv.org/abs/1710.08446, for the penalty outside of Wasserstein GANs
 * @see Radford et al. 2015, https://arxiv.org/abs/1511.06434, for the default optimizer
 */
export function gan(options: GanOptions): GanGame {
  const { generator, discriminator, latent = 'normal' } = options;
  const { penalty = 0, discriminatorSteps = 1, generatorSteps = 1 } = options;
  const objective = objectiveOf(options.objective ?? 'nonSaturating');
  requireNumber('gan', 'penalty', penalty, 0);

  return contest<ExampleBatch, 'discriminator'>({
    kind: 'gan',
    caller: 'gan',
    generator,
    opponent: discriminator,
    opponentName: 'discriminator',
    latent,
    steps: { discriminator: discriminatorSteps, generator: generatorSteps },
    optimizer: options.optimizer,
    standard: ADAM,
    settings: { objective: objective.kind, penalty },
    opponentLoss(fake, score, { batch: { x }, random }) {
      const loss = objective.discriminatorLoss(score(x), score(fake));
      return penalty === 0 ? loss : add(loss, mul(penalty, gradientPenalty(score, x, fake, random)));
    },
    generatorLoss: (fake, score) => objective.generatorLoss(score(fake)),
  });
}
