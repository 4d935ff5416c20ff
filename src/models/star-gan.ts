import { leakyRelu, relu, tanh } from '../layers/activations';
import { branches, residual, sequential } from '../layers/compose';
import { concatCondition } from '../layers/concat-condition';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer, Model } from '../layers/layer';
import { masked } from '../layers/masked';
import { instanceNorm } from '../layers/normalization';
import { requireInteger } from '../util/require';
import { classCondition } from './conditions';
import { HALVE, requireHalves } from './conventions';

export interface StarGanModelsOptions {
  /** Side of the images in pixels: one that every halving, of generator and critic, leaves whole. */
  readonly size: number;
  /** Default 3. */
  readonly channels?: number;
  /** Number of domains, at least 2. */
  readonly domains: number;
  /** Channels at the full side, doubled with each halving; default 64. */
  readonly width?: number;
  /** Residual blocks at the generator's smallest side; default 6. */
  readonly blocks?: number;
  /** How often the generator halves the side; default 2, as published for a side of 128. */
  readonly halvings?: number;
  /** The critic: `width` of its first layer (default the generator's), `halvings` (default: to a side of 2). */
  readonly critic?: { readonly width?: number; readonly halvings?: number };
  /** The generator makes a mask as well, outside of which its input stays as it is; default false. */
  readonly mask?: boolean;
  /** Of all kernels; default `glorotUniform`. */
  readonly kernelInitializer?: InitializerConfig;
}

export interface StarGanModels {
  /** `[size, size, channels]` and a class, the domain asked for, to `[size, size, channels]` in [−1, 1]. */
  readonly generator: Model;
  /** `[size, size, channels]` to `[patches + domains]`: a score of each patch, and a logit of each domain. */
  readonly critic: Model;
}

/** Published for the critic of StarGAN. */
const SLOPE = 0.01;

/**
 * StarGAN's pair. The generator: the domain as a channel for each, a convolution of 7 × 7, convolutions of stride
 * 2, residual blocks, transposed convolutions, with instance normalisation and ReLU. The critic: convolutions
 * of 4 × 4 and stride 2, leaky ReLU of slope 0.01, no normalisation; its two branches are a convolution of
 * 3 × 3 for the patches' scores and one over the whole for the domains.
 *
 * As published but for the first convolution of the generator, which is not normalised: instance normalisation
 * takes away what a constant channel adds, and with it the domain, but at the edges. `mask` is GANimation's.
 *
 * @throws {ArgumentError} if a number is out of range, or the side cannot be halved so often.
 * @see Choi et al. 2018, appendix 7.2, https://arxiv.org/abs/1711.09020
 * @see Pumarola et al. 2018, GANimation, https://arxiv.org/abs/1807.09251
 */
export function starGanModels(options: StarGanModelsOptions): StarGanModels {
  const { size, channels = 3, domains, width = 64, blocks = 6, halvings = 2, mask = false } = options;
  const { kernelInitializer = 'glorotUniform', critic = {} } = options;
  const { width: criticWidth = width, halvings: criticHalvings = Math.floor(Math.log2(size)) - 1 } = critic;
  requireInteger('starGanModels', 'size', size, 4);
  requireInteger('starGanModels', 'channels', channels);
  requireInteger('starGanModels', 'domains', domains, 2);
  requireInteger('starGanModels', 'width', width);
  requireInteger('starGanModels', 'blocks', blocks);
  requireInteger('starGanModels', 'halvings', halvings, 0);
  requireInteger('starGanModels', 'critic.width', criticWidth);
  requireInteger('starGanModels', 'critic.halvings', criticHalvings, 0);
  requireHalves('starGanModels', size, Math.max(halvings, criticHalvings), ', or halve fewer times');

  const inputShape = [size, size, channels];
  const normed = (layer: Layer): Layer[] => [layer, instanceNorm({ affine: true })];
  // A bias before instance normalisation would be taken away by it.
  const plain = { bias: false, kernelInitializer };
  const edge = { kernelSize: 7, padding: 3, kernelInitializer };
  const levels = Array.from({ length: halvings }, (_, level) => width * 2 ** level);
  const deepest = width * 2 ** halvings;
  const convolve = () => normed(conv2d({ ...plain, filters: deepest, kernelSize: 3, padding: 1 }));
  const body = sequential([
    concatCondition(),
    conv2d({ ...edge, filters: width }),
    relu(),
    ...levels.flatMap((filters) => [...normed(conv2d({ ...HALVE, ...plain, filters: 2 * filters })), relu()]),
    ...Array.from({ length: blocks }, () => residual(sequential([...convolve(), relu(), ...convolve()]))),
    ...[...levels]
      .reverse()
      .flatMap((filters) => [...normed(conv2dTranspose({ ...HALVE, ...plain, filters })), relu()]),
    conv2d({ ...edge, filters: mask ? channels + 1 : channels }),
    tanh(),
  ]);

  const judge = Array.from({ length: criticHalvings }, (_, level) => [
    conv2d({ ...HALVE, filters: criticWidth * 2 ** level, kernelInitializer }),
    leakyRelu({ slope: SLOPE }),
  ]).flat();
  const heads = branches([
    conv2d({ ...plain, filters: 1, kernelSize: 3, padding: 1 }),
    conv2d({ ...plain, filters: domains, kernelSize: size / 2 ** criticHalvings }),
  ]);

  return {
    generator: {
      inputShape,
      condition: classCondition({ classes: domains }),
      layer: mask ? masked(body) : body,
    },
    critic: { inputShape, layer: sequential([...judge, heads]) },
  };
}
