import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors';
import { formatShape, sameShape } from '../../util/shape';

/**
 * What the two sides of a game minimise. Scores are raw: logits where a probability is meant, and any
 * shape `[N, …]`, so that a discriminator may score patches; losses are means over all scores.
 */
export interface Objective {
  /** Its name in a config; a user's own objective has a name of its own. */
  readonly kind: string;
  /**
   * @param real scores of real samples.
   * @param fake scores of generated samples, of the same shape.
   */
  discriminatorLoss(real: Tensor, fake: Tensor): Scalar;
  /** @param fake scores of generated samples. */
  generatorLoss(fake: Tensor): Scalar;
}

/** @throws {ShapeError} unless both are scores of the same shape. */
export function requireScores(caller: string, real: Tensor, fake: Tensor): void {
  if (real.rank === 0 || !sameShape(real.shape, fake.shape)) {
    throw new ShapeError(
      `${caller}: real and fake scores must have the same shape [N, …], got ${formatShape(real.shape)} and ${formatShape(fake.shape)}`,
    );
  }
}
