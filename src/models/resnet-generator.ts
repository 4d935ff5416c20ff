import { relu, tanh } from '../layers/activations';
import { residual, sequential } from '../layers/compose';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import type { InitializerConfig } from '../layers/initializers';
import type { Layer, Model } from '../layers/layer';
import { reflectionPad } from '../layers/resample';
import { requireInteger } from '../util/require';
import { requireHalves, SMALL_NORMAL } from './conventions';
import { type Normalization, normalized } from './normalization';

export interface ResnetGeneratorOptions {
  /** Side of the images in pixels: a multiple of 4, at least 8. */
  readonly size: number;
  /** Channels of the input; default 3. */
  readonly channels?: number;
  /** Channels of the output; default those of the input. */
  readonly outputChannels?: number;
  /** Channels at the full side; 4 times as many in the residual blocks; default 64. */
  readonly width?: number;
  /** Residual blocks; default 6, and 9 from a side of 256, as published. */
  readonly blocks?: number;
  /** Of all layers but the last; default `instance`, which learns no scale and offset here. */
  readonly normalization?: Normalization;
  /** Of all kernels; default normal with std 0.02. */
  readonly kernelInitializer?: InitializerConfig;
}

/**
 * The generator of CycleGAN: a convolution of 7 × 7, two of stride 2, residual blocks at a quarter of the side,
 * two transposed convolutions of stride 2 and a convolution of 7 × 7, edges continued by reflection.
 * `[size, size, channels]` to `[size, size, outputChannels]` in [−1, 1].
 *
 * @throws {ArgumentError} if the side is no multiple of 4 of at least 8, or a width is not a positive integer.
 * @see Johnson et al. 2016, https://arxiv.org/abs/1603.08155
 * @see Zhu et al. 2017, appendix 7.2, https://arxiv.org/abs/1703.10593
 */
export function resnetGenerator(options: ResnetGeneratorOptions): Model {
  const { size, channels = 3, outputChannels = channels, width = 64 } = options;
  const { blocks = size >= 256 ? 9 : 6, normalization = 'instance' } = options;
  const { kernelInitializer = SMALL_NORMAL } = options;
  requireInteger('resnetGenerator', 'size', size, 8);
  requireInteger('resnetGenerator', 'channels', channels);
  requireInteger('resnetGenerator', 'outputChannels', outputChannels);
  requireInteger('resnetGenerator', 'width', width);
  requireInteger('resnetGenerator', 'blocks', blocks);
  requireHalves('resnetGenerator', size, 2);

  const ends: Normalization = normalization === 'spectral' ? 'spectral' : 'none';
  const normed = (layer: Layer, kind = normalization) => normalized(layer, kind, false);
  const convolve = (filters: number, kernelSize: number) =>
    conv2d({ filters, kernelSize, kernelInitializer });
  const halve = (filters: number) =>
    conv2d({ filters, kernelSize: 3, stride: 2, padding: 1, kernelInitializer });
  const double = (filters: number) =>
    conv2dTranspose({ filters, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1, kernelInitializer });

  const block = () =>
    residual(
      sequential([
        reflectionPad({ padding: 1 }),
        ...normed(convolve(4 * width, 3)),
        relu(),
        reflectionPad({ padding: 1 }),
        ...normed(convolve(4 * width, 3)),
      ]),
    );

  const layer = sequential([
    reflectionPad({ padding: 3 }),
    ...normed(convolve(width, 7)),
    relu(),
    ...normed(halve(2 * width)),
    relu(),
    ...normed(halve(4 * width)),
    relu(),
    ...Array.from({ length: blocks }, block),
    ...normed(double(2 * width)),
    relu(),
    ...normed(double(width)),
    relu(),
    reflectionPad({ padding: 3 }),
    ...normed(convolve(outputChannels, 7), ends),
    tanh(),
  ]);
  return { inputShape: [size, size, channels], layer };
}
