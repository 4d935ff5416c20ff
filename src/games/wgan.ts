import { ArgumentError } from '../errors';
import type { Model } from '../layers/layer';
import type { Network } from '../layers/network';
import { clipInto } from '../ops/clip';
import { contest, type PerPlayer } from './adversarial';
import type { ExampleBatch, Game, OptimizerOptions } from './game';
import type { LatentSource } from './latent';
import { wassersteinDiscriminatorLoss, wassersteinGeneratorLoss } from './objectives/wasserstein';

export interface WganOptions {
  /** From a latent to a sample. */
  readonly generator: Model;
  /** From a sample to a score. */
  readonly critic: Model;
  /** The critic's weights are kept in [−clip, clip]; default 0.01. */
  readonly clip?: number;
  /** Updates of the critic a round; default 5. */
  readonly criticSteps?: number;
  /** Updates of the generator a round; default 1. */
  readonly generatorSteps?: number;
  /** Default `normal`. */
  readonly latent?: LatentSource;
  /** For both players, or one for each; default RMSProp, rate 5e-5. */
  readonly optimizer?: PerPlayer<'critic' | 'generator'>;
}

export type WganGame = Game<ExampleBatch, 'critic' | 'generator', 'critic' | 'generator'>;

const RMSPROP: OptimizerOptions = { kind: 'rmsprop', learningRate: 5e-5 };

/**
 * Wasserstein GAN with weight clipping: the critic minimises `mean(critic(fake)) − mean(critic(real))` and
 * has its weights clipped after each update, the generator minimises `−mean(critic(fake))`.
 *
 * @throws {ShapeError} if the critic does not take what the generator makes.
 * @see Arjovsky et al. 2017, algorithm 1, https://arxiv.org/abs/1701.07875
 */
export function wgan(options: WganOptions): WganGame {
  const { generator, critic, clip = 0.01, criticSteps = 5, generatorSteps = 1, latent = 'normal' } = options;
  if (!(clip > 0 && Number.isFinite(clip))) {
    throw new ArgumentError(`wgan: clip must be a number above 0, got ${clip}`);
  }

  return contest<ExampleBatch, 'critic'>({
    kind: 'wgan',
    caller: 'wgan',
    generator,
    opponent: critic,
    opponentName: 'critic',
    latent,
    steps: { critic: criticSteps, generator: generatorSteps },
    optimizer: options.optimizer,
    standard: RMSPROP,
    settings: { clip },
    opponentLoss: (fake, score, { batch: { x } }) => wassersteinDiscriminatorLoss(score(x), score(fake)),
    generatorLoss: (fake, score) => wassersteinGeneratorLoss(score(fake)),
    afterUpdate: (networks) => clipWeights(networks.critic, clip),
  });
}

/** Keeps every trainable weight in [−limit, limit]. */
function clipWeights(network: Network, limit: number): void {
  for (const weight of network.parameters.values()) clipInto(weight, -limit, limit);
}
