import { ArgumentError } from '../errors';
import type { InitializerConfig } from '../layers/initializers';

// What the convolutional models have in common since DCGAN (Radford et al. 2015, https://arxiv.org/abs/1511.06434).

/** Kernel 4, stride 2, padding 1 halves a side, and transposed doubles it. */
export const HALVE = { kernelSize: 4, stride: 2, padding: 1 };

/** Of leaky ReLU. */
export const SLOPE = 0.2;

/** Where kernels begin. */
export const SMALL_NORMAL: InitializerConfig = { kind: 'normal', std: 0.02 };

/**
 * @param otherwise another remedy than other images.
 * @throws {ArgumentError} unless a side can be halved so often without a remainder, naming the sides that can.
 */
export function requireHalves(caller: string, size: number, times: number, otherwise = ''): void {
  const step = 2 ** times;
  if (size % step === 0) return;
  const below = Math.floor(size / step) * step;
  const sizes = below > 0 ? `${below} or ${below + step}` : `${step}`;
  throw new ArgumentError(
    `${caller}: size must be a multiple of ${step} to be halved ${times} times, got ${size}; resize the images to ${sizes}${otherwise}`,
  );
}
