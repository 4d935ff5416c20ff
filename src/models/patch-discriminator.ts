import { ArgumentError } from '../errors';
import { leakyRelu } from '../layers/activations';
import { sequential } from '../layers/compose';
import { concatCondition } from '../layers/concat-condition';
import { conv2d } from '../layers/conv2d';
import type { InitializerConfig } from '../layers/initializers';
import type { Condition, Layer, Model } from '../layers/layer';
import { requireInteger } from '../util/require';
import { HALVE, SLOPE, SMALL_NORMAL } from './conventions';
import { type Normalization, normalized } from './normalization';

export interface PatchDiscriminatorOptions {
  /** Side of the images in pixels, at least 3 · 2^layers. */
  readonly size: number;
  /** Default 3. */
  readonly channels?: number;
  /** Channels of the first layer, doubled with each layer up to 8 times as many; default 64. */
  readonly width?: number;
  /** Convolutions that halve the side: 3, the default, judges patches of 70 × 70, 2 of 34 × 34, 1 of 16 × 16. */
  readonly layers?: number;
  /** Of all layers but the first and the last; default `batch`. */
  readonly normalization?: Normalization;
  /** Joined to the image's channels: an image of the same side, or a vector once encoded; default none. */
  readonly condition?: Condition;
  /** Of all kernels; default normal with std 0.02. */
  readonly kernelInitializer?: InitializerConfig;
}

const KEEP = { kernelSize: 4, stride: 1, padding: 1 };
const WIDEST = 8;

/**
 * PatchGAN: scores overlapping patches of an image instead of the whole, `[size, size, channels]` to
 * `[h, w, 1]` raw scores with `h = w = ⌊size / 2^layers⌋ − 2`. Convolutions of kernel 4: `layers` of stride 2,
 * then two of stride 1, with leaky ReLU of slope 0.2 between them.
 *
 * @throws {ArgumentError} if no patch fits in the image, or a width is not a positive integer.
 * @see Isola et al. 2017, section 3.3 and appendix 6.1, https://arxiv.org/abs/1611.07004
 */
export function patchDiscriminator(options: PatchDiscriminatorOptions): Model {
  const { size, channels = 3, width = 64, layers: halvings = 3, normalization = 'batch' } = options;
  const { condition } = options;
  const { kernelInitializer = SMALL_NORMAL } = options;
  requireInteger('patchDiscriminator', 'size', size);
  requireInteger('patchDiscriminator', 'channels', channels);
  requireInteger('patchDiscriminator', 'width', width);
  requireInteger('patchDiscriminator', 'layers', halvings);
  const smallest = 3 * 2 ** halvings;
  if (size < smallest) {
    throw new ArgumentError(
      `patchDiscriminator: size must be at least ${smallest} for ${halvings} layers, got ${size}; use fewer layers, or larger images`,
    );
  }

  // Weights that are normalised are so on every layer, values only on the inner ones.
  const ends: Normalization = normalization === 'spectral' ? 'spectral' : 'none';
  const layers: Layer[] = condition ? [concatCondition()] : [];
  for (let level = 0; level <= halvings; level++) {
    const filters = width * Math.min(2 ** level, WIDEST);
    const convolution = conv2d({ ...(level < halvings ? HALVE : KEEP), filters, kernelInitializer });
    layers.push(
      ...normalized(convolution, level === 0 ? ends : normalization, false),
      leakyRelu({ slope: SLOPE }),
    );
  }
  layers.push(...normalized(conv2d({ ...KEEP, filters: 1, kernelInitializer }), ends));
  return { inputShape: [size, size, channels], condition, layer: sequential(layers) };
}
