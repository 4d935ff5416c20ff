import { TILE_COLUMNS, TILE_ROWS_MOST } from '../../../assembly/abi/gemm';
import {
  OP_WINOGRAD,
  OP_WINOGRAD_GRADIENT,
  OP_WINOGRAD_PACK,
  WINOGRAD_FEW_TILES,
  WINOGRAD_FIXED_BYTES,
  WINOGRAD_LARGE_FILTER,
  WINOGRAD_PACK_ADJOINT,
  WINOGRAD_PACK_BYTES,
  WINOGRAD_PACK_FORWARD,
  WINOGRAD_PACK_TURNED,
  WINOGRAD_POINT_GAP,
  WINOGRAD_SPLIT_FILTER,
} from '../../../assembly/abi/winograd';
import type { Recorder } from '../recorder';
import { type ConvArgs, type ConvShape, flops, geometry, lines } from './conv-shape';
import { SPLIT_FLOPS } from './gemm';

/** Bytes of transformed inputs and products of a block of tiles: see docs/winograd.md. */
const BLOCK_BYTES = 2 ** 20;
/** Columns of a share at least, where a share is some panels of a small filter. */
const SHARE_COLUMNS = 64;
/** Tiles for which a large transformed filter passes at once. */
const LARGE_FILTER_TILES = 192;

/** Into how many tiles the grid of output pixels is cut, down and across. */
export interface WinogradTiles {
  readonly down: number;
  readonly across: number;
}

/**
 * The convolution that is computed: at stride 1 the input gradient is a forward convolution of `y` with the filter
 * turned by half a turn, input and output channels exchanged.
 */
export function winogradShape(shape: ConvShape, gradient: boolean): ConvShape {
  if (!gradient || shape.strideHeight > 1) return shape;
  return {
    ...shape,
    inHeight: shape.outHeight,
    inWidth: shape.outWidth,
    inChannels: shape.outChannels,
    outHeight: shape.inHeight,
    outWidth: shape.inWidth,
    outChannels: shape.inChannels,
    padInfo: {
      top: shape.filterHeight - 1 - shape.padInfo.top,
      left: shape.filterWidth - 1 - shape.padInfo.left,
    },
  };
}

/** Points, α, of the largest tile of an axis of `size` pixels in `tiles` tiles. */
export function winogradPoints(size: number, tiles: number, taps: number): number {
  return Math.max(2, Math.ceil(size / tiles)) + taps - 1;
}

/** Taps of a stride phase, r, and the floats of a tile at one point: transformed pixels and products. */
export function winogradSizes(shape: ConvShape, gradient: boolean) {
  const { outChannels, inChannels } = winogradShape(shape, gradient);
  const stride = shape.strideHeight;
  const phases = stride * stride;
  const adjoint = gradient && stride > 1;
  const panels = Math.ceil((adjoint ? inChannels : outChannels) / TILE_COLUMNS);
  return {
    taps: shape.filterHeight / stride,
    depth: adjoint ? outChannels : phases * inChannels,
    width: (adjoint ? phases : 1) * panels * TILE_COLUMNS,
    panels,
    adjoint,
  };
}

/** Tiles that are transformed at once. */
export function winogradBlock(shape: ConvShape, gradient: boolean, tiles: WinogradTiles): number {
  const { outHeight, outWidth, batchSize } = winogradShape(shape, gradient);
  const { taps, depth, width } = winogradSizes(shape, gradient);
  const points = winogradPoints(outHeight, tiles.down, taps) * winogradPoints(outWidth, tiles.across, taps);
  const fitting = Math.floor(BLOCK_BYTES / (points * (oddLines(depth * 4) + oddLines(width * 4))));
  const large = points * depth * width * 4 > WINOGRAD_LARGE_FILTER ? LARGE_FILTER_TILES : TILE_ROWS_MOST;
  const block = Math.max(large, fitting - (fitting % TILE_ROWS_MOST));
  return Math.min(batchSize * tiles.down * tiles.across, block);
}

/**
 * Writes `y` = the convolution of `x` with `filter`, plus `bias`, or (`gradient`) `x` = its input gradient, given
 * `y`, by Winograd's minimal filtering: a filter of 2 to 4 taps a stride phase, square, no dilation.
 *
 * @param tiles how to cut {@link winogradShape}'s output: at most WINOGRAD_POINTS − taps + 1 pixels a tile.
 */
export function winograd(
  recorder: Recorder,
  { shape, x, filter, y, bias }: ConvArgs,
  gradient: boolean,
  tiles: WinogradTiles,
): void {
  const s = winogradShape(shape, gradient);
  const { taps, depth, width, panels, adjoint } = winogradSizes(shape, gradient);
  const pointsH = winogradPoints(s.outHeight, tiles.down, taps);
  const pointsW = winogradPoints(s.outWidth, tiles.across, taps);
  const points = pointsH * pointsW;

  const packed = recorder.scratch(points * (depth * width * 4 + WINOGRAD_POINT_GAP));
  const packScratch = recorder.scratch(WINOGRAD_PACK_BYTES * recorder.threads);
  const mode = adjoint ? WINOGRAD_PACK_ADJOINT : gradient ? WINOGRAD_PACK_TURNED : WINOGRAD_PACK_FORWARD;
  const { inChannels, outChannels, filterHeight, strideHeight } = shape;
  const packParams = [mode, filterHeight, strideHeight, inChannels, outChannels, pointsH, pointsW];
  const packParts = points * depth * width >= SPLIT_FLOPS / 4 ? panels : 1;
  recorder.emit(OP_WINOGRAD_PACK, [packed, packScratch], [filter], packParams, packParts);

  const count = tiles.down * tiles.across;
  const total = s.batchSize * count;
  const byPanels = points * depth * width * 4 > WINOGRAD_SPLIT_FILTER;
  const units = adjoint ? s.batchSize : total;
  const few = units < (adjoint ? 1 : WINOGRAD_FEW_TILES) * recorder.threads;
  // Shares of panels transform all inputs each, which must be little beside their products.
  const useful = few && !byPanels ? Math.max(2, Math.ceil(width / SHARE_COLUMNS)) : Math.max(panels, units);
  const parts = flops(s) >= SPLIT_FLOPS ? useful : 1;
  const shares = parts > 1 ? recorder.threads : 1;
  // Where shares are ranges of images or tiles, none has more than its part of the images.
  const most = s.batchSize >= shares && !byPanels ? Math.ceil(s.batchSize / shares) * count : total;
  const block = Math.min(most, winogradBlock(shape, gradient, tiles));
  const rowBytes = oddLines(depth * 4) + oddLines(width * 4);
  const bytes =
    WINOGRAD_FIXED_BYTES +
    3 * lines((block + 8) * 4) +
    lines((adjoint ? s.outChannels : s.inChannels) * 4) +
    points * (block * rowBytes + 128) +
    64;
  const scratch = recorder.scratch(lines(bytes) * shares);
  const inputs = [gradient ? y : x, packed];
  if (bias !== undefined) inputs.push(bias);
  const params = [...geometry(s), tiles.down, tiles.across, block, lines(bytes)];
  const opcode = adjoint ? OP_WINOGRAD_GRADIENT : OP_WINOGRAD;
  recorder.emit(opcode, [gradient ? x : y, scratch], inputs, params, parts);
}

/** Whole cache lines, an odd number of them. */
function oddLines(bytes: number): number {
  return lines(bytes) + ((lines(bytes) / 64) % 2 === 0 ? 64 : 0);
}
