import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { modelConfig } from '../layers/from-config';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import { detach } from '../ops/detach';
import type { JsonObject } from '../util/json';
import { formatShape, type Shape, sameShape } from '../util/shape';
import { requireColumn } from './check-data';
import type { ExampleBatch, Game, OptimizerOptions, Play, Player } from './game';
import { type LatentSource, latentConfig, latentSampler } from './latent';

// What the games of one generator against one opponent have in common.

/** Settings of the optimizers: the same for both players, or one for each. */
export type PerPlayer<P extends string> = OptimizerOptions | Readonly<Partial<Record<P, OptimizerOptions>>>;

/** The optimizer of one player, or the standard one where none was given. */
function optimizerOf<P extends string>(
  player: P,
  given: PerPlayer<P> | undefined,
  standard: OptimizerOptions,
): OptimizerOptions {
  if (given === undefined) return standard;
  return isOptimizer(given) ? given : (given[player] ?? standard);
}

/** The optimizers of all players. */
export function optimizersOf<P extends string>(
  players: readonly P[],
  given: PerPlayer<P> | undefined,
  standard: OptimizerOptions,
): Record<P, OptimizerOptions> {
  const entries = players.map((player) => [player, optimizerOf(player, given, standard)] as const);
  return Object.fromEntries(entries) as Record<P, OptimizerOptions>;
}

function isOptimizer(value: PerPlayer<string>): value is OptimizerOptions {
  return typeof value.kind === 'string';
}

/** @throws {ArgumentError} unless a player makes at least one update a round. */
export function requireSteps(caller: string, name: string, steps: number): void {
  if (!Number.isInteger(steps) || steps < 1) {
    throw new ArgumentError(`${caller}: ${name} must be an integer of at least 1, got ${steps}`);
  }
}

/** The opponent's output for samples, under a condition: unless given, that of the batch. */
export type Score = (samples: Tensor, condition?: Tensor) => Tensor;

/** A game of one generator against one opponent. `O` names the opponent: `discriminator`, `critic`. */
export interface Contest<B extends ExampleBatch, O extends string> {
  readonly kind: string;
  /** The game's function, for messages. */
  readonly caller: string;
  readonly generator: Model;
  readonly opponent: Model;
  readonly opponentName: O;
  readonly latent: LatentSource;
  /** Updates a round. */
  readonly steps: Readonly<Record<O | 'generator', number>>;
  readonly optimizer: PerPlayer<O | 'generator'> | undefined;
  /** Where no optimizer is given. */
  readonly standard: OptimizerOptions;
  /** The game's own part of its config. */
  readonly settings: JsonObject;
  /** The column that the models' condition is, in a game that has one. */
  readonly condition?: keyof B & string;
  /** Set where the opponent has no updates. */
  readonly unopposed?: boolean;
  /** @param fake generated samples, as constants. */
  opponentLoss(fake: Tensor, score: Score, play: Play<B, O | 'generator'>): Scalar;
  /** @param again makes other samples under the same conditions. */
  generatorLoss(fake: Tensor, score: Score, play: Play<B, O | 'generator'>, again: () => Tensor): Scalar;
  readonly afterUpdate?: Player<B, O | 'generator'>['afterUpdate'];
}

/**
 * The game. In the opponent's update generated samples are made with batch statistics as in training, but no
 * gradient goes into the generator and nothing of it is recorded.
 *
 * @throws {ShapeError} if the models do not fit each other.
 * @throws {ArgumentError} if the latent is none, or a player makes no update.
 */
export function contest<B extends ExampleBatch, O extends string>(
  parts: Contest<B, O>,
): Game<B, O | 'generator', O | 'generator'> {
  const { caller, kind, generator, opponent, opponentName, latent, steps, condition } = parts;
  const sampleShape = checkModels(parts);
  const draw = latentSampler(caller, latent, generator.inputShape);
  const both = <T>(make: (player: O | 'generator') => T) =>
    ({ [opponentName]: make(opponentName), generator: make('generator') }) as Record<O | 'generator', T>;
  for (const player of [opponentName, 'generator'] as const) {
    requireSteps(caller, `${player}Steps`, steps[player]);
  }
  const optimizers = optimizersOf([opponentName, 'generator'], parts.optimizer, parts.standard);

  type Turn = Play<B, O | 'generator'>;
  // Reading the batch draws one, which a game without a condition does not need in its generator's update.
  const conditionFor = (model: Model, play: Turn) =>
    model.condition && condition ? play.batch[condition] : undefined;
  function generate(play: Turn): Tensor {
    const { networks, batchSize, random } = play;
    const input = draw(batchSize, random);
    return networks.generator.apply(input, {
      training: true,
      random,
      condition: conditionFor(generator, play),
    });
  }
  const scorer =
    (play: Turn): Score =>
    (samples, given = conditionFor(opponent, play)) =>
      play.networks[opponentName].apply(samples, { training: true, random: play.random, condition: given });

  const player = (name: O | 'generator', loss: (play: Turn) => Scalar): Player<B, O | 'generator'> => ({
    owns: [name],
    updates: parts.unopposed && name === opponentName ? 0 : steps[name],
    optimizer: optimizers[name],
    loss,
    ...(name === opponentName && parts.afterUpdate && { afterUpdate: parts.afterUpdate }),
  });

  return {
    kind,
    config: {
      kind,
      generator: modelConfig(generator),
      [opponentName]: modelConfig(opponent),
      ...parts.settings,
      latent: latentConfig(latent),
      [`${opponentName}Steps`]: steps[opponentName],
      generatorSteps: steps.generator,
      optimizer: optimizers,
    },
    models: both((name) => (name === 'generator' ? generator : opponent)),
    players: both((name) =>
      player(name, (play) =>
        name === 'generator'
          ? parts.generatorLoss(generate(play), scorer(play), play, () => generate(play))
          : parts.opponentLoss(
              detach(() => generate(play)),
              scorer(play),
              play,
            ),
      ),
    ),
    samplers: ['generator'],
    latent: {
      distribution: typeof latent === 'string' ? latent : 'function',
      network: 'generator',
      judge: opponentName,
    },
    directions: { sample: { given: condition ? [condition] : [], like: 'x' } },
    checkData: (data) => requireColumn(caller, data, 'x', sampleShape),
    sample: (networks, { count, given, random }) =>
      detach(() =>
        networks.generator.apply(draw(count, random), {
          random,
          condition: condition && given[condition],
        }),
      ),
  };
}

/** The shape of a sample, which the opponent takes; finds layers that do not fit before anything is built. */
function checkModels({
  caller,
  generator,
  opponent,
  opponentName,
  condition,
}: Pick<
  Contest<ExampleBatch, string>,
  'caller' | 'generator' | 'opponent' | 'opponentName' | 'condition'
>): Shape {
  if (condition === undefined && (generator.condition || opponent.condition)) {
    throw new ShapeError(
      `${caller}: models must have no condition, got one in the ${generator.condition ? 'generator' : opponentName}; play conditional`,
    );
  }
  const sampleShape = summarize(generator).outputShape;
  summarize(opponent);
  if (!sameShape(sampleShape, opponent.inputShape)) {
    throw new ShapeError(
      `${caller}: ${opponentName} must take what the generator makes, got generator output ${formatShape(sampleShape)} and ${opponentName} input ${formatShape(opponent.inputShape)}; make both for the same size and channels`,
    );
  }
  return sampleShape;
}
