import type { Shape } from '../util/shape';

const LARGEST_HALF = 65504;

/**
 * Whether weights may be stored in half precision. Vectors are small, and among them are variances, whose range is
 * wide; a weight past the largest half would be infinite.
 */
export function fitsHalf(shape: Shape, values: ArrayLike<number>): boolean {
  return shape.length >= 2 && Array.prototype.every.call(values, (value) => Math.abs(value) <= LARGEST_HALF);
}
