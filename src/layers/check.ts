import { ArgumentError, ShapeError } from '../errors';
import { formatShape, type Shape } from '../util/shape';

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
