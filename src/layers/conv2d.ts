import { add, conv2d as convolve, type Tensor4D } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { type Pair, requireImage, requirePair } from './check';
import { type InitializerConfig, initializer } from './initializers';
import type { Layer } from './layer';

/** Zeros around the image: a number on every side, or TF.js's `same` and `valid`. */
export type Padding = number | 'same' | 'valid';

export interface Conv2dOptions {
  /** Channels of the output. */
  readonly filters: number;
  readonly kernelSize: Pair;
  /** Default 1. */
  readonly stride?: Pair;
  /** Default 0. */
  readonly padding?: Padding;
  /** Default true. */
  readonly bias?: boolean;
  /** Default `glorotUniform`. */
  readonly kernelInitializer?: InitializerConfig;
  /** Default `zeros`. */
  readonly biasInitializer?: InitializerConfig;
}

/** @throws {ArgumentError} unless it is a padding. */
export function requirePadding(caller: string, padding: Padding): void {
  if (padding === 'same' || padding === 'valid') return;
  if (!Number.isInteger(padding) || padding < 0) {
    throw new ArgumentError(
      `${caller}: padding must be 'same', 'valid' or an integer of at least 0, got ${padding}`,
    );
  }
}

/**
 * Padding as a TF.js op is given it. From a single number TF.js takes both sides of the output by the kernel's
 * height and the vertical stride, so where the two axes differ it is told every side.
 */
export function explicitPadding(
  padding: Padding,
  [kernelHeight, kernelWidth]: readonly [number, number],
  strides: readonly [number, number],
): Padding | ExplicitPadding {
  if (typeof padding === 'string' || (kernelHeight === kernelWidth && strides[0] === strides[1])) {
    return padding;
  }
  const sides: [number, number] = [padding, padding];
  return [[0, 0], sides, sides, [0, 0]];
}

/** Zeros before and after each axis of NHWC. */
export type ExplicitPadding = [[number, number], [number, number], [number, number], [number, number]];

/** Size of a convolution's output along one axis; 0 or less where the kernel does not fit. */
function convolvedSize(size: number, kernel: number, stride: number, padding: Padding): number {
  if (padding === 'same') return Math.ceil(size / stride);
  return Math.floor((size - kernel + 2 * (padding === 'valid' ? 0 : padding)) / stride) + 1;
}

/**
 * Two-dimensional convolution, `[N, H, W, in]` to `[N, H', W', filters]` with
 * `H' = ⌊(H − kernel + 2 · padding) / stride⌋ + 1`, or `⌈H / stride⌉` with padding `same`.
 * Weights: `kernel` `[kernelH, kernelW, in, filters]`, `bias` `[filters]`.
 *
 * @throws {ShapeError} on building, if the input is no image or the kernel does not fit in it.
 */
export function conv2d(options: Conv2dOptions): Layer {
  const { filters, kernelSize, stride = 1, padding = 0, bias = true } = options;
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options;
  requireInteger('conv2d', 'filters', filters);
  const [kernelHeight, kernelWidth] = requirePair('conv2d', 'kernelSize', kernelSize);
  const strides = requirePair('conv2d', 'stride', stride);
  requirePadding('conv2d', padding);
  return {
    config: {
      kind: 'conv2d',
      filters,
      kernelSize,
      stride,
      padding,
      bias,
      kernelInitializer,
      biasInitializer,
    },
    build(inputShape, scope) {
      const [height, width, channels] = requireImage('conv2d', inputShape);
      const outputHeight = convolvedSize(height, kernelHeight, strides[0], padding);
      const outputWidth = convolvedSize(width, kernelWidth, strides[1], padding);
      if (outputHeight < 1 || outputWidth < 1) {
        throw new ShapeError(
          `conv2d: kernel ${formatShape([kernelHeight, kernelWidth])} must fit in the padded input, got input ${formatShape(inputShape)} with padding ${padding}; use a smaller kernel or more padding`,
        );
      }
      const padded = explicitPadding(padding, [kernelHeight, kernelWidth], strides);
      const kernel = scope.parameter(
        'kernel',
        [kernelHeight, kernelWidth, channels, filters],
        initializer(kernelInitializer),
      );
      const offset = bias ? scope.parameter('bias', [filters], initializer(biasInitializer)) : undefined;
      return {
        outputShape: [outputHeight, outputWidth, filters],
        apply(x, mode) {
          const y = convolve(x as Tensor4D, kernel.read(mode) as Tensor4D, strides, padded);
          return offset ? add(y, offset.read(mode)) : y;
        },
      };
    },
  };
}
