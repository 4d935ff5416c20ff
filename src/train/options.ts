import type { ChooseOptions } from '../backend/choose';
import type { DataSource } from '../data/source';
import { ArgumentError } from '../errors';
import type { WeightOptions } from '../export/formats';
import type { Batch, Game, OptimizerOptions, Player } from '../games/game';
import type { Latent } from '../latent/latent';
import type { PassName } from '../program/passes/index';
import { nearestNames } from '../util/names';
import { requireInteger, requireNumber } from '../util/require';
import type { ColumnsOf } from './batches';
import type { Given } from './given';

/** Full learning rates up to round `start`, then in a straight line to zero at round `end`. */
export interface LearningRateDecay {
  readonly start: number;
  readonly end: number;
}

/** How updates are captured as programs. */
export interface CaptureOptions {
  /**
   * Replay each player's update as a program once it is known to be the same each time, to the same bits: only on
   * the backend `kallima`. False for op by op; `without` names passes to leave out. Default true.
   */
  readonly capture?: boolean | { readonly without?: readonly PassName[] };
  /** Told, once a player, why an update is not replayed after all; default `console.warn`. */
  readonly onWarning?: (message: string) => void;
}

/** What every way to get a Trainer takes; where to run among it, by default on the best that this host has. */
export interface ResumeOptions<B extends Batch, P extends string> extends ChooseOptions, CaptureOptions {
  /** Has at least the columns of the game's batch: another data set does not compile. */
  readonly data: DataSource<ColumnsOf<B>>;
  /** By player, in place of those of the game's optimizers. */
  readonly learningRates?: Readonly<Partial<Record<P, number>>>;
  /** Lowers every learning rate in a straight line to zero; default: never. */
  readonly learningRateDecay?: LearningRateDecay;
}

export interface TrainerOptions<B extends Batch, P extends string> extends ResumeOptions<B, P> {
  /** Examples of each batch; default 64. */
  readonly batchSize?: number;
  /** Fixes first weights, order of the data and noise; an integer from 0, default 0. */
  readonly seed?: number;
  /** Decay of the moving average of the samplers' weights in [0, 1], or false for none; default 0.999. */
  readonly averaging?: number | false;
}

export interface RunOptions {
  /** Rounds to play, at least 1; one that an abort interrupted is finished first and counts. */
  readonly rounds: number;
  /** A report at each multiple of this many rounds, and after the last; default 1. */
  readonly reportEvery?: number;
  /** Ends the run after the update in progress; `run`, `save` and `sample` work as before. */
  readonly signal?: AbortSignal;
}

export interface SampleOptions {
  /** Fixes the noise; default: the trainer's seed, so that pictures can be compared over time. */
  readonly seed?: number;
  /** Instead of the seed's, in a game whose samples are made of latents: one for all, or one for each. */
  readonly latent?: Latent | readonly Latent[];
  /** Use the averaged weights; default: where there are some. */
  readonly averaged?: boolean;
  /** Which way to draw, of the game's `directions`; default the first. */
  readonly direction?: string;
  /**
   * What samples are made from besides noise, by column: one example for all samples, or one for each. Default: the
   * first examples of the data; without data, every class in turn.
   */
  readonly given?: Readonly<Record<string, Given>>;
}

/** How a generator is exported. */
export interface ExportOptions extends WeightOptions, Pick<SampleOptions, 'averaged' | 'direction'> {}

const DEFAULT_BATCH = 64;
const DEFAULT_DECAY = 0.999;

/** What training itself is set by: together with the game and the data it fixes the weights to the bit. */
export interface Settings<P extends string> {
  readonly batchSize: number;
  readonly seed: number;
  readonly averaging: number | false;
  readonly learningRateDecay?: LearningRateDecay;
  readonly optimizers: Readonly<Record<P, OptimizerOptions>>;
}

/**
 * Checks the options of a new run and fills in what is not given.
 *
 * @throws {ArgumentError} naming the option.
 */
export function settingsOf<B extends Batch, P extends string, N extends string>(
  game: Game<B, P, N>,
  options: TrainerOptions<B, P>,
): Settings<P> {
  checkGame(game);
  const { batchSize = DEFAULT_BATCH, seed = 0, averaging = DEFAULT_DECAY } = options;
  requireInteger('Trainer.create', 'batchSize', batchSize);
  requireInteger('Trainer.create', 'seed', seed, 0);
  if (averaging !== false) requireNumber('Trainer.create', 'averaging', averaging, 0, 1);
  const { learningRateDecay } = options;
  checkDecay('Trainer.create', learningRateDecay);
  const own = mapValues(game.players, ({ optimizer }) => optimizer);
  return { batchSize, seed, averaging, learningRateDecay, optimizers: withRates(own, options.learningRates) };
}

/** @throws {ArgumentError} unless it ends after it starts. */
export function checkDecay(caller: string, decay: LearningRateDecay | undefined): void {
  if (!decay) return;
  requireInteger(caller, 'learningRateDecay.start', decay.start, 0);
  requireInteger(caller, 'learningRateDecay.end', decay.end, decay.start + 1);
}

/** What learning rates are multiplied by in a round, counted from 0. */
export function rateFactor(decay: LearningRateDecay | undefined, round: number): number {
  if (!decay || round <= decay.start) return 1;
  return Math.max(0, decay.end - round) / (decay.end - decay.start);
}

/** What types cannot say of a game that somebody wrote. */
function checkGame<B extends Batch, P extends string, N extends string>(game: Game<B, P, N>): void {
  const players = Object.entries<Player<B, N>>(game.players);
  const updates = players.reduce((sum, [, player]) => sum + player.updates, 0);
  for (const [name, player] of players) {
    requireInteger(`game ${game.kind}`, `updates of ${name}`, player.updates, 0);
    for (const network of [...player.owns, ...game.samplers]) {
      if (!Object.hasOwn(game.models, network)) {
        throw new ArgumentError(`game ${game.kind}: networks must be among its models, got '${network}'`);
      }
    }
  }
  requireInteger(`game ${game.kind}`, 'updates in a round', updates);
}

/**
 * Optimizer options with other learning rates.
 *
 * @throws {ArgumentError} if a rate belongs to nobody.
 */
export function withRates<P extends string>(
  optimizers: Readonly<Record<P, OptimizerOptions>>,
  rates: Readonly<Partial<Record<P, number>>> | undefined,
): Readonly<Record<P, OptimizerOptions>> {
  const players = Object.keys(optimizers);
  for (const name of Object.keys(rates ?? {})) {
    if (!players.includes(name)) {
      throw new ArgumentError(
        `learningRates: names must be players of the game (${players.join(', ')}), got '${name}'; did you mean ${nearestNames(name, players, 1)[0]}?`,
      );
    }
  }
  return mapValues(optimizers, (options, name) => ({
    ...options,
    learningRate: rates?.[name] ?? options.learningRate,
  }));
}

/** The same keys with other values. */
export function mapValues<K extends string, V, W>(
  values: Readonly<Record<K, V>>,
  change: (value: V, key: K) => W,
): Record<K, W> {
  const entries = (Object.keys(values) as K[]).map((key) => [key, change(values[key], key)] as const);
  return Object.fromEntries(entries) as Record<K, W>;
}
