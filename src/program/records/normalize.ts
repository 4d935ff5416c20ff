import { OP_FILL } from '../../../assembly/abi/layout';
import {
  GRAD_ARRAYS,
  MOMENT_ARRAYS,
  OP_NORM_APPLY,
  OP_NORM_COMBINE,
  OP_NORM_EXPAND,
  OP_NORM_GRAD_APPLY,
  OP_NORM_GRAD_COMBINE,
  OP_NORM_GRAD_SUMS,
  OP_NORM_MOMENTS,
  OP_NORM_RECIPROCAL,
} from '../../../assembly/abi/normalize';
import type { Shape } from '../../util/shape';
import { sizeOf } from '../../util/shape';
import { f32Bits, type Recorder } from '../recorder';
import { type Grid, gridItems, gridParts, gridWords, joinParts, makeGrid } from './normalize-grid';
import { recordLayerApply, recordLayerGrad } from './normalize-layer';

/** Over what the statistics are taken: see {@link recordNormalize}. */
export type NormalizeOver = 'batch' | 'instance' | 'layer';

export interface NormalizeSettings {
  /** `[N, …, C]`, no axis empty. */
  readonly shape: Shape;
  readonly over: NormalizeOver;
  readonly epsilon: number;
}

/** Byte addresses: what is normalised and its result, of one shape; scale and offset `[C]`, both or none. */
export interface NormalizeBuffers {
  readonly y: number;
  readonly x: number;
  readonly mean: number;
  readonly variance: number;
  readonly scale?: number;
  readonly offset?: number;
}

const axesOf = (shape: Shape) => {
  const size = sizeOf(shape);
  const examples = shape[0]!;
  return { size, examples, channels: shape[shape.length - 1]! };
};

/** The grid whose (group, channel) pairs have one mean and variance each. */
function statisticsGrid({ shape, over }: NormalizeSettings): Grid {
  const { size, examples, channels } = axesOf(shape);
  if (over === 'batch') return makeGrid(1, size, channels);
  return makeGrid(examples, size / examples, over === 'layer' ? 1 : channels);
}

/** The grid that layer normalisation applies scale and offset by. */
function layerGrid({ shape }: NormalizeSettings): Grid {
  const { size, examples, channels } = axesOf(shape);
  return makeGrid(examples, size / examples, channels);
}

/**
 * `y = (x − mean)/√(variance + ε)·scale + offset`, statistics included.
 *
 * Mean and biased variance are taken per channel (`batch`, buffers `[C]`), per example and channel
 * (`instance`, `[N, C]`) or per example (`layer`, `[N]`).
 */
export function recordNormalize(
  recorder: Recorder,
  buffers: NormalizeBuffers,
  settings: NormalizeSettings,
): void {
  const { y, mean, variance, x } = buffers;
  recordMoments(recorder, { mean, variance, x }, statisticsGrid(settings));
  if (settings.over === 'layer') {
    const grid = layerGrid(settings);
    const scale = rowTable(recorder, buffers.scale, 1, grid);
    const offset = rowTable(recorder, buffers.offset, 0, grid);
    recordLayerApply(recorder, { y, x, mean, variance, scale, offset }, { grid, epsilon: settings.epsilon });
  } else {
    recordApply(recorder, buffers, statisticsGrid(settings), settings.epsilon);
  }
}

/** The same with statistics that are given, per channel: inference. */
export function recordNormalizeWith(
  recorder: Recorder,
  buffers: NormalizeBuffers,
  { size, channels, epsilon }: { readonly size: number; readonly channels: number; readonly epsilon: number },
): void {
  recordApply(recorder, buffers, makeGrid(1, size, channels), epsilon);
}

/** The gradient of {@link recordNormalize} from what it saw and computed; without a scale, dx only. */
export function recordNormalizeGrad(
  recorder: Recorder,
  buffers: {
    readonly dx: number;
    readonly dscale?: number;
    readonly doffset?: number;
    readonly dy: number;
    readonly x: number;
    readonly mean: number;
    readonly variance: number;
    readonly scale?: number;
  },
  settings: NormalizeSettings,
): void {
  if (settings.over === 'layer') {
    const grid = layerGrid(settings);
    const scale = rowTable(recorder, buffers.scale, 1, grid);
    const { dscale, doffset } = buffers;
    const sums = dscale !== undefined && doffset !== undefined ? { dscale, doffset } : undefined;
    recordLayerGrad(recorder, { ...buffers, scale }, { grid, epsilon: settings.epsilon, sums });
    return;
  }
  const grid = statisticsGrid(settings);
  const { dx, dy, x, mean, variance } = buffers;
  const channelBytes = grid.channels * 4;
  const dscale = buffers.dscale ?? recorder.scratch(channelBytes);
  const doffset = buffers.doffset ?? recorder.scratch(channelBytes);
  const means = expanded(recorder, mean, grid);
  const factor = reciprocals(recorder, variance, buffers.scale, grid, settings.epsilon);
  const average = recorder.scratch(tableBytes(grid));
  const slope = recorder.scratch(tableBytes(grid));
  const partial = recorder.scratch(gridItems(grid) * GRAD_ARRAYS * grid.width * 4);
  const words = gridWords(grid);
  const parts = gridParts(grid, gridItems(grid));
  recorder.emit(OP_NORM_GRAD_SUMS, [partial], [dy, x, means], words, parts);
  recorder.emit(
    OP_NORM_GRAD_COMBINE,
    [average, slope, dscale, doffset],
    [partial, variance],
    [...words, f32Bits(settings.epsilon)],
    joinParts(grid, grid.channels),
  );
  recorder.emit(OP_NORM_GRAD_APPLY, [dx], [dy, x, means, factor, average, slope], words, parts);
}

function recordMoments(
  recorder: Recorder,
  { mean, variance, x }: { mean: number; variance: number; x: number },
  grid: Grid,
): void {
  const partial = recorder.scratch(gridItems(grid) * MOMENT_ARRAYS * grid.width * 4);
  const words = gridWords(grid);
  recorder.emit(OP_NORM_MOMENTS, [partial], [x], words, gridParts(grid, gridItems(grid)));
  const parts = joinParts(grid, grid.groups * grid.channels);
  recorder.emit(OP_NORM_COMBINE, [mean, variance], [partial], words, parts);
}

function recordApply(recorder: Recorder, buffers: NormalizeBuffers, grid: Grid, epsilon: number): void {
  const { y, x, mean, variance, scale, offset } = buffers;
  const means = expanded(recorder, mean, grid);
  const factor = reciprocals(recorder, variance, scale, grid, epsilon);
  const offsets = rowTable(recorder, offset, 0, grid);
  recorder.emit(
    OP_NORM_APPLY,
    [y],
    [x, means, factor, offsets],
    gridWords(grid),
    gridParts(grid, gridItems(grid)),
  );
}

const tableBytes = (grid: Grid) => grid.groups * grid.width * 4;

/** `source[groups][channels]` as a table `[groups][width]`. */
function expanded(recorder: Recorder, source: number, grid: Grid): number {
  if (grid.width === grid.channels) return source;
  const table = recorder.scratch(tableBytes(grid));
  recorder.emit(OP_NORM_EXPAND, [table], [source], gridWords(grid));
  return table;
}

/** The table of `scale/√(variance + ε)`. */
function reciprocals(
  recorder: Recorder,
  variance: number,
  scale: number | undefined,
  grid: Grid,
  epsilon: number,
): number {
  const table = recorder.scratch(tableBytes(grid));
  const params = [...gridWords(grid), f32Bits(epsilon), scale === undefined ? 0 : 1];
  recorder.emit(OP_NORM_RECIPROCAL, [table], [variance, scale ?? variance], params);
  return table;
}

/** `source[channels]` as a table of one row; `missing` in every lane where there is no source. */
function rowTable(recorder: Recorder, source: number | undefined, missing: number, grid: Grid): number {
  const row = { ...grid, groups: 1 };
  if (source !== undefined) return expanded(recorder, source, row);
  const filled = recorder.scratch(tableBytes(row));
  recorder.emit(OP_FILL, [filled], [], [grid.width, f32Bits(missing)]);
  return filled;
}
