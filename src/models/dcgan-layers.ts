import { ArgumentError } from '../errors';
import { leakyRelu, relu, tanh } from '../layers/activations';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import { dense } from '../layers/dense';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer } from '../layers/layer';
import { reshape } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { HALVE, SLOPE, SMALL_NORMAL } from './conventions';

/** Side of the images. */
export type DcganSize = 28 | 32 | 64;

export interface DcganLayerOptions {
  /** Side of the images in pixels. */
  readonly size: DcganSize;
  /** 1 for grey, 3 for colour; default 1. */
  readonly channels?: number;
  /** Channels of the layer next to the image, doubled with each halving of the side; default 64. */
  readonly width?: number;
  /** Of all kernels; default normal with std 0.02. */
  readonly kernelInitializer?: InitializerConfig;
}

/** A weighted layer and what normalises it. */
export type Normalize = (layer: Layer) => Layer[];

/** The two halves of a deep convolutional pair, without what is before and after them. */
export interface DcganLayers {
  readonly imageShape: readonly [number, number, number];
  /** Channels of the smallest feature map. */
  readonly deepest: number;
  readonly kernelInitializer: InitializerConfig;
  /** From a vector to an image in [−1, 1]. */
  generator(normalize: Normalize): Layer[];
  /** From an image to the smallest feature map. */
  features(first: Normalize, inner: Normalize): Layer[];
}

/** Side of the smallest feature map, by side of the image: 7 → 28, 4 → 32, 4 → 64. */
const SMALLEST: Readonly<Record<DcganSize, number>> = { 28: 7, 32: 4, 64: 4 };

/** @throws {ArgumentError} if the size is not one of those, or a width is not a positive integer. */
export function dcganLayers(caller: string, options: DcganLayerOptions): DcganLayers {
  const { size, channels = 1, width = 64 } = options;
  const { kernelInitializer = SMALL_NORMAL } = options;
  if (!Object.hasOwn(SMALLEST, size)) {
    throw new ArgumentError(`${caller}: size must be 28, 32 or 64, got ${size}; resize the images`);
  }
  requireInteger(caller, 'channels', channels);
  requireInteger(caller, 'width', width);

  const smallest = SMALLEST[size];
  const halvings = Math.log2(size / smallest);
  // Channels from the image inwards, e.g. 64, 128, 256, 512 for a side of 64.
  const widths = Array.from({ length: halvings }, (_, step) => width * 2 ** step);
  const deepest = widths[halvings - 1]!;

  return {
    imageShape: [size, size, channels],
    deepest,
    kernelInitializer,
    generator(normalize) {
      const project = dense({ units: smallest * smallest * deepest, kernelInitializer });
      const [projected, ...projectedNorm] = normalize(project);
      const shape = [smallest, smallest, deepest];
      const layers: Layer[] = [projected!, reshape({ shape }), ...projectedNorm, relu()];
      for (let step = halvings - 2; step >= 0; step--) {
        const double = conv2dTranspose({ ...HALVE, filters: widths[step]!, kernelInitializer });
        layers.push(...normalize(double), relu());
      }
      layers.push(conv2dTranspose({ ...HALVE, filters: channels, kernelInitializer }), tanh());
      return layers;
    },
    features: (first, inner) =>
      widths.flatMap((filters, step) => [
        ...(step === 0 ? first : inner)(conv2d({ ...HALVE, filters, kernelInitializer })),
        leakyRelu({ slope: SLOPE }),
      ]),
  };
}
