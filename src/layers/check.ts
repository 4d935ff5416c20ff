import type { Tensor } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { formatShape, type Shape } from '../util/shape';
import type { Mode, Scope } from './layer';

/** Height, width and channels of an image-shaped input. */
export type ImageShape = readonly [height: number, width: number, channels: number];

/** @throws {ShapeError} unless the shape of one example is `[height, width, channels]`. */
export function requireImage(caller: string, inputShape: Shape): ImageShape {
  const [height, width, channels] = inputShape;
  if (inputShape.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw new ShapeError(
      `${caller}: input must be [height, width, channels], got ${formatShape(inputShape)}; put a reshape before it`,
    );
  }
  return [height, width, channels];
}

/** One number for both axes, or one for each. */
export type Pair = number | readonly [number, number];

/** @throws {ArgumentError} unless both numbers are integers of at least `minimum`. */
export function requirePair(caller: string, name: string, value: Pair, minimum = 1): [number, number] {
  const [first, second] = typeof value === 'number' ? [value, value] : value;
  for (const size of [first, second]) {
    if (!Number.isInteger(size) || size < minimum) {
      throw new ArgumentError(
        `${caller}: ${name} must be an integer of at least ${minimum} or two of them, got ${JSON.stringify(value)}`,
      );
    }
  }
  return [first, second];
}

/** @throws {ShapeError} unless the model has a condition; returns the shape of one, encoded. */
export function requireCondition(caller: string, { condition }: Scope): Shape {
  if (condition) return condition;
  throw new ShapeError(
    `${caller}: model must have a condition, got one without; give the model a condition, e.g. classCondition({ classes: 10 })`,
  );
}

/** As {@link requireCondition}, where the condition must be one vector: returns its length. */
export function requireVectorCondition(caller: string, scope: Scope): number {
  const condition = requireCondition(caller, scope);
  const [length] = condition;
  if (condition.length !== 1 || length === undefined) {
    throw new ShapeError(
      `${caller}: condition must be [features], got ${formatShape(condition)}; give the condition a layer that makes one vector of it`,
    );
  }
  return length;
}

/** The condition of a run, which a model with a condition always has. */
export function conditionOf({ condition }: Mode): Tensor {
  if (condition) return condition;
  throw new ShapeError('apply: condition must be given to a model that has one, got none');
}
