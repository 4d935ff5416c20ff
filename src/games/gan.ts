import { modelConfig } from '../layers/from-config';
import type { Model } from '../layers/layer';
import { Adversary, optimizerOf, type PerPlayer, requireSteps } from './adversarial';
import type { ExampleBatch, Game, OptimizerOptions } from './game';
import { type Latent, latentConfig } from './latent';
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
  readonly latent?: Latent;
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
 * @see Radford et al. 2015, https://arxiv.org/abs/1511.06434, for the default optimizer
 */
export function gan(options: GanOptions): GanGame {
  const { generator, discriminator, latent = 'normal' } = options;
  const { discriminatorSteps = 1, generatorSteps = 1 } = options;
  const objective = objectiveOf(options.objective ?? 'nonSaturating');
  requireSteps('gan', 'discriminatorSteps', discriminatorSteps);
  requireSteps('gan', 'generatorSteps', generatorSteps);
  const adversary = new Adversary({
    caller: 'gan',
    generator,
    opponent: discriminator,
    opponentName: 'discriminator',
    latent,
  });
  const optimizers = {
    discriminator: optimizerOf('discriminator', options.optimizer, ADAM),
    generator: optimizerOf('generator', options.optimizer, ADAM),
  };

  return {
    kind: 'gan',
    config: {
      kind: 'gan',
      generator: modelConfig(generator),
      discriminator: modelConfig(discriminator),
      objective: objective.kind,
      latent: latentConfig(latent),
      discriminatorSteps,
      generatorSteps,
      optimizer: optimizers,
    },
    models: { generator, discriminator },
    players: {
      discriminator: {
        owns: ['discriminator'],
        updates: discriminatorSteps,
        optimizer: optimizers.discriminator,
        loss({ networks, batch, random }) {
          const { x } = batch;
          const fake = adversary.generateFixed(networks.generator, x.shape[0]!, random);
          const mode = { training: true, random };
          return objective.discriminatorLoss(
            networks.discriminator.apply(x, mode),
            networks.discriminator.apply(fake, mode),
          );
        },
      },
      generator: adversary.generatorPlayer(generatorSteps, optimizers.generator, (fake) =>
        objective.generatorLoss(fake),
      ),
    },
    ...adversary.sampling(),
  };
}
