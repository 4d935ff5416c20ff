import {
  OP_POOL_AVERAGE,
  OP_POOL_AVERAGE_GRAD,
  OP_POOL_MAX,
  OP_POOL_MAX_GRAD,
} from '../../../assembly/abi/pool';
import type { Recorder } from '../recorder';

/** Sizes of a pooling without dilation; pairs are height (or top), width (or left). */
export interface PoolShape {
  readonly batch: number;
  readonly channels: number;
  readonly input: readonly [number, number];
  readonly output: readonly [number, number];
  readonly window: readonly [number, number];
  readonly stride: readonly [number, number];
  /** Rows above and columns to the left of the image that windows may cover. */
  readonly before: readonly [number, number];
}

/** Reads and writes that are worth a thread of their own. */
const PART_FLOATS = 8192;

const words = ({ batch, channels, input, output, window, stride, before }: PoolShape) => [
  batch,
  ...input,
  channels,
  ...output,
  ...window,
  ...stride,
  ...before,
];

function partsOf({ batch, channels, output, window }: PoolShape): number {
  const reads = batch * channels * output[0] * output[1] * window[0] * window[1];
  return Math.max(1, Math.floor(reads / PART_FLOATS));
}

/** Pools `x` (`[N, H, W, C]`) into `y`; the average is over the part of a window that lies inside the image. */
export function recordPool(
  recorder: Recorder,
  kind: 'average' | 'max',
  { y, x }: { readonly y: number; readonly x: number },
  shape: PoolShape,
): void {
  recorder.emit(kind === 'max' ? OP_POOL_MAX : OP_POOL_AVERAGE, [y], [x], words(shape), partsOf(shape));
}

/** TF.js's AvgPoolGrad: each element of `dy`, divided by the window's whole size, to every element of its window. */
export function recordAveragePoolGrad(
  recorder: Recorder,
  { dx, dy }: { readonly dx: number; readonly dy: number },
  shape: PoolShape,
): void {
  recorder.emit(OP_POOL_AVERAGE_GRAD, [dx], [dy], words(shape), partsOf(shape));
}

/** Each element of `dy` to the first maximum of its window of `x`. */
export function recordMaxPoolGrad(
  recorder: Recorder,
  { dx, dy, x }: { readonly dx: number; readonly dy: number; readonly x: number },
  shape: PoolShape,
): void {
  recorder.emit(OP_POOL_MAX_GRAD, [dx], [dy, x], words(shape), partsOf(shape));
}
