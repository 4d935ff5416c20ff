import { OP_CONV_DEPTHWISE } from '../../../assembly/abi/conv';
import type { Recorder } from '../recorder';

/** Sizes of a depthwise convolution; pairs are height (or top), width (or left). */
export interface DepthwiseShape {
  readonly batch: number;
  readonly channels: number;
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: readonly [number, number];
  /** Zeros before the first row and column; negative where the first ones are left out. */
  readonly before: readonly [number, number];
}

/** Byte addresses. */
export interface DepthwiseArgs {
  readonly shape: DepthwiseShape;
  /** `[batch, …output, channels]` */
  readonly y: number;
  /** `[batch, …input, channels]` */
  readonly x: number;
  /** `[…window, channels]` */
  readonly filter: number;
  /** `[channels]` */
  readonly bias?: number;
}

/** Multiply-adds that are worth a thread of their own. */
const PART_TERMS = 65536;

/** Writes `y` = each channel of `x` convolved with its own filter, plus `bias`. */
export function depthwiseConv(recorder: Recorder, { shape, y, x, filter, bias }: DepthwiseArgs): void {
  const { batch, channels, input, output, window, stride, dilation, before } = shape;
  const rows = batch * output[0];
  const terms = rows * output[1] * channels * window[0] * window[1];
  if (terms === 0) return;
  const parts = Math.max(1, Math.min(rows, Math.floor(terms / PART_TERMS)));
  const params = [batch, ...input, channels, ...output, ...window, ...stride, ...dilation, ...before];
  const inputs = bias === undefined ? [x, filter] : [x, filter, bias];
  recorder.emit(OP_CONV_DEPTHWISE, [y], inputs, [bias === undefined ? 0 : 1, ...params], parts);
}
