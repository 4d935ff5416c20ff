import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import type { RandomStream } from '../ops/random';
import { formatShape, type Shape, sameShape } from '../util/shape';

/** Draws `count` latents of one's own distribution, `[count, …inputShape]` of the generator. */
export type LatentFunction = (count: number, random: RandomStream) => Tensor;

/** Where the generator's input comes from: standard normal, uniform in [−1, 1), or a function. */
export type LatentSource = 'normal' | 'uniform' | LatentFunction;

/** What a config says of a latent; a function has to be given again to `gameFromConfig`. */
export function latentConfig(latent: LatentSource): string {
  return typeof latent === 'string' ? latent : 'function';
}

/**
 * A function that draws latents of a shape.
 *
 * @param shape of one latent: the generator's input shape.
 * @throws {ArgumentError} if the latent is no known name and no function.
 */
export function latentSampler(caller: string, latent: LatentSource, shape: Shape): LatentFunction {
  if (latent === 'normal') return (count, random) => random.normal([count, ...shape]);
  if (latent === 'uniform') return (count, random) => random.uniform([count, ...shape], -1, 1);
  if (typeof latent !== 'function') {
    throw new ArgumentError(
      `${caller}: latent must be 'normal', 'uniform' or a function, got ${String(latent)}; a stored game made with a function needs it again: gameFromConfig(config, { latent })`,
    );
  }
  return (count, random) => {
    const drawn = latent(count, random);
    const wanted = [count, ...shape];
    if (!sameShape(drawn.shape, wanted)) {
      throw new ShapeError(
        `${caller}: the latent function must return ${formatShape(wanted)} for a count of ${count}, got ${formatShape(drawn.shape)}`,
      );
    }
    return drawn;
  };
}
