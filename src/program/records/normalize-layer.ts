import {
  GRAD_ARRAYS,
  OP_NORM_LAYER_APPLY,
  OP_NORM_LAYER_GRAD_APPLY,
  OP_NORM_LAYER_GRAD_COLUMNS,
  OP_NORM_LAYER_GRAD_SUMS,
} from '../../../assembly/abi/normalize';
import { f32Bits, type Recorder } from '../recorder';
import { type Grid, gridItems, gridParts, gridWords } from './normalize-grid';

/** Rows that a chunk of the sums over examples spans, at least. */
const CHUNK_ROWS = 16;

export interface LayerSettings {
  /** One group an example, with the tensor's channels. */
  readonly grid: Grid;
  readonly epsilon: number;
}

/** `y = (x − mean)/√(variance + ε)·scale + offset`: mean and variance `[N]`, scale and offset tables `[width]`. */
export function recordLayerApply(
  recorder: Recorder,
  buffers: {
    readonly y: number;
    readonly x: number;
    readonly mean: number;
    readonly variance: number;
    readonly scale: number;
    readonly offset: number;
  },
  { grid, epsilon }: LayerSettings,
): void {
  const { y, x, mean, variance, scale, offset } = buffers;
  recorder.emit(
    OP_NORM_LAYER_APPLY,
    [y],
    [x, mean, variance, scale, offset],
    [...gridWords(grid), f32Bits(epsilon)],
    gridParts(grid, gridItems(grid)),
  );
}

/** Gradient of {@link recordLayerApply} and its statistics; `scale` is a table `[width]`, `sums` are `[C]`. */
export function recordLayerGrad(
  recorder: Recorder,
  buffers: {
    readonly dx: number;
    readonly dy: number;
    readonly x: number;
    readonly mean: number;
    readonly variance: number;
    readonly scale: number;
  },
  settings: LayerSettings & { readonly sums?: { readonly dscale: number; readonly doffset: number } },
): void {
  const { dx, dy, x, mean, variance, scale } = buffers;
  const { grid, epsilon, sums: columns } = settings;
  const words = gridWords(grid);
  const items = gridItems(grid);
  const sums = recorder.scratch(items * 16);
  recorder.emit(OP_NORM_LAYER_GRAD_SUMS, [sums], [dy, x, mean, scale], words, gridParts(grid, items));

  const rows = Math.min(grid.blockRows, Math.ceil(grid.length / grid.width));
  const chunk = Math.ceil(CHUNK_ROWS / rows);
  const chunks = Math.ceil(items / chunk);
  const partial = recorder.scratch(columns ? chunks * GRAD_ARRAYS * grid.width * 4 : 4);
  recorder.emit(
    OP_NORM_LAYER_GRAD_APPLY,
    [dx, partial],
    [dy, x, mean, variance, scale, sums],
    [...words, f32Bits(epsilon), chunk, columns ? 1 : 0],
    gridParts(grid, chunks),
  );
  if (columns) {
    const { dscale, doffset } = columns;
    recorder.emit(OP_NORM_LAYER_GRAD_COLUMNS, [dscale, doffset], [partial], [...words, chunks]);
  }
}
