import {
  FILTER_ROWS,
  OP_CONV,
  OP_CONV_FILTER,
  OP_CONV_PACK,
  PLAN_BYTES,
  SEGMENT_LEAST,
} from '../../../assembly/abi/conv';
import { ASIDE_BYTES, DOT_COLUMNS, TILE_COLUMNS, TILE_ROWS_MOST } from '../../../assembly/abi/gemm';
import { ALIGNMENT } from '../../../assembly/abi/record';
import type { Recorder } from '../recorder';
import { type ConvArgs, type ConvShape, flops, geometry, lines } from './conv-shape';
import { fewPixelsGradient } from './few-pixels';
import { SPLIT_FLOPS } from './gemm';
import { thinFilterGradient, thinInputGradient } from './thin-conv';
import { winograd } from './winograd';
import { chooseWinograd } from './winograd-choice';
import { winogradFilterGradient, winogradFilterWins } from './winograd-filter';

export type { ConvArgs, ConvShape } from './conv-shape';

/** Pixels of a unit of work, at most: enough that partly empty tiles and reloaded panels do not show. */
const UNIT_PIXELS = 256;
/** Fewer, where there would be less than a unit for each share; but so many at least. */
const LEAST_PIXELS = 48;

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
  if (thinFilterGradient(recorder, { shape, x, filter, y })) return;
  if (winogradFilterWins(shape)) {
    winogradFilterGradient(recorder, { shape, x, filter, y });
    return;
  }
  const parts = flops(shape) >= SPLIT_FLOPS ? Math.ceil(rows / TILE_ROWS_MOST) : 1;
  const unit = unitOf(shape, false, shape.batchSize);
  const pixels = Math.ceil((unit.images * unit.rows * unit.columns) / 4) * 4;
  // A packed row takes an odd number of cache lines.
  const row = lines(pixels * 4) + ((lines(pixels * 4) / ALIGNMENT) % 2 === 0 ? ALIGNMENT : 0);
  const packed = FILTER_ROWS * row + columnsPadded(outChannels) * pixels * 4;
  const bytes = lines(
    PLAN_BYTES + ASIDE_BYTES + 2 * FILTER_ROWS * 4 + unit.table + unit.band + unit.patches + packed,
  );
  const scratch = recorder.scratch(bytes * (parts > 1 ? recorder.threads : 1));
  const { images, rows: unitRows, columns, table, band, patches } = unit;
  const params = [...geometry(shape), images, unitRows, columns, table, band, patches, pixels, bytes];
  recorder.emit(OP_CONV_FILTER, [filter, scratch], [x, y], params, parts);
}

function gather(recorder: Recorder, { shape, x, filter, y, bias }: ConvArgs, gradient: boolean): void {
  const { strideHeight, strideWidth } = shape;
  const taps = shape.filterHeight * shape.filterWidth;
  const depth = gradient ? shape.outChannels : shape.inChannels;
  const channels = gradient ? shape.inChannels : shape.outChannels;
  const { height, width } = grid(shape, gradient);
  if (shape.batchSize * height * width * channels === 0) return;
  const tiles = chooseWinograd(shape, gradient, recorder.isFixed?.(filter));
  if (tiles) {
    winograd(recorder, { shape, x, filter, y, bias }, gradient, tiles);
    return;
  }
  if (gradient && thinInputGradient(recorder, { shape, x, filter, y, bias })) return;
  if (gradient && fewPixelsGradient(recorder, { shape, x, filter, y, bias })) return;
  const description = [gradient ? 1 : 0, ...geometry(shape)];

  const packed = recorder.scratch(Math.max(4, taps * depth * columnsPadded(channels) * 4));
  const panels = channels <= DOT_COLUMNS ? channels : Math.ceil(channels / TILE_COLUMNS);
  // Packing moves each weight once: worth a second thread from a quarter of a million weights on.
  const packParts = taps * depth * channels >= SPLIT_FLOPS / 4 ? panels : 1;
  const plan = recorder.scratch(PLAN_BYTES * recorder.threads);
  recorder.emit(OP_CONV_PACK, [packed, plan], [filter], description, packParts);

  const shares = flops(shape) >= SPLIT_FLOPS ? recorder.threads : 1;
  const pixels = Math.ceil((shape.batchSize * height * width) / shares);
  const unit = unitOf(shape, gradient, Math.ceil(shape.batchSize / shares), pixels);
  const { images, rows, columns, table, outs, band, patches } = unit;
  const blocks = Math.ceil(height / rows) * Math.ceil(width / columns);
  const phases = gradient ? strideHeight * strideWidth : 1;
  const units = Math.ceil(shape.batchSize / images) * phases * blocks;
  const parts = flops(shape) >= SPLIT_FLOPS ? units : 1;
  const bytes = PLAN_BYTES + ASIDE_BYTES + 64 + table + outs + band + patches;
  const scratch = recorder.scratch(bytes * (parts > 1 ? recorder.threads : 1));
  const inputs = [gradient ? y : x, packed];
  if (bias !== undefined) inputs.push(bias);
  const params = [...description, images, rows, columns, table, outs, band, bytes];
  recorder.emit(OP_CONV, [gradient ? x : y, scratch], inputs, params, parts);
}

/** Pixels of the (largest) phase of a gather. */
function grid(shape: ConvShape, gradient: boolean): { height: number; width: number } {
  if (!gradient) return { height: shape.outHeight, width: shape.outWidth };
  return {
    height: Math.ceil(shape.inHeight / shape.strideHeight),
    width: Math.ceil(shape.inWidth / shape.strideWidth),
  };
}

/** A unit of work, at most `mostImages` images and about `mostPixels`, and the bytes of its tables and copies. */
function unitOf(shape: ConvShape, gradient: boolean, mostImages: number, mostPixels = UNIT_PIXELS) {
  const { height, width } = grid(shape, gradient);
  const columns = Math.max(1, Math.min(width, UNIT_PIXELS));
  const few = Math.ceil(Math.max(LEAST_PIXELS, mostPixels) / columns);
  const rows = Math.max(1, Math.min(height, few, Math.floor(UNIT_PIXELS / columns)));
  const whole = rows >= height && columns >= width;
  const images = whole ? Math.max(1, Math.min(mostImages, Math.floor(UNIT_PIXELS / (rows * columns)))) : 1;
  const depth = gradient ? shape.outChannels : shape.inChannels;
  const taps = shape.filterHeight * shape.filterWidth;
  const pixels = images * rows * columns + TILE_ROWS_MOST;

  // A gradient's phase moves one output a pixel, and its taps lie a stride closer together.
  const reach = (count: number, stride: number, filter: number, dilation: number) =>
    gradient
      ? count + Math.floor(((filter - 1) * dilation) / stride)
      : (count - 1) * stride + (filter - 1) * dilation + 1;
  const bandHeight = reach(rows, shape.strideHeight, shape.filterHeight, shape.dilationHeight);
  const bandWidth = reach(columns, shape.strideWidth, shape.filterWidth, shape.dilationWidth);
  const short = depth < SEGMENT_LEAST;
  return {
    images,
    rows,
    columns,
    table: lines(pixels * taps * 4),
    outs: lines(pixels * 4),
    band: lines(images * bandHeight * bandWidth * depth * 4),
    patches: short ? lines(pixels * taps * depth * 4) : 0,
  };
}

function columnsPadded(columns: number): number {
  return columns <= DOT_COLUMNS ? columns : Math.ceil(columns / TILE_COLUMNS) * TILE_COLUMNS;
}
