import {
  add,
  type GradConfig,
  getBackend,
  getKernel,
  mirrorPad,
  pad,
  reverse,
  slice,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { fromInput, kernel, linear } from './support';

type Mode = 'reflect' | 'symmetric';
type Paddings = [number, number][];

/** Adjoint of mirror padding along one axis: folds the borders back onto what they mirrored. */
function fold(dy: Tensor, axis: number, [before, after]: [number, number], skip: number): Tensor {
  if (before === 0 && after === 0) return dy;
  const size = dy.shape[axis]! - before - after;
  const cut = (start: number, length: number) =>
    slice(
      dy,
      dy.shape.map((_, i) => (i === axis ? start : 0)),
      dy.shape.map((total, i) => (i === axis ? length : total)),
    );
  const folded = (start: number, length: number, left: number) =>
    pad(
      reverse(cut(start, length), axis),
      dy.shape.map((_, i): [number, number] => (i === axis ? [left, size - left - length] : [0, 0])),
    );
  let dx = cut(before, size);
  if (before > 0) dx = add(dx, folded(0, before, skip));
  if (after > 0) dx = add(dx, folded(before + size, after, size - after - skip));
  return dx;
}

/**
 * Derivative of `mirrorPad` by its input, by the backend's `KallimaMirrorPadGrad` where it has one.
 *
 * @param dy of the padded shape.
 */
function mirrorPadGrad(dy: Tensor, paddings: Paddings, mode: Mode, inputShape: number[]): Tensor {
  if (getKernel('KallimaMirrorPadGrad', getBackend())) {
    return kernel('KallimaMirrorPadGrad', { dy }, { paddings, mode, inputShape });
  }
  return paddings.reduce(
    (folded, padding, axis) => fold(folded, axis, padding, mode === 'reflect' ? 1 : 0),
    dy,
  );
}

export const mirrorPadGradients: readonly GradConfig[] = [
  fromInput('MirrorPad', (dy, x, { paddings, mode }) =>
    mirrorPadGrad(dy, paddings as Paddings, mode as Mode, x.shape),
  ),
  linear(
    'KallimaMirrorPadGrad',
    (d, { paddings, mode }) => mirrorPad(d, paddings as Paddings, mode as Mode),
    'dy',
  ),
];
