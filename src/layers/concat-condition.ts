import { broadcastTo, concat, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { formatShape, type Shape } from '../util/shape';
import { conditionOf, requireCondition } from './check';
import type { Layer } from './layer';

/**
 * Joins the model's encoded condition to the input, along the last axis:
 * - features and a vector: `[N, F]` to `[N, F + C]`;
 * - an image and a vector, which is repeated at every position: `[N, H, W, F]` to `[N, H, W, F + C]`;
 * - features, repeated at every position, and an image: `[N, F]` to `[N, H, W, F + C]`;
 * - two images of one height and width: their channels.
 *
 * @throws {ShapeError} on building, if the model has no condition, or the shapes are none of these.
 * @see Mirza & Osindero 2014, https://arxiv.org/abs/1411.1784
 * @see Reed et al. 2016, section 4.1, https://arxiv.org/abs/1605.05396, for the vector at every position
 */
export function concatCondition(): Layer {
  return {
    config: { kind: 'concatCondition' },
    build(inputShape, scope) {
      const condition = requireCondition('concatCondition', scope);
      const positions = commonPositions(inputShape, condition);
      const channels = (shape: Shape) => shape[shape.length - 1]!;
      return {
        outputShape: [...positions, channels(inputShape) + channels(condition)],
        apply: (x, mode) => {
          const parts = [x, conditionOf(mode)].map((part) => spread(part, positions));
          return concat(parts, positions.length + 1);
        },
      };
    },
  };
}

/** Height and width of the result, or nothing for features. */
function commonPositions(input: Shape, condition: Shape): Shape {
  const known = [input, condition].every(({ length }) => length === 1 || length === 3);
  const [one, other] = [input.slice(0, -1), condition.slice(0, -1)];
  const same = one.length === 0 || other.length === 0 || (one[0] === other[0] && one[1] === other[1]);
  if (!known || !same) {
    throw new ShapeError(
      `concatCondition: input and condition must each be [features] or [height, width, channels], images of one size, got input ${formatShape(input)} and condition ${formatShape(condition)}; encode or resize one of them`,
    );
  }
  return one.length === 0 ? other : one;
}

/** `[N, C]` at every position; what has positions already stays as it is. */
function spread(x: Tensor, positions: Shape): Tensor {
  if (x.rank - 2 === positions.length) return x;
  const [count, channels] = x.shape as [number, number];
  return broadcastTo(reshape(x, [count, ...positions.map(() => 1), channels]), [
    count,
    ...positions,
    channels,
  ]);
}
