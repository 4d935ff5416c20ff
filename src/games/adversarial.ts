import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, DataError, ShapeError } from '../errors';
import { summarize } from '../layers/inspect';
import type { Model } from '../layers/layer';
import type { Network } from '../layers/network';
import { detach } from '../ops/detach';
import type { RandomStream } from '../ops/random';
import { formatShape, type Shape, sameShape } from '../util/shape';
import type { DataFacts, ExampleBatch, Game, OptimizerOptions, Play, Player } from './game';
import { type Latent, type LatentFunction, latentSampler } from './latent';

// What the games of one generator against one opponent have in common.

/** Settings of the optimizers: the same for both players, or one for each. */
export type PerPlayer<P extends string> = OptimizerOptions | Readonly<Partial<Record<P, OptimizerOptions>>>;

/** The optimizer of one player, or the standard one where none was given. */
export function optimizerOf<P extends string>(
  player: P,
  given: PerPlayer<P> | undefined,
  standard: OptimizerOptions,
): OptimizerOptions {
  if (given === undefined) return standard;
  return isOptimizer(given) ? given : (given[player] ?? standard);
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

export interface AdversarialParts<O extends string> {
  /** The game's function, for messages. */
  readonly caller: string;
  readonly generator: Model;
  readonly opponent: Model;
  readonly opponentName: O;
  readonly latent: Latent;
}

type Sampling<O extends string> = Pick<
  Game<ExampleBatch, string, O | 'generator'>,
  'samplers' | 'directions' | 'checkData' | 'sample'
>;

/** A generator that draws, checked against its opponent. `O` names the opponent: `discriminator`, `critic`. */
export class Adversary<O extends string> {
  private readonly draw: LatentFunction;
  private readonly sampleShape: Shape;

  /** @throws {ShapeError} if the opponent does not take what the generator makes. */
  constructor(private readonly parts: AdversarialParts<O>) {
    const { caller, generator, opponent, opponentName } = parts;
    this.draw = latentSampler(caller, parts.latent, generator.inputShape);
    this.sampleShape = summarize(generator).outputShape;
    // Finds layers of the opponent that do not fit together before anything is built.
    summarize(opponent);
    if (!sameShape(this.sampleShape, opponent.inputShape)) {
      throw new ShapeError(
        `${caller}: ${opponentName} must take what the generator makes, got generator output ${formatShape(this.sampleShape)} and ${opponentName} input ${formatShape(opponent.inputShape)}; make both for the same size and channels`,
      );
    }
  }

  /**
   * Generated samples as constants, for the opponent's update: batch statistics as in training, but no
   * gradient goes into the generator and nothing of it is recorded.
   */
  generateFixed(generator: Network, count: number, random: RandomStream): Tensor {
    return detach(() => generator.apply(this.draw(count, random), { training: true, random }));
  }

  /** The generator's side: it minimises a loss of its opponent's scores. */
  generatorPlayer(
    updates: number,
    optimizer: OptimizerOptions,
    loss: (fake: Tensor) => Scalar,
  ): Player<ExampleBatch, O | 'generator'> {
    return {
      owns: ['generator'],
      updates,
      optimizer,
      loss: ({ networks, batchSize, random }: Play<ExampleBatch, O | 'generator'>) => {
        const mode = { training: true, random };
        const fake = networks.generator.apply(this.draw(batchSize, random), mode);
        return loss(networks[this.parts.opponentName].apply(fake, mode));
      },
    };
  }

  /** The part of a game that has nothing to do with who wins. */
  sampling(): Sampling<O> {
    return {
      samplers: ['generator'],
      directions: { sample: { given: [], like: 'x' } },
      checkData: (data) => this.checkData(data),
      sample: (networks, { count, random }) =>
        detach(() => networks.generator.apply(this.draw(count, random), { random })),
    };
  }

  private checkData({ shapes }: DataFacts): void {
    const { caller } = this.parts;
    const { x } = shapes;
    const wanted = formatShape(this.sampleShape);
    if (!x) {
      throw new DataError(
        `${caller}: data must have a column x of shape ${wanted}, got columns ${Object.keys(shapes).join(', ')}`,
      );
    }
    if (!sameShape(x, this.sampleShape)) {
      throw new DataError(
        `${caller}: data must have the shape ${wanted} that the generator makes, got ${formatShape(x)}; make the models for ${formatShape(x)}, or use data of shape ${wanted}`,
      );
    }
  }
}
