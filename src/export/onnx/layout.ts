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
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  const made = values.slice() as V;
  const index = order.map(() => 0);
  for (let at = 0; at < made.length; at++) {
    made[at] = values[order.reduce((sum, axis, place) => sum + index[place]! * strides[axis]!, 0)]!;
    for (let place = order.length - 1; place >= 0; place--) {
      index[place] = index[place]! + 1;
      if (index[place]! < shape[order[place]!]!) break;
      index[place] = 0;
    }
  }
  return made;
}
