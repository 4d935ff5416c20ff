import { ArgumentError } from '../errors';
import { type ModelConfig, modelFromConfig } from '../layers/from-config';
import type { JsonObject } from '../util/json';
import { nearestNames } from '../util/names';
import { type ClassifierOptions, classifier } from './classifier';
import { type ConditionalOptions, conditional } from './conditional';
import { type CycleGanOptions, cycleGan } from './cycle-gan';
import type { Game } from './game';
import { type GanOptions, gan } from './gan';
import type { Latent } from './latent';
import type { Objective } from './objectives/objective';
import { type Pix2pixOptions, pix2pix } from './pix2pix';
import { type StarGanOptions, starGan } from './star-gan';
import { type WganOptions, wgan } from './wgan';
import { type WganGpOptions, wganGp } from './wgan-gp';

/** Functions of one's own that a config cannot hold. */
export interface GameFunctions {
  readonly latent?: Latent;
  readonly objective?: Objective;
}

/** Makes a game of one kind from its config. */
export type GameFactory = (config: JsonObject, functions: GameFunctions) => Game;

/** A game's options as its config has them: the models `M` as plain data. */
type Stored<Options, M extends keyof Options> = JsonObject & Omit<Options, M> & Record<M, ModelConfig>;

const FACTORIES = new Map<string, GameFactory>([
  ['gan', storedGan],
  ['wgan', storedWgan],
  ['wgan-gp', storedWganGp],
  ['conditional', storedConditional],
  ['cyclegan', storedCycleGan],
  ['pix2pix', storedPix2pix],
  ['classifier', storedClassifier],
  ['stargan', storedStarGan],
]);

function storedGan(config: JsonObject, { latent, objective }: GameFunctions): Game {
  const stored = config as Stored<GanOptions, 'generator' | 'discriminator'>;
  return gan({
    ...stored,
    generator: modelFromConfig(stored.generator),
    discriminator: modelFromConfig(stored.discriminator),
    latent: latent ?? stored.latent,
    objective: objective ?? stored.objective,
  });
}

function storedConditional(config: JsonObject, { latent, objective }: GameFunctions): Game {
  const stored = config as Stored<ConditionalOptions<string>, 'generator' | 'discriminator'>;
  return conditional({
    ...stored,
    generator: modelFromConfig(stored.generator),
    discriminator: modelFromConfig(stored.discriminator),
    latent: latent ?? stored.latent,
    objective: objective ?? stored.objective,
  });
}

function storedCycleGan(config: JsonObject, { objective }: GameFunctions): Game {
  const stored = config as Stored<
    CycleGanOptions,
    'generatorAB' | 'generatorBA' | 'discriminatorA' | 'discriminatorB'
  >;
  return cycleGan({
    ...stored,
    generatorAB: modelFromConfig(stored.generatorAB),
    generatorBA: modelFromConfig(stored.generatorBA),
    discriminatorA: modelFromConfig(stored.discriminatorA),
    discriminatorB: modelFromConfig(stored.discriminatorB),
    objective: objective ?? stored.objective,
  });
}

function storedWgan(config: JsonObject, { latent }: GameFunctions): Game {
  const stored = config as Stored<WganOptions, 'generator' | 'critic'>;
  return wgan({
    ...stored,
    generator: modelFromConfig(stored.generator),
    critic: modelFromConfig(stored.critic),
    latent: latent ?? stored.latent,
  });
}

function storedWganGp(config: JsonObject, { latent }: GameFunctions): Game {
  const stored = config as Stored<WganGpOptions, 'generator' | 'critic'>;
  return wganGp({
    ...stored,
    generator: modelFromConfig(stored.generator),
    critic: modelFromConfig(stored.critic),
    latent: latent ?? stored.latent,
  });
}

function storedPix2pix(config: JsonObject, { objective }: GameFunctions): Game {
  const stored = config as Stored<Pix2pixOptions, 'generator' | 'discriminator'>;
  return pix2pix({
    ...stored,
    generator: modelFromConfig(stored.generator),
    discriminator: modelFromConfig(stored.discriminator),
    objective: objective ?? stored.objective,
  });
}

function storedClassifier(config: JsonObject): Game {
  const stored = config as Stored<ClassifierOptions, 'model'>;
  return classifier({ ...stored, model: modelFromConfig(stored.model) });
}

function storedStarGan(config: JsonObject): Game {
  const stored = config as Stored<StarGanOptions, 'generator' | 'critic'>;
  return starGan({
    ...stored,
    generator: modelFromConfig(stored.generator),
    critic: modelFromConfig(stored.critic),
  });
}

/**
 * Makes known a game kind of one's own, so that its checkpoints can be opened without its code at hand.
 *
 * @throws {ArgumentError} if the kind is taken.
 */
export function registerGame(kind: string, factory: GameFactory): void {
  if (FACTORIES.has(kind)) throw new ArgumentError(`registerGame: kind must be new, got ${kind}`);
  FACTORIES.set(kind, factory);
}

/**
 * The game that `config` came from.
 *
 * @param functions the latent or objective of one's own that it was made with.
 * @throws {ArgumentError} if its kind is unknown.
 */
export function gameFromConfig(config: JsonObject, functions: GameFunctions = {}): Game {
  const kind = String(config.kind);
  const factory = FACTORIES.get(kind);
  if (!factory) {
    const near = nearestNames(kind, FACTORIES.keys());
    throw new ArgumentError(
      `gameFromConfig: kind must be a known game, got ${kind}; nearest are ${near.join(', ')}`,
    );
  }
  return factory(config, functions);
}
