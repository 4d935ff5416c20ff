import { leakyRelu, relu, tanh } from '../layers/activations';
import { sequential } from '../layers/compose';
import { concatCondition } from '../layers/concat-condition';
import { conv2d } from '../layers/conv2d';
import { conv2dTranspose } from '../layers/conv2d-transpose';
import { dense } from '../layers/dense';
import type { Condition, Model } from '../layers/layer';
import { flatten } from '../layers/shapes';
import { requireInteger } from '../util/require';
import type { Shape } from '../util/shape';

export interface NextFrameOptions {
  /** `[height, width, channels]` of a frame. */
  readonly frame: Shape;
  /** Channels of the past: those of all its frames together, the last one last. */
  readonly past: number;
  /** Length of the latent vector; default 8. */
  readonly latent?: number;
  /** Channels of the first layer; default 24. */
  readonly width?: number;
  /** The pixels that make one place of the world, and how far places lie apart; default 4 and 3, as in `maze`. */
  readonly place?: { readonly side: number; readonly step: number };
}

export interface NextFrameModels {
  /** `[latent]` and the past `[height, width, past]` to a frame in [−1, 1]. */
  readonly generator: Model;
  /** A frame and the past to one raw score. */
  readonly discriminator: Model;
}

/**
 * A pair that predicts the next frame of a small world seen from above: one convolution reads each place, two look at
 * its neighbours, and what stays as it was is copied from the past, which the generator's last layer sees again.
 *
 * @throws {ArgumentError} if a number is not a positive integer.
 * @throws {ShapeError} on building, if places do not fill the frame: `side + n · step` must be its height and width.
 */
export function nextFrameModels(options: NextFrameOptions): NextFrameModels {
  const { frame, past, latent = 8, width = 24, place = { side: 4, step: 3 } } = options;
  for (const [name, value] of Object.entries({ past, latent, width, ...place })) {
    requireInteger('nextFrameModels', name, value);
  }
  const [frameHeight, frameWidth, channels] = frame as [number, number, number];
  const condition: Condition = { shape: [frameHeight, frameWidth, past] };
  const places = { kernelSize: place.side, stride: place.step };
  const neighbours = { kernelSize: 3, padding: 1 };
  const wide = 2 * width;
  return {
    generator: {
      inputShape: [latent],
      condition,
      layer: sequential([
        concatCondition(),
        conv2d({ filters: width, ...places }),
        relu(),
        conv2d({ filters: wide, ...neighbours }),
        relu(),
        conv2d({ filters: wide, ...neighbours }),
        relu(),
        conv2dTranspose({ filters: 16, ...places }),
        relu(),
        concatCondition(),
        conv2d({ filters: channels, kernelSize: 1 }),
        tanh(),
      ]),
    },
    discriminator: {
      inputShape: frame,
      condition,
      layer: sequential([
        concatCondition(),
        conv2d({ filters: width, ...places }),
        leakyRelu(),
        conv2d({ filters: width, ...neighbours }),
        leakyRelu(),
        conv2d({ filters: width, ...neighbours }),
        leakyRelu(),
        flatten(),
        dense({ units: 1 }),
      ]),
    },
  };
}
