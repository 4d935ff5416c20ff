import { leakyRelu } from '../layers/activations';
import { sequential } from '../layers/compose';
import { conv2d } from '../layers/conv2d';
import { dense } from '../layers/dense';
import { dropout } from '../layers/dropout';
import type { InitializerConfig } from '../layers/initializers';
import type { Condition, Layer } from '../layers/layer';
import { flatten } from '../layers/shapes';
import { requireInteger } from '../util/require';
import { SLOPE } from './conventions';
import { type Normalization, normalized } from './normalization';

export interface SoundEncoderOptions {
  /** Length of the vector; default 32. */
  readonly units?: number;
  /** Channels of the first convolution, doubled by each of the two that follow; default 16. */
  readonly width?: number;
  /** After each convolution; default `batch`. */
  readonly normalization?: Normalization;
  /** Share of the last features that are dropped in training; default 0.3. Few recordings are soon known by heart. */
  readonly dropout?: number;
  /** Of all kernels; default `heUniform`. */
  readonly kernelInitializer?: InitializerConfig;
}

const LAYERS = 3;
/** An axis that can be halved so often. */
const SHORTEST = 2 ** LAYERS;

/**
 * A log-mel spectrogram to a vector: `[frames, mels, channels]` to `[units]`, by three convolutions that halve both
 * axes (4×4, leaky ReLU) and a dense layer. See {@link soundCondition}.
 *
 * @throws {ArgumentError} if a width is not a positive integer, or the dropout no share.
 * @throws {ShapeError} on building, if the spectrogram has an axis shorter than 8.
 */
export function soundEncoder(options: SoundEncoderOptions = {}): Layer {
  const { units = 32, width = 16, normalization = 'batch', dropout: rate = 0.3 } = options;
  const { kernelInitializer = 'heUniform' } = options;
  requireInteger('soundEncoder', 'units', units);
  requireInteger('soundEncoder', 'width', width);
  const convolutions = Array.from({ length: LAYERS }, (_, step) => [
    ...normalized(
      conv2d({ filters: width * 2 ** step, kernelSize: 4, stride: 2, padding: 1, kernelInitializer }),
      normalization,
    ),
    leakyRelu({ slope: SLOPE }),
  ]).flat();
  return sequential([
    ...convolutions,
    flatten(),
    dropout({ rate }),
    dense({ units, kernelInitializer }),
    leakyRelu({ slope: SLOPE }),
  ]);
}

export interface SoundConditionOptions extends SoundEncoderOptions {
  /** Of the data's spectrograms; default 32. */
  readonly frames?: number;
  /** Of the data's spectrograms; default 32. */
  readonly mels?: number;
}

/**
 * A sound as a condition: a log-mel spectrogram as {@link soundData} has it, encoded as a vector.
 *
 * @throws {ArgumentError} if a number is out of range.
 */
export function soundCondition(options: SoundConditionOptions = {}): Condition {
  const { frames = 32, mels = 32, ...encoder } = options;
  requireInteger('soundCondition', 'frames', frames, SHORTEST);
  requireInteger('soundCondition', 'mels', mels, SHORTEST);
  return { shape: [frames, mels, 1], layer: soundEncoder(encoder) };
}
