import { sequential } from '../layers/compose';
import { dense } from '../layers/dense';
import type { Model } from '../layers/layer';
import { flatten } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { type DcganLayerOptions, dcganLayers } from './dcgan-layers';
import { type Normalization, normalized, normalizedWeights } from './normalization';

export interface DcganOptions extends DcganLayerOptions {
  /** Length of the latent vector; default 100. */
  readonly latent?: number;
  /** Default `batch` in generator and discriminator, `none` in the critic. */
  readonly normalization?: {
    readonly generator?: Normalization;
    readonly discriminator?: Normalization;
    readonly critic?: Normalization;
  };
}

export interface DcganModels {
  /** `[latent]` to `[size, size, channels]` in [−1, 1]. */
  readonly generator: Model;
  /** `[size, size, channels]` to one raw score. */
  readonly discriminator: Model;
  /** The discriminator without batch normalisation, whose penalty on each example's gradient would be ill-defined. */
  readonly critic: Model;
}

/**
 * The deep convolutional pair: the generator a dense layer and transposed convolutions, each doubling the
 * side; the discriminator its mirror image in convolutions, with leaky ReLU of slope 0.2. The generator's
 * last layer and the discriminator's first and last have no normalisation.
 *
 * @throws {ArgumentError} if the size is not one of those, or a width is not a positive integer.
 * @see Radford et al. 2015, DCGAN, https://arxiv.org/abs/1511.06434
 */
export function dcgan(options: DcganOptions): DcganModels {
  const { latent = 100, normalization = {} } = options;
  const { imageShape, kernelInitializer, generator, features } = dcganLayers('dcgan', options);
  requireInteger('dcgan', 'latent', latent);

  function scorer(kind: Normalization): Model {
    const ends = normalizedWeights(kind);
    const layers = features(ends, (layer) => normalized(layer, kind));
    layers.push(flatten(), ...ends(dense({ units: 1, kernelInitializer })));
    return { inputShape: imageShape, layer: sequential(layers) };
  }

  const kind = normalization.generator ?? 'batch';
  return {
    generator: { inputShape: [latent], layer: sequential(generator((layer) => normalized(layer, kind))) },
    discriminator: scorer(normalization.discriminator ?? 'batch'),
    critic: scorer(normalization.critic ?? 'none'),
  };
}
