import {
  avgPool,
  image,
  maxPool as maxPoolOp,
  mean,
  mirrorPad,
  sum,
  type Tensor,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../errors';
import { requireInteger } from '../util/require';
import { formatShape } from '../util/shape';
import { requireImage } from './check';
import type { Layer } from './layer';

export interface UpsampleOptions {
  /** Default 2. */
  readonly factor?: number;
  /** Default `nearest`. `bilinear` samples at pixel centres, as PyTorch does without `align_corners`. */
  readonly method?: 'nearest' | 'bilinear';
}

/** An image enlarged by a whole factor. */
export function upsample(options: UpsampleOptions = {}): Layer {
  const { factor = 2, method = 'nearest' } = options;
  requireInteger('upsample', 'factor', factor);
  if (method !== 'nearest' && method !== 'bilinear') {
    throw new ArgumentError(`upsample: method must be 'nearest' or 'bilinear', got ${String(method)}`);
  }
  return {
    config: { kind: 'upsample', factor, method },
    build(inputShape) {
      const [height, width, channels] = requireImage('upsample', inputShape);
      const size: [number, number] = [height * factor, width * factor];
      const resize = method === 'nearest' ? image.resizeNearestNeighbor : image.resizeBilinear;
      return {
        outputShape: [...size, channels],
        // For a whole factor, nearest at pixel corners and at pixel centres are the same.
        apply: (x) => resize(x as Tensor4D, size, false, method === 'bilinear'),
      };
    },
  };
}

/**
 * The image continued by its mirror image about the edge pixels, `padding` on every side.
 *
 * @throws {ShapeError} on building, if the image is not larger than the padding.
 */
export function reflectionPad({ padding }: { readonly padding: number }): Layer {
  requireInteger('reflectionPad', 'padding', padding);
  return {
    config: { kind: 'reflectionPad', padding },
    build(inputShape) {
      const [height, width, channels] = requireImage('reflectionPad', inputShape);
      if (padding >= height || padding >= width) {
        throw new ShapeError(
          `reflectionPad: padding must be less than height and width, got ${padding} for input ${formatShape(inputShape)}`,
        );
      }
      const sides: [number, number] = [padding, padding];
      return {
        outputShape: [height + 2 * padding, width + 2 * padding, channels],
        apply: (x) => mirrorPad(x, [[0, 0], sides, sides, [0, 0]], 'reflect'),
      };
    },
  };
}

export interface PoolOptions {
  /** Side of the window; default 2. */
  readonly size?: number;
  /** Default `size`. */
  readonly stride?: number;
}

function pool(
  kind: 'averagePool' | 'maxPool',
  options: PoolOptions,
  apply: (x: Tensor4D, size: number, stride: number) => Tensor4D,
): Layer {
  const { size = 2, stride = size } = options;
  requireInteger(kind, 'size', size);
  requireInteger(kind, 'stride', stride);
  return {
    config: { kind, size, stride },
    build(inputShape) {
      const [height, width, channels] = requireImage(kind, inputShape);
      if (height < size || width < size) {
        throw new ShapeError(
          `${kind}: size must be at most height and width, got ${size} for input ${formatShape(inputShape)}`,
        );
      }
      const pooled = (length: number) => Math.floor((length - size) / stride) + 1;
      return {
        outputShape: [pooled(height), pooled(width), channels],
        apply: (x) => apply(x as Tensor4D, size, stride),
      };
    },
  };
}

/** Mean of each window, without padding. */
export const averagePool = (options: PoolOptions = {}): Layer =>
  pool('averagePool', options, (x, size, stride) => avgPool(x, size, stride, 'valid'));

/** Maximum of each window, without padding. */
export const maxPool = (options: PoolOptions = {}): Layer =>
  pool('maxPool', options, (x, size, stride) => maxPoolOp(x, size, stride, 'valid'));

function globalPool(kind: string, apply: (x: Tensor, axes: number[]) => Tensor): Layer {
  return {
    config: { kind },
    build(inputShape) {
      const [, , channels] = requireImage(kind, inputShape);
      return { outputShape: [channels], apply: (x) => apply(x, [1, 2]) };
    },
  };
}

/** Mean over all positions: `[N, H, W, C]` to `[N, C]`. */
export const globalAveragePool = (): Layer => globalPool('globalAveragePool', mean);

/** Sum over all positions: `[N, H, W, C]` to `[N, C]`. */
export const globalSumPool = (): Layer => globalPool('globalSumPool', sum);
