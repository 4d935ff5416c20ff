import type { Shape } from '../util/shape';

const LARGEST_HALF = 65504;

/**
 * Whether weights may be stored in half precision. Vectors are small, and among them are variances, whose range is
 * wide; a weight past the largest half would be infinite.
 */
export function fitsHalf(shape: Shape, values: ArrayLike<number>): boolean {
  if (shape.length < 2) return false;
  for (let i = 0; i < values.length; i++) {
    if (!(Math.abs(values[i]!) <= LARGEST_HALF)) return false;
  }
  return true;
}
