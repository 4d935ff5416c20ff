import { ArgumentError } from '../errors';
import { leakyRelu, relu, tanh } from '../layers/activations';
import { sequential } from '../layers/compose';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import { dense } from '../layers/dense';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer, Model } from '../layers/layer';
import { flatten, reshape } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { type Normalization, normalized } from './normalization';

/** Side of the images. */
export type DcganSize = 28 | 32 | 64;

export interface DcganOptions {
  /** Side of the images in pixels. */
  readonly size: DcganSize;
  /** 1 for grey, 3 for colour; default 1. */
  readonly channels?: number;
  /** Length of the latent vector; default 100. */
  readonly latent?: number;
  /** Channels of the layer next to the image, doubled with each halving of the side; default 64. */
  readonly width?: number;
  /** Default `batch` in generator and discriminator, `none` in the critic. */
  readonly normalization?: {
    readonly generator?: Normalization;
    readonly discriminator?: Normalization;
    readonly critic?: Normalization;
  };
  /** Of all kernels; default normal with std 0.02. */
  readonly kernelInitializer?: InitializerConfig;
}

export interface DcganModels {
  /** `[latent]` to `[size, size, channels]` in [−1, 1]. */
  readonly generator: Model;
  /** `[size, size, channels]` to one raw score. */
  readonly discriminator: Model;
  /** The discriminator without batch normalisation, whose penalty on each example's gradient would be ill-defined. */
  readonly critic: Model;
}

/** Side of the smallest feature map, by side of the image: 7 → 28, 4 → 32, 4 → 64. */
const SMALLEST: Readonly<Record<DcganSize, number>> = { 28: 7, 32: 4, 64: 4 };
const SLOPE = 0.2;
/** Kernel 4, stride 2, padding 1 halves a side, and transposed doubles it. */
const HALVE = { kernelSize: 4, stride: 2, padding: 1 };

/**
 * The deep convolutional pair: the generator a dense layer and transposed convolutions, each doubling the
 * side; the discriminator its mirror image in convolutions, with leaky ReLU of slope 0.2. The generator's
 * last layer and the discriminator's first and last have no normalisation.
 *
 * @throws {ArgumentError} if the size is not one of those, or a width is not a positive integer.
 * @see Radford et al. 2015, DCGAN, https://arxiv.org/abs/1511.06434
 */
export function dcgan(options: DcganOptions): DcganModels {
  const { size, channels = 1, latent = 100, width = 64, normalization = {} } = options;
  const { kernelInitializer = { kind: 'normal', std: 0.02 } as const } = options;
  if (!Object.hasOwn(SMALLEST, size)) {
    throw new ArgumentError(`dcgan: size must be 28, 32 or 64, got ${size}; resize the images`);
  }
  requireInteger('dcgan', 'channels', channels);
  requireInteger('dcgan', 'latent', latent);
  requireInteger('dcgan', 'width', width);

  const smallest = SMALLEST[size];
  const halvings = Math.log2(size / smallest);
  // Channels from the image inwards, e.g. 64, 128, 256, 512 for a side of 64.
  const widths = Array.from({ length: halvings }, (_, step) => width * 2 ** step);
  const imageShape = [size, size, channels];

  function generator(kind: Normalization): Model {
    const deepest = widths[halvings - 1]!;
    const project = dense({ units: smallest * smallest * deepest, kernelInitializer });
    const [projected, ...projectedNorm] = normalized(project, kind);
    const shape = [smallest, smallest, deepest];
    const layers: Layer[] = [projected!, reshape({ shape }), ...projectedNorm, relu()];
    for (let step = halvings - 2; step >= 0; step--) {
      const double = conv2dTranspose({ ...HALVE, filters: widths[step]!, kernelInitializer });
      layers.push(...normalized(double, kind), relu());
    }
    layers.push(conv2dTranspose({ ...HALVE, filters: channels, kernelInitializer }), tanh());
    return { inputShape: [latent], layer: sequential(layers) };
  }

  function scorer(kind: Normalization): Model {
    // Normalised weights belong on every layer, normalised values on the inner ones.
    const ends: Normalization = kind === 'spectral' ? 'spectral' : 'none';
    const layers = widths.flatMap((filters, step) => [
      ...normalized(conv2d({ ...HALVE, filters, kernelInitializer }), step === 0 ? ends : kind),
      leakyRelu({ slope: SLOPE }),
    ]);
    layers.push(flatten(), ...normalized(dense({ units: 1, kernelInitializer }), ends));
    return { inputShape: imageShape, layer: sequential(layers) };
  }

  return {
    generator: generator(normalization.generator ?? 'batch'),
    discriminator: scorer(normalization.discriminator ?? 'batch'),
    critic: scorer(normalization.critic ?? 'none'),
  };
}
