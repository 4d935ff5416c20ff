import { add, conv2dTranspose as convolveTransposed, type Tensor4D } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { requireImage, requirePair } from './check';
import { type Conv2dOptions, explicitPadding, type Padding, requirePadding } from './conv2d';
import { initializer } from './initializers';
import type { Layer } from './layer';

export interface Conv2dTransposeOptions extends Conv2dOptions {
  /** Rows and columns added at the far end, less than the stride; default 0; not with padding `same`. */
  readonly outputPadding?: number;
}

function spreadSize(
  size: number,
  kernel: number,
  stride: number,
  padding: Padding,
  outputPadding: number,
): number {
  if (padding === 'same') return size * stride;
  return (size - 1) * stride - 2 * (padding === 'valid' ? 0 : padding) + kernel + outputPadding;
}

/**
 * Transposed two-dimensional convolution (the input gradient of a convolution), `[N, H, W, in]` to
 * `[N, H', W', filters]` with `H' = (H − 1) · stride − 2 · padding + kernel + outputPadding`, as PyTorch
 * counts, or `H · stride` with padding `same`: kernel 4, stride 2, padding 1 doubles the image.
 * Weights: `kernel` `[kernelH, kernelW, filters, in]`, `bias` `[filters]`.
 *
 * @throws {ShapeError} on building, if the input is no image or nothing would be left of the output.
 */
export function conv2dTranspose(options: Conv2dTransposeOptions): Layer {
  const { filters, kernelSize, stride = 1, padding = 0, outputPadding = 0, bias = true } = options;
  const { kernelInitializer = 'glorotUniform', biasInitializer = 'zeros' } = options;
  requireInteger('conv2dTranspose', 'filters', filters);
  requireInteger('conv2dTranspose', 'outputPadding', outputPadding, 0);
  const [kernelHeight, kernelWidth] = requirePair('conv2dTranspose', 'kernelSize', kernelSize);
  const strides = requirePair('conv2dTranspose', 'stride', stride);
  requirePadding('conv2dTranspose', padding);
  if (outputPadding > 0 && (padding === 'same' || outputPadding >= Math.min(...strides))) {
    throw new ArgumentError(
      `conv2dTranspose: outputPadding must be less than the stride and 0 with padding 'same', got ${outputPadding} with stride ${JSON.stringify(stride)} and padding ${padding}`,
    );
  }
  return {
    config: {
      kind: 'conv2dTranspose',
      filters,
      kernelSize,
      stride,
      padding,
      outputPadding,
      bias,
      kernelInitializer,
      biasInitializer,
    },
    build(inputShape, scope) {
      const [height, width, channels] = requireImage('conv2dTranspose', inputShape);
      const outputHeight = spreadSize(height, kernelHeight, strides[0], padding, outputPadding);
      const outputWidth = spreadSize(width, kernelWidth, strides[1], padding, outputPadding);
      if (outputHeight < 1 || outputWidth < 1) {
        throw new ShapeError(
          `conv2dTranspose: output must not be empty, got ${formatShape([outputHeight, outputWidth, filters])} from input ${formatShape(inputShape)}; use less padding`,
        );
      }
      const padded = explicitPadding(padding, [kernelHeight, kernelWidth], strides);
      const kernel = scope.parameter(
        'kernel',
        [kernelHeight, kernelWidth, filters, channels],
        initializer(kernelInitializer),
      );
      const offset = bias ? scope.parameter('bias', [filters], initializer(biasInitializer)) : undefined;
      return {
        outputShape: [outputHeight, outputWidth, filters],
        apply(x, mode) {
          const images = x as Tensor4D;
          const y = convolveTransposed(
            images,
            kernel.read(mode) as Tensor4D,
            [images.shape[0], outputHeight, outputWidth, filters],
            strides,
            padded,
          );
          return offset ? add(y, offset.read(mode)) : y;
        },
      };
    },
  };
}
