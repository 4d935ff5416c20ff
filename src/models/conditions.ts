import { leakyRelu } from '../layers/activations';
import { sequential } from '../layers/compose';
import { conv2d } from '../layers/conv2d';
import { dense } from '../layers/dense';
import { embedding } from '../layers/embedding';
import type { Condition, Layer } from '../layers/layer';
import { oneHot } from '../layers/one-hot';
import { flatten } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { HALVE, SLOPE } from './conventions';

export interface ClassConditionOptions {
  /** Number of classes: labels are 0 … classes − 1. */
  readonly classes: number;
  /** Length of a vector that is learnt for each class; default: one-hot, of length `classes`. */
  readonly units?: number;
}

/**
 * A class: an int32 label, encoded as one-hot or as a learnt vector.
 *
 * @throws {ArgumentError} if a number is not a positive integer.
 */
export function classCondition({ classes, units }: ClassConditionOptions): Condition {
  const layer = units === undefined ? oneHot({ classes }) : embedding({ classes, units });
  return { shape: [], classes, layer };
}

export interface ImageConditionOptions {
  readonly height: number;
  readonly width: number;
  /** Default 3. */
  readonly channels?: number;
  /** Length of the vector that the image is encoded to; default: none, the image itself is the condition. */
  readonly units?: number;
  /** Channels of the encoder's first layer, doubled with each halving; default 32. */
  readonly filters?: number;
}

/** No feature map of the encoder is smaller. */
const SMALLEST_SIDE = 4;

/**
 * An image: float32 in [−1, 1], as it is or encoded to a vector by convolutions that halve its sides while they
 * are even and stay at least 4.
 *
 * @throws {ArgumentError} if a number is not a positive integer.
 */
export function imageCondition(options: ImageConditionOptions): Condition {
  const { height, width, channels = 3, units, filters = 32 } = options;
  for (const [name, value] of Object.entries({ height, width, channels, filters })) {
    requireInteger('imageCondition', name, value);
  }
  const shape = [height, width, channels];
  if (units === undefined) return { shape };
  const layers: Layer[] = [];
  const halves = (side: number) => side % 2 === 0 && side / 2 >= SMALLEST_SIDE;
  for (let h = height, w = width, next = filters; halves(h) && halves(w); h /= 2, w /= 2, next *= 2) {
    layers.push(conv2d({ ...HALVE, filters: next }), leakyRelu({ slope: SLOPE }));
  }
  return { shape, layer: sequential([...layers, flatten(), dense({ units })]) };
}
