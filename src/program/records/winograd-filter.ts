import { TILE_COLUMNS, TILE_ROWS_MOST } from '../../../assembly/abi/gemm';
import { ALIGNMENT } from '../../../assembly/abi/record';
import {
  OP_WINOGRAD_FILTER_COMBINE,
  OP_WINOGRAD_FILTER_PRODUCTS,
  OP_WINOGRAD_FILTER_TRANSFORM,
  WINOGRAD_COMBINE_BYTES,
  WINOGRAD_FILTER_POINTERS,
  WINOGRAD_FILTER_VALUES,
} from '../../../assembly/abi/winograd';
import type { Recorder } from '../recorder';
import { type ConvArgs, type ConvShape, flops, geometry, lines } from './conv-shape';
import { SPLIT_FLOPS } from './gemm';

/**
 * Bytes of transformed operands at a time, a block of images: little enough to stay in the caches, but more where
 * the sums, which each block reads and writes again, are large.
 */
const BLOCK_BYTES = 3 * 2 ** 20;
const BLOCK_BYTES_MOST = 12 * 2 ** 20;
/** Bytes of sums that are computed and combined at a time where one block has all images; fewer would be more records. */
const SUM_BYTES = 8 * 2 ** 20;
/** Bytes of sums that a share works on at a time, to stay in the second cache. */
const ITEM_BYTES = 192 * 1024;

/** Rows of a group, at most: four tiles. */
const GROUP_ROWS = 4 * TILE_ROWS_MOST;
/** What a transformed operand, and what a sum, costs in floating-point operations at the machine's peak. */
const OPERAND_COST = 30;
const SUM_COST = 40;
/** Share of the direct method's operations that Winograd's may cost in all, as both fall a little short of the peak. */
const GAIN = 0.95;

/** An axis cut into tiles of `size` and of `size` − 1 results, as even as can be. */
interface Cut {
  readonly size: number;
  readonly large: number;
  readonly small: number;
  /** Values of a large tile. */
  readonly points: number;
  readonly taps: number;
}

/** Whether Winograd's minimal filtering gives the filter's gradient faster than the direct method. */
export function winogradFilterWins(shape: ConvShape): boolean {
  const cuts = cutsOf(shape);
  const direct = flops(shape);
  if (!cuts || direct < SPLIT_FLOPS) return false;
  const { products, operands, sums } = costs(shape, cuts);
  return products + OPERAND_COST * operands + SUM_COST * sums < GAIN * direct;
}

/**
 * Writes `filter` = the gradient of a convolution with respect to its filter, given the gradient `y`, by Winograd's
 * minimal filtering. Taps must be 2, 3 or 4 times the stride, results at least 2 along each axis, dilation 1.
 *
 * @throws {RangeError} for another shape.
 */
export function winogradFilterGradient(
  recorder: Recorder,
  { shape, x, filter, y }: Omit<ConvArgs, 'bias'>,
): void {
  const cuts = cutsOf(shape);
  if (!cuts) {
    throw new RangeError(
      'winogradFilterGradient: must have 2 to 4 taps a stride and undilated, see winogradFilterWins',
    );
  }
  const [h, w] = cuts;
  const vectors = Math.ceil(shape.inChannels / 4);
  const rows = shape.strideHeight * shape.strideWidth * vectors * 4;
  const panels = Math.ceil(shape.outChannels / TILE_COLUMNS);
  const points = h.points * w.points;
  const tilesOfImage = (h.large + h.small) * (w.large + w.small);
  // Room for whole groups of any build.
  const rowsPadded = rows + GROUP_ROWS;
  const floatsOfTile = rowsPadded + panels * TILE_COLUMNS;
  const groups = Math.ceil(rows / GROUP_ROWS);
  const groupBytes = 4 * GROUP_ROWS * panels * TILE_COLUMNS;
  const sumBytes = points * groups * groupBytes;
  const blockBytes = Math.max(BLOCK_BYTES, Math.min(BLOCK_BYTES_MOST, sumBytes / 2));
  const most = Math.max(1, Math.floor(blockBytes / (4 * points * tilesOfImage * floatsOfTile)));
  const blocks = Math.ceil(shape.batchSize / most);
  const images = Math.ceil(shape.batchSize / blocks);
  // Sums that are complete after one block are combined a few groups at a time, while they are in the caches.
  const ranges = blocks > 1 ? 1 : Math.min(groups, Math.ceil(sumBytes / SUM_BYTES));
  // Smaller groups, of another build, may not divide as evenly.
  const some = Math.ceil(groups / ranges) + 1;

  const inputBytes = odd(4 * rowsPadded * images * tilesOfImage);
  const gradientBytes = odd(4 * panels * TILE_COLUMNS * images * tilesOfImage);
  const productBytes = odd(some * groupBytes);
  const u = recorder.scratch(points * inputBytes);
  const v = recorder.scratch(points * gradientBytes);
  const p = recorder.scratch(points * productBytes);
  const zeros = recorder.scratch(4 * TILE_ROWS_MOST * TILE_COLUMNS);
  const aside = lines(WINOGRAD_FILTER_POINTERS + WINOGRAD_FILTER_VALUES + vectors * 16);
  const asides = recorder.scratch(aside * recorder.threads);
  const combining = recorder.scratch(WINOGRAD_COMBINE_BYTES * recorder.threads);

  const worth = flops(shape) >= SPLIT_FLOPS;
  const itemGroups = Math.max(1, Math.floor(ITEM_BYTES / groupBytes));
  const plan = (image: number, count: number, range: number) => [
    ...geometry(shape),
    ...[image, count, h.size, h.large, h.small, w.size, w.large, w.small],
    ...[inputBytes, gradientBytes, productBytes, range, ranges],
  ];
  for (let image = 0; image < shape.batchSize; image += images) {
    const count = Math.min(images, shape.batchSize - image);
    const parts = worth ? count * tilesOfImage : 1;
    recorder.emit(
      OP_WINOGRAD_FILTER_TRANSFORM,
      [u, v, asides],
      [x, y],
      [...plan(image, count, 0), aside],
      parts,
    );
    const last = image + count === shape.batchSize;
    for (let range = 0; range < ranges; range++) {
      const block = plan(image, count, range);
      recorder.emit(
        OP_WINOGRAD_FILTER_PRODUCTS,
        [p, zeros],
        image > 0 ? [u, v, p] : [u, v],
        [...block, itemGroups, image > 0 ? 1 : 0],
        worth ? points * Math.ceil(some / itemGroups) : 1,
      );
      if (!last) continue;
      const inputs = range > 0 ? [p, filter] : [p];
      recorder.emit(OP_WINOGRAD_FILTER_COMBINE, [filter, combining], inputs, block, worth ? 4 * some : 1);
    }
  }
}

/** The cuts of both axes, if Winograd's method can do the shape. */
function cutsOf(shape: ConvShape): readonly [Cut, Cut] | undefined {
  if (shape.dilationHeight !== 1 || shape.dilationWidth !== 1 || shape.batchSize === 0) return undefined;
  const h = cut(shape.outHeight, shape.filterHeight, shape.strideHeight);
  const w = cut(shape.outWidth, shape.filterWidth, shape.strideWidth);
  return h && w && [h, w];
}

/** Floating-point operations of the products, and numbers of transformed operands and of sums. */
function costs(shape: ConvShape, [h, w]: readonly [Cut, Cut]) {
  const { batchSize, inChannels, outChannels, strideHeight, strideWidth } = shape;
  const rows = strideHeight * strideWidth * Math.ceil(inChannels / 4) * 4;
  const columns = Math.ceil(outChannels / TILE_COLUMNS) * TILE_COLUMNS;
  const values =
    (h.large * h.points + h.small * (h.points - 1)) * (w.large * w.points + w.small * (w.points - 1));
  const points = h.points * w.points;
  return {
    // A tile of sums costs some seven more multiplications to begin and to end.
    products: 2 * rows * columns * (batchSize * values + 7 * points),
    operands: batchSize * values * (rows + columns),
    sums: points * rows * columns,
  };
}

/** Most results of a tile by its taps: as many as keep rounding small. */
const MOST_RESULTS: Readonly<Record<number, number>> = { 2: 4, 3: 4, 4: 2 };

function cut(results: number, filter: number, stride: number): Cut | undefined {
  const taps = filter / stride;
  const most = MOST_RESULTS[taps];
  if (most === undefined || results < 2) return undefined;
  const tiles = Math.ceil(results / most);
  const size = Math.ceil(results / tiles);
  const small = tiles * size - results;
  return { size, large: tiles - small, small, points: size + taps - 1, taps };
}

/** Bytes in an odd number of cache lines, so that points spread over all cache sets. */
function odd(bytes: number): number {
  return lines(bytes) + ((lines(bytes) / ALIGNMENT) % 2 === 0 ? ALIGNMENT : 0);
}
