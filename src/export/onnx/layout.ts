import { type Shape, sizeOf } from '../../util/shape';
import type { TracedValues } from '../traced-graph';

/**
 * Where a value's channels are: TF.js has them last, ONNX's convolutions, pools and normalisations right after the
 * batch. From rank 3 on the two differ.
 */
export type Layout = 'last' | 'first';

/** The order of axes that brings channels forward, e.g. 0, 3, 1, 2. */
export function orderOf(rank: number, to: Layout): number[] {
  const axes = Array.from({ length: rank }, (_, axis) => axis);
  if (rank < 3) return axes;
  return to === 'first' ? [0, rank - 1, ...axes.slice(1, -1)] : [0, ...axes.slice(2), 1];
}

/** A shape, or anything else that has an entry for each axis of a value with channels last, in a layout. */
export function inLayout<T>(perAxis: readonly T[], layout: Layout): T[] {
  if (layout === 'last') return [...perAxis];
  return orderOf(perAxis.length, 'first').map((axis) => perAxis[axis]!);
}

/** An axis of a value with channels last, from its end where negative, in a layout. */
export function axisIn(axis: number, rank: number, layout: Layout): number {
  const whole = axis < 0 ? axis + rank : axis;
  return layout === 'last' ? whole : orderOf(rank, 'first').indexOf(whole);
}

/** Values with their axes in another order. */
export function permute<V extends TracedValues>(values: V, shape: Shape, order: readonly number[]): V {
  const made = values.slice() as V;
  const sizes = order.map((axis) => shape[axis]!);
  const strides = order.map((axis) => sizeOf(shape.slice(axis + 1)));
  const index = order.map(() => 0);
  let from = 0;
  for (let at = 0; at < made.length; at++) {
    made[at] = values[from]!;
    // To the next place: the last axis that is not at its end moves on, those after it go back.
    for (let place = order.length - 1; place >= 0; place--) {
      from += strides[place]!;
      if (++index[place]! < sizes[place]!) break;
      from -= strides[place]! * sizes[place]!;
      index[place] = 0;
    }
  }
  return made;
}
