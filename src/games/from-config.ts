import { ArgumentError } from '../errors';
import { type ModelConfig, modelFromConfig } from '../layers/from-config';
import type { JsonObject } from '../util/json';
import { nearestNames } from '../util/names';
import { classifier } from './classifier';
import { conditional } from './conditional';
import { cycleGan } from './cycle-gan';
import type { Game } from './game';
import { gan } from './gan';
import type { LatentSource } from './latent';
import type { Objective } from './objectives/objective';
import { pix2pix } from './pix2pix';
import { starGan } from './star-gan';
import { wgan } from './wgan';
import { wganGp } from './wgan-gp';

/** Functions of one's own that a config cannot hold. */
export interface GameFunctions {
  readonly latent?: LatentSource;
  readonly objective?: Objective;
}

/** Makes a game of one kind from its config. */
export type GameFactory = (config: JsonObject, functions: GameFunctions) => Game;

const FACTORIES = new Map<string, GameFactory>([
  ['gan', stored(gan, 'generator', 'discriminator')],
  ['wgan', stored(wgan, 'generator', 'critic')],
  ['wgan-gp', stored(wganGp, 'generator', 'critic')],
  ['conditional', stored(conditional<string>, 'generator', 'discriminator')],
  ['cyclegan', stored(cycleGan, 'generatorAB', 'generatorBA', 'discriminatorA', 'discriminatorB')],
  ['pix2pix', stored(pix2pix, 'generator', 'discriminator')],
  ['classifier', stored(classifier<string, string>, 'model')],
  ['stargan', stored(starGan, 'generator', 'critic')],
]);

/** From a config, which has a game's options with the models as plain data and the names of functions. */
function stored<Options extends object>(
  make: (options: Options) => Game,
  ...models: (keyof Options & string)[]
): GameFactory {
  return (config, { latent, objective }) => {
    const built = models.map((name) => [name, modelFromConfig(config[name] as ModelConfig)] as const);
    return make({
      ...config,
      ...Object.fromEntries(built),
      ...(latent && { latent }),
      ...(objective && { objective }),
    } as Options);
  };
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
