import {
  CONV_PIXELS,
  FILTER_PIXELS,
  FILTER_ROWS,
  OP_CONV,
  OP_CONV_FILTER,
  OP_CONV_PACK,
  PATCH_CHANNELS,
  PHASE_BYTES,
} from '../../../assembly/abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS, TILE_COLUMNS, TILE_ROWS } from '../../../assembly/abi/gemm';
import { ALIGNMENT } from '../../../assembly/abi/record';
import type { Recorder } from '../recorder';
import { SPLIT_FLOPS } from './gemm';

/** Pixels that a unit of work should span at least, in small images, so that few tiles are partly empty. */
const UNIT_PIXELS = 4 * CONV_PIXELS;

/**
 * A two-dimensional convolution, images NHWC, filter HWIO. The field names are those of TF.js's `Conv2DInfo`,
 * so one of those will do.
 */
export interface ConvShape {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  /** Zeros before the first row and column; those after the last follow from the output's size. */
  readonly padInfo: { readonly top: number; readonly left: number };
}

/** Pointers are byte addresses. */
export interface ConvArgs {
  readonly shape: ConvShape;
  /** `[batch, inHeight, inWidth, inChannels]` */
  readonly x: number;
  /** `[filterHeight, filterWidth, inChannels, outChannels]` */
  readonly filter: number;
  /** `[batch, outHeight, outWidth, outChannels]` */
  readonly y: number;
  /** `[outChannels]`, or `[inChannels]` for the input gradient; added to every pixel of the result. */
  readonly bias?: number;
}

/** Writes `y` = the convolution of `x` with `filter`, plus `bias`. */
export function conv2d(recorder: Recorder, args: ConvArgs): void {
  gather(recorder, args, false);
}

/**
 * Writes `x` = the gradient of the convolution with respect to its input, given the gradient `y` of its
 * output, plus `bias`: that is, the transposed convolution of `y`.
 */
export function conv2dInputGradient(recorder: Recorder, args: ConvArgs): void {
  gather(recorder, args, true);
}

/** Writes `filter` = the gradient of the convolution with respect to its filter, given the gradient `y`. */
export function conv2dFilterGradient(
  recorder: Recorder,
  { shape, x, filter, y }: Omit<ConvArgs, 'bias'>,
): void {
  const { inChannels, outChannels } = shape;
  const rows = shape.filterHeight * shape.filterWidth * inChannels;
  if (rows * outChannels === 0) return;
  const groups = Math.ceil(rows / TILE_ROWS);
  const parts = flops(shape) >= SPLIT_FLOPS ? groups : 1;
  const bytes =
    PHASE_BYTES +
    ASIDE_BYTES +
    2 * FILTER_ROWS * 4 +
    FILTER_PIXELS * 4 +
    lines(inChannels * 4) +
    FILTER_ROWS * FILTER_PIXELS * 4 +
    FILTER_PIXELS * columnsPadded(outChannels) * 4;
  const scratch = recorder.scratch(bytes * (parts > 1 ? recorder.threads : 1));
  recorder.emit(OP_CONV_FILTER, [filter, scratch], [x, y], [...geometry(shape), bytes], parts);
}

function gather(recorder: Recorder, { shape, x, filter, y, bias }: ConvArgs, gradient: boolean): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, strideHeight, strideWidth } = shape;
  const taps = shape.filterHeight * shape.filterWidth;
  const depth = gradient ? shape.outChannels : shape.inChannels;
  const columns = gradient ? shape.inChannels : shape.outChannels;
  const height = gradient ? Math.ceil(inHeight / strideHeight) : outHeight;
  const width = gradient ? Math.ceil(inWidth / strideWidth) : outWidth;
  if (batchSize * height * width * columns === 0) return;
  const description = [gradient ? 1 : 0, ...geometry(shape)];

  const packed = recorder.scratch(Math.max(1, taps * depth * columnsPadded(columns) * 4));
  const groups = columns <= DOT_COLUMNS ? columns : Math.ceil(columns / TILE_COLUMNS);
  // Packing moves each weight once: worth a second thread from a quarter of a million weights on.
  const packParts = taps * depth * columns >= SPLIT_FLOPS / 4 ? groups : 1;
  const phase = recorder.scratch(PHASE_BYTES * recorder.threads);
  recorder.emit(OP_CONV_PACK, [packed, phase], [filter], description, packParts);

  const images = Math.max(
    1,
    Math.min(Math.floor(UNIT_PIXELS / (height * width)), Math.ceil(batchSize / recorder.threads)),
  );
  const chunks = Math.ceil((images * height * width) / CONV_PIXELS);
  const phases = gradient ? strideHeight * strideWidth : 1;
  const units = Math.ceil(batchSize / images) * phases * chunks;
  const parts = flops(shape) >= SPLIT_FLOPS ? units : 1;
  const bytes =
    PHASE_BYTES +
    ASIDE_BYTES +
    64 +
    CONV_PIXELS * 4 +
    lines(depth * 4) +
    taps * CONV_PIXELS * 4 +
    (depth < PATCH_CHANNELS ? taps * depth * CONV_PIXELS * 4 : 0);
  const scratch = recorder.scratch(lines(bytes) * (parts > 1 ? recorder.threads : 1));
  const inputs = [gradient ? y : x, packed];
  if (bias !== undefined) inputs.push(bias);
  recorder.emit(OP_CONV, [gradient ? x : y, scratch], inputs, [...description, images, lines(bytes)], parts);
}

/** The record's words, in the order of ConvGeometry. */
function geometry(shape: ConvShape): number[] {
  return [
    shape.batchSize,
    shape.inHeight,
    shape.inWidth,
    shape.inChannels,
    shape.outHeight,
    shape.outWidth,
    shape.outChannels,
    shape.filterHeight,
    shape.filterWidth,
    shape.strideHeight,
    shape.strideWidth,
    shape.dilationHeight,
    shape.dilationWidth,
    shape.padInfo.top,
    shape.padInfo.left,
  ];
}

function flops(s: ConvShape): number {
  return (
    2 * s.batchSize * s.outHeight * s.outWidth * s.outChannels * s.filterHeight * s.filterWidth * s.inChannels
  );
}

function columnsPadded(columns: number): number {
  return columns <= DOT_COLUMNS ? columns : Math.ceil(columns / TILE_COLUMNS) * TILE_COLUMNS;
}

function lines(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
