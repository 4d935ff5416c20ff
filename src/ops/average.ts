import { add, mul, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import { formatShape, sameShape } from '../util/shape';
import { hasKernel, runKernel } from './kernels';

const AVERAGE_KERNEL = 'KallimaAverageStep';

/**
 * Moves a running average towards a value: `average ← decay · average + (1 − decay) · value`.
 * In place where the backend has `KallimaAverageStep`; `decay` 0 copies the value.
 *
 * @param value of the average's shape.
 * @param decay in [0, 1].
 * @throws {ShapeError} if the shapes differ.
 */
export function averageInto(average: Variable, value: Tensor, decay: number): void {
  if (!sameShape(average.shape, value.shape)) {
    throw new ShapeError(
      `averageInto: value must have the average's shape ${formatShape(average.shape)}, got ${formatShape(value.shape)}`,
    );
  }
  if (hasKernel(AVERAGE_KERNEL)) {
    runKernel(AVERAGE_KERNEL, { average, parameter: value }, { decay });
    return;
  }
  tidy(() => {
    average.assign(decay === 0 ? value : add(mul(average, decay), mul(value, 1 - decay)));
  });
}
