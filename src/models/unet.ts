import { leakyRelu, relu, tanh } from '../layers/activations';
import { sequential, skip } from '../layers/compose';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import { dropout as drop } from '../layers/dropout';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer, Model } from '../layers/layer';
import { requireInteger, requireNumber } from '../util/require';
import { HALVE, requireHalves, SLOPE, SMALL_NORMAL } from './conventions';
import { type Normalization, normalized } from './normalization';

export interface UnetOptions {
  /** Side of the images in pixels: a multiple of 2 to the power of `depth`. */
  readonly size: number;
  /** Channels of the input; default 3. */
  readonly channels?: number;
  /** Channels of the output; default those of the input. */
  readonly outputChannels?: number;
  /** Channels of the layer next to the image, doubled with each halving up to 8 times as many; default 64. */
  readonly width?: number;
  /** How often the side is halved; default as often as it goes, 8 at most: down to one pixel from 64 or 256. */
  readonly depth?: number;
  /** Share dropped in the three innermost blocks of the decoder, in training and in sampling; default 0.5. */
  readonly dropout?: number;
  /** Of all layers but the first, the innermost and the last; default `batch`. */
  readonly normalization?: Normalization;
  /** Of all kernels; default normal with std 0.02. */
  readonly kernelInitializer?: InitializerConfig;
}

const DEEPEST = 8;
const WIDEST = 8;
const DROPPED_BLOCKS = 3;

/** How often `size` can be halved without a remainder. */
function halvings(size: number): number {
  let count = 0;
  for (let rest = size; rest % 2 === 0; rest /= 2) count++;
  return count;
}

/**
 * The U-Net of pix2pix: an encoder of convolutions (leaky ReLU of slope 0.2), each halving the side, and its
 * mirror image in transposed convolutions (ReLU), where each level of the decoder also sees the encoder's
 * values of the same side. What varies from sample to sample comes from the dropout in the decoder's innermost
 * blocks, which stays on in sampling. `[size, size, channels]` to `[size, size, outputChannels]` in [−1, 1].
 *
 * @throws {ArgumentError} if the size cannot be halved `depth` times, or a width is not a positive integer.
 * @see Isola et al. 2017, section 3.2 and appendix 6.1, https://arxiv.org/abs/1611.07004
 */
export function unet(options: UnetOptions): Model {
  const { size, channels = 3, outputChannels = channels, width = 64 } = options;
  const { dropout = 0.5, normalization = 'batch' } = options;
  const { kernelInitializer = SMALL_NORMAL } = options;
  requireInteger('unet', 'size', size);
  const { depth = Math.max(1, Math.min(halvings(size), DEEPEST)) } = options;
  requireInteger('unet', 'channels', channels);
  requireInteger('unet', 'outputChannels', outputChannels);
  requireInteger('unet', 'width', width);
  requireInteger('unet', 'depth', depth);
  requireNumber('unet', 'dropout', dropout, 0, 1 - 2 ** -24);
  const possible = halvings(size);
  requireHalves('unet', size, depth, possible > 0 ? `, or a depth of ${possible}` : '');

  const filtersAt = (level: number) => width * Math.min(2 ** level, WIDEST);
  // Weights that are normalised are so on every layer, values only on the inner ones.
  const ends: Normalization = normalization === 'spectral' ? 'spectral' : 'none';
  const down = (filters: number, kind: Normalization) =>
    normalized(conv2d({ ...HALVE, filters, kernelInitializer }), kind, false);
  const up = (filters: number, kind: Normalization) =>
    normalized(conv2dTranspose({ ...HALVE, filters, kernelInitializer }), kind, false);

  /** What stands between the encoder's and the decoder's halves of `level − 1`, with its way around. */
  function block(level: number): Layer {
    const innermost = level === depth - 1;
    const dropped = dropout > 0 && level >= depth - DROPPED_BLOCKS;
    return skip(
      sequential([
        leakyRelu({ slope: SLOPE }),
        ...down(filtersAt(level), innermost ? ends : normalization),
        ...(innermost ? [] : [block(level + 1)]),
        relu(),
        ...up(filtersAt(level - 1), normalization),
        ...(dropped ? [drop({ rate: dropout, sampling: true })] : []),
      ]),
    );
  }

  const layer = sequential([
    ...down(filtersAt(0), ends),
    ...(depth > 1 ? [block(1)] : []),
    relu(),
    ...up(outputChannels, ends),
    tanh(),
  ]);
  return { inputShape: [size, size, channels], layer };
}
