import { OP_MIRROR_PAD, OP_MIRROR_PAD_GRAD } from '../../../assembly/abi/mirror-pad';
import { MAX_RANK } from '../../../assembly/abi/record';
import { type Shape, sizeOf } from '../../util/shape';
import type { Recorder } from '../recorder';

export interface MirrorPadSettings {
  /** Before padding. */
  readonly inputShape: Shape;
  /** Elements added before and after, of each axis. */
  readonly paddings: readonly (readonly [number, number])[];
  /** `reflect` does not repeat the border element, `symmetric` does. */
  readonly mode: 'reflect' | 'symmetric';
}

/** Floats of the result that are worth a thread of their own. */
const PART_FLOATS = 8192;

interface Axis {
  readonly size: number;
  readonly before: number;
  readonly after: number;
}

/** Axes with the unpadded ones joined to their unpadded neighbours; what follows the last padded axis is `inner`. */
function joinAxes({ inputShape, paddings }: MirrorPadSettings): { axes: Axis[]; inner: number } {
  const axes: Axis[] = [];
  let inner = 1;
  inputShape.forEach((size, axis) => {
    const [before, after] = paddings[axis]!;
    if (before === 0 && after === 0) {
      inner *= size;
      return;
    }
    if (inner > 1) axes.push({ size: inner, before: 0, after: 0 });
    inner = 1;
    axes.push({ size, before, after });
  });
  if (axes.length === 0) axes.push({ size: 1, before: 0, after: 0 });
  return { axes, inner };
}

/** Whether the kernels serve it: joined axes up to the highest rank. */
export function servesMirrorPad(settings: MirrorPadSettings): boolean {
  return joinAxes(settings).axes.length <= MAX_RANK;
}

function recordLines(
  recorder: Recorder,
  opcode: number,
  result: number,
  source: number,
  resultSize: number,
  settings: MirrorPadSettings,
): void {
  const { axes, inner } = joinAxes(settings);
  recorder.emit(
    opcode,
    [result],
    [source],
    [
      axes.length,
      inner,
      settings.mode === 'reflect' ? 1 : 0,
      ...axes.flatMap(({ size, before, after }) => [size, before, after]),
    ],
    Math.max(1, Math.floor(resultSize / PART_FLOATS)),
  );
}

/** Pads `x` into `y`, any 4-byte elements. */
export function recordMirrorPad(
  recorder: Recorder,
  { y, x }: { readonly y: number; readonly x: number },
  settings: MirrorPadSettings,
): void {
  const padded = settings.inputShape.map((size, axis) => {
    const [before, after] = settings.paddings[axis]!;
    return before + size + after;
  });
  recordLines(recorder, OP_MIRROR_PAD, y, x, sizeOf(padded), settings);
}

/** The gradient of {@link recordMirrorPad}: every input gets the sum of the outputs that show it; f32. */
export function recordMirrorPadGrad(
  recorder: Recorder,
  { dx, dy }: { readonly dx: number; readonly dy: number },
  settings: MirrorPadSettings,
): void {
  recordLines(recorder, OP_MIRROR_PAD_GRAD, dx, dy, sizeOf(settings.inputShape), settings);
}
