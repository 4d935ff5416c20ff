import { philoxUniform } from '../../src/util/philox';

/** The same seed on every backend and for every peer. */
const SEED = 1;

const sizeOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

/**
 * Numbers uniform in [−1, 1).
 *
 * @param draw another one for other numbers.
 */
export function uniformValues(shape: readonly number[], draw: number): Float32Array<ArrayBuffer> {
  const values = philoxUniform(sizeOf(shape), { seed: SEED, draw });
  return Float32Array.from(values, (value) => 2 * value - 1);
}
