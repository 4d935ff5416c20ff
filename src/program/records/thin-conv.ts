import {
  OP_CONV_THIN_FILTER,
  OP_CONV_THIN_FILTER_SUM,
  OP_CONV_THIN_GRADIENT,
  PLAN_BYTES,
  THIN_CHANNELS,
} from '../../../assembly/abi/conv';
import { TILE_COLUMNS, TILE_ROWS_MOST } from '../../../assembly/abi/gemm';
import { ALIGNMENT } from '../../../assembly/abi/record';
import type { Recorder } from '../recorder';
import { type ConvArgs, type ConvShape, flops, geometry, lines } from './conv-shape';
import { SPLIT_FLOPS } from './gemm';

/** Bytes of a unit's pixels and patches: little enough to stay in the second cache. */
const UNIT_BYTES = 64 * 1024;
/** Floating-point operations that are worth a chunk of their own, and how many chunks there are at most. */
const CHUNK_FLOPS = 1e6;
const MOST_CHUNKS = 16;
/** Pixels of a block of terms, or so: enough that partly empty tiles do not show. */
const BLOCK_PIXELS = 224;
/** Share of a product's columns that taps must fill, or a product for each stride phase is as good. */
const LEAST_FILLED = 0.75;

/**
 * Writes `filter` = the gradient of a convolution with respect to its filter, given the gradient `y`, if one side
 * of the filter has few channels; else returns false.
 */
export function thinFilterGradient(
  recorder: Recorder,
  { shape, x, filter, y }: Omit<ConvArgs, 'bias'>,
): boolean {
  const gradient = shape.outChannels < shape.inChannels;
  const { inChannels, outChannels } = shape;
  const [thin, wide] = gradient ? [outChannels, inChannels] : [inChannels, outChannels];
  const height = gradient ? shape.inHeight : shape.outHeight;
  const width = gradient ? shape.inWidth : shape.outWidth;
  if (thin > THIN_CHANNELS || wide < TILE_COLUMNS || !plain(shape, gradient)) return false;
  if (shape.batchSize * height * width === 0) return false;

  const size = thin * shape.filterHeight * shape.filterWidth;
  // Either side can be the rows of the tiles: the one that leaves less of them empty.
  const patchRows = padded(size, wide) < padded(wide, size);
  const columns = upTo(patchRows ? wide : size, TILE_COLUMNS);
  const patch = upTo(size, TILE_COLUMNS);
  const rows = Math.max(1, Math.min(height, Math.floor(UNIT_BYTES / (4 * width * (patch + wide)))));
  const units = shape.batchSize * Math.ceil(height / rows);
  const work = flops(shape);
  const chunks = Math.max(1, Math.min(units, MOST_CHUNKS, Math.floor(work / CHUNK_FLOPS)));
  // Whole tiles of any build.
  const partialBytes = lines(4 * columns * ((patchRows ? size : wide) + TILE_ROWS_MOST));
  const partial = recorder.scratch(chunks * partialBytes);
  const parts = work >= SPLIT_FLOPS ? chunks : 1;

  const bandHeight = (rows - 1) * (gradient ? 1 : shape.strideHeight) + shape.filterHeight;
  const bandWidth = (width - 1) * (gradient ? 1 : shape.strideWidth) + shape.filterWidth;
  // Rows of a tile read, and the last vectors written, past the end.
  const spare = 2 * ALIGNMENT;
  const copies = 4 * (rows * width * patch + bandHeight * bandWidth * thin);
  const bytes = lines(PLAN_BYTES + copies + spare);
  const scratch = recorder.scratch(bytes * (parts > 1 ? recorder.threads : 1));
  const description = [
    gradient ? 1 : 0,
    ...geometry(shape),
    patchRows ? 1 : 0,
    columns,
    partialBytes,
    chunks,
  ];
  recorder.emit(
    OP_CONV_THIN_FILTER,
    [partial, scratch],
    gradient ? [y, x] : [x, y],
    [...description, rows, patch * 4, bytes],
    parts,
  );
  recorder.emit(OP_CONV_THIN_FILTER_SUM, [filter], [partial], description);
  return true;
}

/**
 * Writes `x` = the gradient of a convolution with respect to its input, given the gradient `y`, plus `bias`, if `x`
 * has few channels and the taps fill the columns of a product; else returns false.
 */
export function thinInputGradient(recorder: Recorder, { shape, x, filter, y, bias }: ConvArgs): boolean {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = shape;
  const { filterHeight, filterWidth, strideHeight, strideWidth, padInfo } = shape;
  const size = inChannels * filterHeight * filterWidth;
  const columns = upTo(size, TILE_COLUMNS);
  if (inChannels > THIN_CHANNELS || size < columns * LEAST_FILLED || outChannels < TILE_COLUMNS) return false;
  if (shape.dilationHeight !== 1 || shape.dilationWidth !== 1 || outHeight * outWidth === 0) return false;

  const block = Math.max(1, Math.min(outHeight, Math.round(BLOCK_PIXELS / outWidth)));
  // Rows of terms that a row of x may still want when the next block is computed.
  const kept = Math.ceil(filterHeight / strideHeight) - 1;
  const ring = block * (1 + Math.ceil(kept / block));
  const left = Math.max(0, Math.ceil((filterWidth - 1 - padInfo.left) / strideWidth));
  const right = Math.max(0, Math.floor((inWidth - 1 + padInfo.left) / strideWidth) - outWidth + 1);
  const tables = 2 * 4 * (block * outWidth + TILE_ROWS_MOST) + 4 * columns;
  const terms = 4 * columns * ring * (left + outWidth + right);
  const bytes = lines(tables) + ALIGNMENT + lines(4 * columns * outChannels) + lines(terms) + ALIGNMENT;
  const parts = flops(shape) >= SPLIT_FLOPS ? batchSize * inHeight : 1;
  const scratch = recorder.scratch(bytes * (parts > 1 ? recorder.threads : 1));
  const inputs = bias === undefined ? [y, filter] : [y, filter, bias];
  const params = [...geometry(shape), block, ring, left, right, bytes];
  recorder.emit(OP_CONV_THIN_GRADIENT, [x, scratch], inputs, params, parts);
  return true;
}

/** Outputs of whole tiles. */
function padded(rows: number, columns: number): number {
  return upTo(rows, TILE_ROWS_MOST) * upTo(columns, TILE_COLUMNS);
}

function upTo(count: number, unit: number): number {
  return Math.ceil(count / unit) * unit;
}

/** Neighbouring taps lie next to each other in the image, and a pixel meets all of them. */
function plain(shape: ConvShape, gradient: boolean): boolean {
  if (shape.dilationHeight !== 1 || shape.dilationWidth !== 1) return false;
  return !gradient || (shape.strideHeight === 1 && shape.strideWidth === 1);
}
