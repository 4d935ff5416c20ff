import { sequential } from '../layers/compose';
import { dropout } from '../layers/dropout';
import { embedding } from '../layers/embedding';
import { gru } from '../layers/gru';
import type { Condition, Layer } from '../layers/layer';
import { requireInteger, requireNumber } from '../util/require';

export interface TextEncoderOptions {
  /** Number of words, the padding among them: the length of a vocabulary. */
  readonly vocabulary: number;
  /** Length of a caption's vector; default 64. */
  readonly units?: number;
  /** Length of a word's vector; default 32. */
  readonly embedding?: number;
  /** Share of the caption's vector that is dropped in training; default 0. */
  readonly dropout?: number;
}

/**
 * A small encoder of captions, from int32 `[N, T]` numbers of words (0: padding) to `[N, units]`: a vector for each
 * word, read by a GRU whose last state is the caption's vector. It learns along with the model whose condition it
 * encodes.
 *
 * @throws {ArgumentError} if a number is out of range.
 * @see Cho et al. 2014, https://arxiv.org/abs/1406.1078
 * @see Reed et al. 2016, https://arxiv.org/abs/1605.05396, for images drawn from captions
 */
export function textEncoder(options: TextEncoderOptions): Layer {
  const { vocabulary, units = 64, embedding: width = 32, dropout: rate = 0 } = options;
  requireInteger('textEncoder', 'vocabulary', vocabulary, 2);
  requireInteger('textEncoder', 'units', units);
  requireInteger('textEncoder', 'embedding', width);
  requireNumber('textEncoder', 'dropout', rate, 0, 1 - 2 ** -24);
  return sequential([
    embedding({ classes: vocabulary, units: width, padding: true }),
    gru({ units }),
    ...(rate > 0 ? [dropout({ rate })] : []),
  ]);
}

export interface WordsConditionOptions extends TextEncoderOptions {
  /** Words of the longest caption: the length of the data's column. */
  readonly length: number;
}

/**
 * A caption as a condition: int32 numbers of words `[length]`, encoded by {@link textEncoder}.
 *
 * @throws {ArgumentError} if a number is out of range.
 */
export function wordsCondition({ length, ...options }: WordsConditionOptions): Condition {
  requireInteger('wordsCondition', 'length', length);
  return { shape: [length], classes: options.vocabulary, layer: textEncoder(options) };
}
