import { type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError, UnsupportedError } from '../errors';
import type { Batch, Game } from '../games/game';
import { LATENTS_A_DRAW, type Latent, type LatentDistribution, latentsOf } from '../latent/latent';
import type { Network } from '../layers/network';
import { type Shape, sizeOf } from '../util/shape';

/** What a game's latents are. */
export interface LatentSpace<N extends string> {
  /** The network that makes samples of them. */
  readonly network: N;
  readonly judge: N | undefined;
  /** Of one latent. */
  readonly shape: Shape;
  readonly size: number;
  readonly distribution: 'normal' | 'uniform' | 'function';
}

/**
 * @throws {UnsupportedError} if the game's samples do not come from latents.
 */
export function latentSpaceOf<B extends Batch, P extends string, N extends string>(
  caller: string,
  { kind, latent, models }: Game<B, P, N>,
): LatentSpace<N> {
  if (!latent) {
    throw new UnsupportedError(`${caller}: the game must make its samples of latents, got ${kind}`);
  }
  const shape = models[latent.network].inputShape;
  return { judge: undefined, ...latent, shape, size: sizeOf(shape) };
}

/**
 * The latents of `sample(count, { seed })`.
 *
 * @throws {UnsupportedError} if they come from a user's own function.
 */
export function drawLatents(space: LatentSpace<string>, count: number, seed: number): Latent[] {
  return latentsOf(seed, count, space.size, namedDistribution('latents', space));
}

/** @throws {UnsupportedError} if it is a user's own function. */
export function namedDistribution(caller: string, { distribution }: LatentSpace<string>): LatentDistribution {
  if (distribution !== 'function') return distribution;
  throw new UnsupportedError(
    `${caller}: the game's latent must be normal or uniform, got a function; make latents of what it draws`,
  );
}

/**
 * Latents as the network takes them, `[n, …shape]`.
 *
 * @throws {ArgumentError} if there are none, or one holds NaN.
 * @throws {ShapeError} if one has another size.
 */
export function latentTensor(
  caller: string,
  latents: readonly Latent[],
  { shape, size }: LatentSpace<string>,
) {
  if (latents.length === 0) throw new ArgumentError(`${caller}: at least one latent is needed, got none`);
  const values = new Float32Array(latents.length * size);
  for (const [i, latent] of latents.entries()) {
    if (latent.values.length !== size) {
      throw new ShapeError(
        `${caller}: latents must be of ${size} numbers, got ${latent.values.length} in latent ${i}`,
      );
    }
    if (!latent.values.every(Number.isFinite)) {
      throw new ArgumentError(`${caller}: latents must be finite numbers, got others in latent ${i}`);
    }
    values.set(latent.values, i * size);
  }
  return tensor(values, [latents.length, ...shape]);
}

/** The condition of so many examples, where a network has one. */
export type ConditionOf = (count: number) => Tensor | undefined;

/** A tensor's values, which are copied; it is disposed of. */
export async function takeValues(made: Tensor): Promise<Float32Array> {
  try {
    return Float32Array.from(await made.data<'float32'>());
  } finally {
    made.dispose();
  }
}

/** What a network makes of latents, one after the other, in inference mode. */
export async function valuesOf(
  caller: string,
  network: Network,
  latents: readonly Latent[],
  space: LatentSpace<string>,
  condition: ConditionOf,
): Promise<Float32Array> {
  const size = sizeOf(network.outputShape);
  const values = new Float32Array(latents.length * size);
  for (let first = 0; first < latents.length; first += LATENTS_A_DRAW) {
    const some = latents.slice(first, first + LATENTS_A_DRAW);
    const made = tidy(() =>
      network.apply(latentTensor(caller, some, space), { condition: condition(some.length) }),
    );
    values.set(await takeValues(made), first * size);
  }
  return values;
}
