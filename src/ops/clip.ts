import { clipByValue, tidy, type Variable } from '@tensorflow/tfjs-core';
import { hasKernel, runKernel } from './kernels';

const CLIP_KERNEL = 'KallimaClipStep';

/**
 * Sets every value to the nearest one in [minimum, maximum]; in place where the backend has `KallimaClipStep`.
 */
export function clipInto(parameter: Variable, minimum: number, maximum: number): void {
  if (hasKernel(CLIP_KERNEL)) {
    runKernel(CLIP_KERNEL, { parameter }, { minimum, maximum });
    return;
  }
  tidy(() => parameter.assign(clipByValue(parameter, minimum, maximum)));
}
