import { BINARY_ADD, BINARY_MULTIPLY } from '../../../assembly/abi/elementwise';
import { describeNode, type OnnxNode } from '../../formats/onnx/model';
import { conv2d, conv2dInputGradient } from '../../program/records/conv';
import { gemm } from '../../program/records/gemm';
import { sizeOf } from '../../util/shape';
import { numberOf, numbersOf } from './attributes';
import type { Context, Operator } from './context';
import { applyBinary } from './elementwise';
import { channelsLast, orderedStrides, rowMajor, type Value } from './value';
import {
  asImages,
  asSignals,
  both,
  covered,
  halves,
  type Pair,
  pairOf,
  type Windows,
  windowsOf,
} from './windows';

export const CHANNELS_LAST = channelsLast(4);
/** From OIHW to HWIO, and of a transposed convolution from IOHW to HWOI. */
const FILTER_ORDER = [2, 3, 1, 0];
/** A row of a product for each input channel. */
const PRODUCT_ORDER = [0, 2, 3, 1];
/** A transposed convolution works on as many phases as its strides have pixels. */
const MOST_PHASES = 1024;
/** Operations that a pixel of the span of a dilated window costs for each pixel that comes out: as measured. */
const SPAN_COST = 1 / 12;

export type FourSizes = [number, number, number, number];

/** What is convolved: images, their filter (OIHW, transposed IOHW) and what becomes of them. */
export interface Convolution {
  readonly x: Value;
  readonly filter: Value;
  /** `[outputs]` */
  readonly bias: Value | undefined;
  readonly groups: number;
  readonly outputs: number;
  readonly windows: Windows;
  /** Padding before the first pixel. */
  readonly before: Pair;
  /** Pixels that come out. */
  readonly output: Pair;
  readonly transposed: boolean;
}

/** Writes the records of a convolution. */
export type Convolve = (context: Context, node: OnnxNode, whole: Convolution) => Value;

function convolution(context: Context, node: OnnxNode, transposed: boolean, grouped?: Convolve): void {
  const given = context.floats(node, 0);
  const [x, filter] = [asImages(context, node, given), asImages(context, node, context.floats(node, 1))];
  const bias = context.optional(node, 2) && context.floats(node, 2);
  const groups = numberOf(node, 'group', 1);
  const [, channels, height, width] = x.shape as FourSizes;
  const [first, second, ...taps] = filter.shape as FourSizes;
  const [inputs, outputs] = transposed ? [first, second * groups] : [second * groups, first];
  const axes = given.shape.length - 2;
  const windows = windowsOf(context, node, axes, taps.slice(2 - axes));
  const fits = Number.isInteger(groups) && groups > 0 && channels > 0 && inputs === channels;
  if (
    !fits ||
    filter.shape.includes(0) ||
    given.shape.length !== context.floats(node, 1).shape.length ||
    `${windows.size}` !== `${taps}` ||
    (transposed ? channels : outputs) % groups !== 0 ||
    (bias && `${bias.shape}` !== `${outputs}`)
  ) {
    throw context.fail(
      node,
      'a filter and a bias that fit its input and its groups',
      `[${filter.shape}] and [${bias ? bias.shape : ''}] for [${x.shape}] in ${groups} groups`,
    );
  }
  const size: Pair = [height, width];
  const { before, output } = transposed ? spread(context, node, windows, size, axes) : covered(windows, size);
  if (Math.min(...output) < 1) throw context.fail(node, 'an output of at least one pixel', `[${output}]`);
  const whole = { x, filter, bias, groups, outputs, windows, before, output, transposed };
  const pixels = sizeOf(transposed ? size : output);
  context.checkShape(node, [x.shape[0]!, outputs, ...output]);
  context.spend(
    node,
    (2 * x.shape[0]! * pixels * sizeOf(filter.shape) * (transposed ? 1 : outputs)) / (transposed ? 1 : first),
  );
  // What a dilated window spans is copied together, tile by tile.
  if (Math.max(...windows.dilation) > 1)
    context.spend(node, x.shape[0]! * pixels * sizeOf(windows.reach) * SPAN_COST);
  const convolve = groups === 1 ? convolveOne : grouped!;
  const make = (of: Convolution) => asSignals(convolve(context, node, of), given);
  const y = make(whole);
  context.scalable.set(y, (factor, shift) => {
    context.recorder.name = `${describeNode(node)} + ${context.recorder.name}`;
    return make(scaled(context, node, whole, factor, shift));
  });
  context.output(node, y);
}

/** Where a transposed convolution puts its pixels. */
function spread(context: Context, node: OnnxNode, windows: Windows, input: Pair, axes: number) {
  const { stride, reach, autoPad } = windows;
  const extra = pairOf(context, node, 'output_padding', axes, 0);
  const full = both((i) => (input[i] - 1) * stride[i] + reach[i] + extra[i]);
  const same = autoPad.startsWith('SAME') ? both((i) => Math.min(full[i], input[i] * stride[i])) : undefined;
  const wanted = numbersOf(node, 'output_shape') ? pairOf(context, node, 'output_shape', axes, 1) : same;
  if (!wanted) {
    return { before: windows.before, output: both((i) => full[i] - windows.before[i] - windows.after[i]) };
  }
  const [before] = halves(
    both((i) => Math.max(0, full[i] - wanted[i])),
    autoPad !== 'SAME_UPPER',
  );
  return { before, output: wanted };
}

/** The same with each output channel multiplied and added to: the filter and the bias take it up. */
function scaled(
  context: Context,
  node: OnnxNode,
  whole: Convolution,
  factor: Value,
  shift: Value,
): Convolution {
  const { filter, bias, groups, transposed } = whole;
  const times = (a: Value, b: Value) => applyBinary(context, node, a, b, BINARY_MULTIPLY);
  const [first, second, height, width] = filter.shape as FourSizes;
  const channels = context.dense(node, factor);
  let product: Value;
  if (transposed && groups > 1) {
    const shape = [groups, first / groups, second, height, width];
    const perChannel = channels.view([groups, 1, second, 1, 1], [second, 0, 1, 0, 0]);
    product = reshaped(times(reshaped(context.dense(node, filter), shape), perChannel), filter.shape);
  } else {
    const perChannel = transposed
      ? channels.view([1, second, 1, 1], [0, 1, 0, 0])
      : channels.view([first, 1, 1, 1], [1, 0, 0, 0]);
    // As the kernel wants it, so that a single pass is left.
    const order = groups > 1 ? rowMajor(4) : isProduct(whole) ? PRODUCT_ORDER : FILTER_ORDER;
    product = times(context.dense(node, filter, order), perChannel);
  }
  return {
    ...whole,
    filter: product,
    bias: bias ? applyBinary(context, node, times(bias, factor), shift, BINARY_ADD) : shift,
  };
}

/** A value without gaps, the last axis innermost, in another shape. */
function reshaped(value: Value, shape: readonly number[]): Value {
  return value.view(shape, orderedStrides(shape, rowMajor(shape.length)));
}

/** Whether each pixel that goes in becomes an image of its own. */
function isProduct({ x, windows, before, output, transposed }: Convolution): boolean {
  const single = x.shape[2]! * x.shape[3]! === 1;
  // Neither dilated nor cut.
  const whole = `${windows.reach}` === `${output}` && `${windows.size}` === `${output}`;
  return transposed && single && whole && Math.max(...before) === 0;
}

/** One group. */
export function convolveOne(context: Context, node: OnnxNode, whole: Convolution): Value {
  const { x, filter, bias, outputs, windows, before, output, transposed } = whole;
  const [batchSize, channels, height, width] = x.shape as FourSizes;
  const address = (value: Value, order: readonly number[]) => context.dense(node, value, order).address;
  if (isProduct(whole)) return product(context, node, whole);
  const y = context.allocate(node, 'float32', [batchSize, outputs, ...output], CHANNELS_LAST);
  const small = { height, width, channels };
  const large = { height: output[0], width: output[1], channels: outputs };
  const [from, to] = transposed ? [large, small] : [small, large];
  // A stride over a single pixel goes nowhere.
  const [strideHeight, strideWidth] = both((i) => ([to.height, to.width][i] === 1 ? 1 : windows.stride[i]));
  if (transposed && strideHeight * strideWidth > MOST_PHASES) {
    throw context.fail(node, `strides of at most ${MOST_PHASES} pixels`, `[${windows.stride}]`);
  }
  const args = {
    shape: {
      batchSize,
      inHeight: from.height,
      inWidth: from.width,
      inChannels: from.channels,
      outHeight: to.height,
      outWidth: to.width,
      outChannels: to.channels,
      filterHeight: windows.size[0],
      filterWidth: windows.size[1],
      strideHeight,
      strideWidth,
      dilationHeight: windows.dilation[0],
      dilationWidth: windows.dilation[1],
      padInfo: { top: before[0], left: before[1] },
    },
    filter: address(filter, FILTER_ORDER),
    ...(bias ? { bias: address(bias, [0]) } : {}),
  };
  const images = address(x, CHANNELS_LAST);
  if (transposed) conv2dInputGradient(context.recorder, { ...args, x: y.address, y: images });
  else conv2d(context.recorder, { ...args, x: images, y: y.address });
  return y;
}

/** A transposed convolution of single pixels: a row of all taps for each. */
function product(context: Context, node: OnnxNode, { x, filter, bias, outputs, output }: Convolution): Value {
  const [m, k] = x.shape as FourSizes;
  const y = context.allocate(node, 'float32', [m, outputs, ...output], CHANNELS_LAST);
  const a = context.dense(node, x, CHANNELS_LAST).address;
  const b = context.dense(node, filter, PRODUCT_ORDER).address;
  gemm(context.recorder, { c: y.address, a, b, m, n: sizeOf([outputs, ...output]), k });
  if (!bias) return y;
  const perChannel = context.dense(node, bias).view([outputs, 1, 1], [1, 0, 0]);
  return applyBinary(context, node, y, perChannel, BINARY_ADD);
}

/** @param grouped what convolves in groups; without it there must be one. */
export const convOperators = (grouped?: Convolve): Readonly<Record<string, Operator>> => ({
  Conv: (context, node) => convolution(context, node, false, grouped),
  ConvTranspose: (context, node) => convolution(context, node, true, grouped),
});
