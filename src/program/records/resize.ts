import {
  ADJOINT_WORDS,
  MAP_WORDS,
  OP_RESIZE_ADJOINT,
  OP_RESIZE_ADJOINT_MAP,
  OP_RESIZE_BILINEAR,
  OP_RESIZE_MAP,
  OP_RESIZE_NEAREST,
  RESIZE_ALIGN_CORNERS,
  RESIZE_BILINEAR,
  RESIZE_HALF_PIXEL,
} from '../../../assembly/abi/resize';
import type { Recorder } from '../recorder';

export interface ResizeSettings {
  readonly method: 'nearest' | 'bilinear';
  /** Pixel centres of the corners lie on each other; as TF.js defines it. */
  readonly alignCorners: boolean;
  /** Pixels are areas, not points; as TF.js defines it. */
  readonly halfPixelCenters: boolean;
  /** `[N, H, W, C]` before resizing. */
  readonly inputShape: readonly [number, number, number, number];
  /** Height and width after resizing. */
  readonly size: readonly [number, number];
}

/** Floats of the result that are worth a thread of their own. */
const PART_FLOATS = 8192;

/** Resizes `x` into `y` (`[N, …size, C]`): f32, or for nearest any 4-byte elements. */
export function recordResize(
  recorder: Recorder,
  { y, x }: { readonly y: number; readonly x: number },
  settings: ResizeSettings,
): void {
  const { method, inputShape, size, alignCorners } = settings;
  const [n, height, width, channels] = inputShape;
  const rows = recordMap(recorder, height, size[0], settings);
  const columns = recordMap(recorder, width, size[1], settings);
  const repeat = size[1] / width;
  // Powers of two divide without rounding, so every column is repeated as often as it should.
  const repeats = !alignCorners && Number.isInteger(Math.log2(repeat)) && repeat > 1;
  recorder.emit(
    method === 'nearest' ? OP_RESIZE_NEAREST : OP_RESIZE_BILINEAR,
    [y],
    [x, rows, columns],
    [n, height, width, ...size, channels, repeats ? repeat : 0],
    partsOf(n * size[0], size[1] * channels),
  );
}

/** The gradient of {@link recordResize}: `dy` is `[N, …size, C]`, `dx` of the input's shape; f32. */
export function recordResizeGrad(
  recorder: Recorder,
  { dx, dy }: { readonly dx: number; readonly dy: number },
  settings: ResizeSettings,
): void {
  const { inputShape, size } = settings;
  const [n, height, width, channels] = inputShape;
  const rows = recordAdjointMap(recorder, height, size[0], settings);
  const columns = recordAdjointMap(recorder, width, size[1], settings);
  recorder.emit(
    OP_RESIZE_ADJOINT,
    [dx],
    [dy, rows.pointer, columns.pointer],
    [n, height, width, ...size, channels, rows.room, columns.room],
    partsOf(n * height, width * channels),
  );
}

function partsOf(rows: number, rowFloats: number): number {
  return Math.max(1, Math.min(rows, Math.floor((rows * rowFloats) / PART_FLOATS)));
}

function recordMap(recorder: Recorder, inputs: number, outputs: number, settings: ResizeSettings): number {
  const mode =
    (settings.method === 'bilinear' ? RESIZE_BILINEAR : 0) |
    (settings.alignCorners ? RESIZE_ALIGN_CORNERS : 0) |
    (settings.halfPixelCenters ? RESIZE_HALF_PIXEL : 0);
  const map = recorder.scratch(outputs * MAP_WORDS * 4);
  recorder.emit(OP_RESIZE_MAP, [map], [], [inputs, outputs, mode]);
  return map;
}

function recordAdjointMap(recorder: Recorder, inputs: number, outputs: number, settings: ResizeSettings) {
  const map = recordMap(recorder, inputs, outputs, settings);
  // An input is read by outputs whose source lies less than one index away, on either side.
  const corners = settings.alignCorners && outputs > 1 ? 1 : 0;
  const perInput = (outputs - corners) / (inputs - corners);
  const room = Math.min(outputs, Math.ceil(2 * perInput) + 2);
  const pointer = recorder.scratch(inputs * (ADJOINT_WORDS + room) * 4);
  recorder.emit(OP_RESIZE_ADJOINT_MAP, [pointer], [map], [inputs, outputs, room]);
  return { pointer, room };
}
