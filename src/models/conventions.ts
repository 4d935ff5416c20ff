import type { InitializerConfig } from '../layers/initializers';

// What the convolutional models have in common since DCGAN (Radford et al. 2015, https://arxiv.org/abs/1511.06434).

/** Kernel 4, stride 2, padding 1 halves a side, and transposed doubles it. */
export const HALVE = { kernelSize: 4, stride: 2, padding: 1 };

/** Of leaky ReLU. */
export const SLOPE = 0.2;

/** Where kernels begin. */
export const SMALL_NORMAL: InitializerConfig = { kind: 'normal', std: 0.02 };
