import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { Model } from '../layers/layer';
import type { Network } from '../layers/network';
import type { RandomStream } from '../ops/random';
import type { JsonObject } from '../util/json';
import type { Shape } from '../util/shape';

/** Named tensors of one batch, each with the batch axis first, e.g. `{ x: [64,28,28,1] }`. */
export type Batch = Readonly<Record<string, Tensor>>;

/** A batch of plain examples. */
export interface ExampleBatch extends Record<string, Tensor> {
  readonly x: Tensor;
}

export type OptimizerOptions =
  | { readonly kind: 'sgd'; readonly learningRate: number; readonly momentum?: number }
  | {
      readonly kind: 'rmsprop';
      readonly learningRate: number;
      readonly decay?: number;
      readonly epsilon?: number;
    }
  | {
      readonly kind: 'adam';
      readonly learningRate: number;
      readonly beta1?: number;
      readonly beta2?: number;
      readonly epsilon?: number;
    };

/** What a player sees during one update. */
export interface Play<B extends Batch, N extends string> {
  /** All networks. Only the player's own learn; the others' weights and statistics stay as they are. */
  readonly networks: Readonly<Record<N, Network>>;
  /** A fresh batch of real examples, drawn when first read in this update. */
  readonly batch: B;
  readonly batchSize: number;
  /** Noise of this update: latents, interpolation weights. */
  readonly random: RandomStream;
}

/** One way to draw samples: from noise alone, or from what is given besides. */
export interface Direction {
  /** Columns of a batch that a sample is made from besides noise, e.g. `[]`, `['label']`, `['a']`. */
  readonly given: readonly string[];
  /** The column that samples resemble, e.g. `x`, `b`. */
  readonly like: string;
  /** The direction that leads back, where there is one. */
  readonly back?: string;
}

/** Samples that are asked for. */
export interface SampleRequest {
  /** A key of the game's `directions`. */
  readonly direction: string;
  readonly count: number;
  /** The columns that the direction is given, `[count, …]`. */
  readonly given: Batch;
  readonly random: RandomStream;
}

/** What a game is told of data before it is played on it. */
export interface DataFacts {
  /** For messages. */
  readonly name: string;
  /** Of one example, by column. */
  readonly shapes: Readonly<Record<string, Shape>>;
  /** Names of the label's classes, where there are some. */
  readonly classes?: readonly string[];
  /** Whether an example's columns come from examples that have nothing to do with each other. */
  readonly unpaired?: boolean;
}

/** Where samples come from, in a game whose samples are what one network makes of latents. */
export interface LatentRole<N extends string> {
  /** What latents are drawn from; `function`: a user's own. */
  readonly distribution: 'normal' | 'uniform' | 'function';
  /** Makes samples of latents `[n, …inputShape]`, under the column that its direction is given, if any. */
  readonly network: N;
  /** Looks at samples: what its layers make of two of them tells how alike they look. */
  readonly judge?: N;
}

/** One side of the game: it minimises its own loss over its own networks while the others are held fixed. */
export interface Player<B extends Batch, N extends string> {
  /** The networks it trains. */
  readonly owns: readonly N[];
  /** Updates in one round; 0 for one who has nothing to do, whose loss is then 0. */
  readonly updates: number;
  readonly optimizer: OptimizerOptions;
  /** The scalar to minimise, differentiable in the parameters of `owns`. */
  loss(play: Play<B, N>): Scalar;
  /**
   * Which of its graphs an update has, by the number of whole rounds played before: only for a loss that is not the
   * same function in every round, e.g. one with a penalty in every 16th. Each answer is captured as a program of its
   * own. Default: always the same.
   */
  variant?(round: number): string;
  /** Runs after each of its updates, e.g. to clip weights. */
  afterUpdate?(networks: Readonly<Record<N, Network>>): void;
}

/**
 * A kind of GAN: which networks there are, who plays and for what, and how to draw samples.
 * The Trainer plays rounds (every player in the order of `players`, `updates` times each) and knows nothing else.
 *
 * @typeParam B what a batch of its data holds.
 * @typeParam P names of the players: the keys of a report's losses.
 * @typeParam N names of the networks.
 */
export interface Game<B extends Batch = Batch, P extends string = string, N extends string = string> {
  /** Its name on the command line and in checkpoints, e.g. `wgan-gp`. */
  readonly kind: string;
  /** All that makes the game again (see `gameFromConfig`); a user's own function is left out. */
  readonly config: JsonObject;
  readonly models: Readonly<Record<N, Model>>;
  readonly players: Readonly<Record<P, Player<B, N>>>;
  /** The networks that draw samples; the Trainer keeps averaged weights of each. */
  readonly samplers: readonly N[];
  /** The ways to draw samples, the usual one first. */
  readonly directions: Readonly<Record<string, Direction>>;
  /** In a game whose samples one network makes of latents; without it there are no latent tools. */
  readonly latent?: LatentRole<N>;
  /** Columns that hold class numbers, or numbers of words: each value is an integer from 0 to below this. */
  readonly integers?: Readonly<Record<string, number>>;
  /**
   * Refuses data that does not fit the models.
   *
   * @throws {DataError} naming both shapes and the remedy.
   */
  checkData(data: DataFacts): void;
  /** `[count, …]` samples in inference mode. */
  sample(networks: Readonly<Record<N, Network>>, request: SampleRequest): Tensor;
}

/** The batch type of a game. */
export type BatchOf<G> = G extends Game<infer B, infer _P, infer _N> ? B : never;
/** The players' names of a game. */
export type PlayersOf<G> = G extends Game<infer _B, infer P, infer _N> ? P : never;
