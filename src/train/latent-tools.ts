import { Tensor } from '@tensorflow/tfjs-core';
import type { Column } from '../data/source';
import { ArgumentError, ShapeError } from '../errors';
import type { Batch, Game } from '../games/game';
import { installGradients } from '../gradients/index';
import type { LatentDirection } from '../latent/directions';
import type { Network } from '../layers/network';
import { formatShape, type Shape, sameShape, sizeOf } from '../util/shape';
import { type BatchColumn, rowsOf, toColumn } from './batches';
import { type DirectionsOptions, findDirections } from './directions';
import { directionOf, type Given, type GivenFacts, readGiven } from './given';
import { type Inversion, type InvertOptions, type InvertSetting, invertImages } from './invert';
import { latentSpaceOf } from './latents';

// What a Trainer and a Sampler do in the same way.

/** A game that has been trained, or is being. */
export interface Trained<B extends Batch, P extends string, N extends string> {
  readonly game: Game<B, P, N>;
  /** Those to sample with. */
  readonly networks: Readonly<Record<N, Network>>;
  readonly facts: GivenFacts;
}

/** @throws {UnsupportedError} if the game's samples do not come from latents. */
export async function latentDirectionsOf<B extends Batch, P extends string, N extends string>(
  trained: Trained<B, P, N>,
  options: DirectionsOptions,
): Promise<LatentDirection[]> {
  const { game, networks } = trained;
  const space = latentSpaceOf('latentDirections', game);
  const condition = await conditionFor(trained, 1, options.given);
  return findDirections(
    networks[space.network],
    space,
    (count) => condition && rowsOf(condition, Array<number>(count).fill(0)),
    options,
  );
}

/**
 * @throws {UnsupportedError} if the game's samples do not come from latents.
 * @throws {ShapeError} if the images are not of the shape that the generator makes.
 */
export async function inversionOf<B extends Batch, P extends string, N extends string>(
  trained: Trained<B, P, N>,
  images: Tensor | Column,
  options: InvertOptions,
  host: Pick<InvertSetting, 'capture' | 'onWarning' | 'activate'>,
): Promise<Inversion> {
  installGradients();
  const { game, networks } = trained;
  const space = latentSpaceOf('invert', game);
  const generator = networks[space.network];
  const targets = await readImages(images, generator.outputShape);
  const condition = await conditionFor(trained, targets.shape[0]!, options.given);
  const judge = space.judge && networks[space.judge];
  return invertImages({ space, generator, judge, condition, ...host }, targets, options);
}

/** What samples are made from besides latents, for so many. */
async function conditionFor<B extends Batch, P extends string, N extends string>(
  { game, facts }: Trained<B, P, N>,
  count: number,
  given: Readonly<Record<string, Given>> | undefined,
): Promise<BatchColumn | undefined> {
  const [, direction] = directionOf(game, undefined);
  const [name] = direction.given;
  const columns = await readGiven(game, direction, facts, count, given);
  return name === undefined ? undefined : columns[name];
}

async function readImages(images: Tensor | Column, shape: Shape): Promise<BatchColumn> {
  const isTensor = images instanceof Tensor;
  const own = isTensor && images.rank > shape.length ? images.shape.slice(1) : images.shape;
  const values = isTensor ? Float32Array.from(await images.data<'float32'>()) : images.data;
  const count = values.length / sizeOf(shape);
  if (!sameShape(own, shape) || !Number.isInteger(count) || count < 1) {
    throw new ShapeError(
      `invert: images must be [n,${shape.join(',')}], as the generator makes them, got ${formatShape(images.shape)}; resize them`,
    );
  }
  const column = isTensor ? { values, shape: [count, ...shape] } : toColumn('x', images, count);
  if (column.values.every(Number.isFinite)) return column as BatchColumn;
  throw new ArgumentError('invert: images must hold finite numbers, got others');
}
