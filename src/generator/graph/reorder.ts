import type { Shape } from '../../util/shape';
import { type Order, orderedStrides } from './value';

export type Elements = Float32Array | Int32Array | Uint8Array;

/** A tensor as ONNX has it: the last axis innermost, images as NCHW. */
export interface RawTensor {
  readonly data: Elements;
  readonly shape: Shape;
}

/** Whether elements lie the same in both orders. */
function sameOrder(shape: Shape, a: Order, b: Order): boolean {
  const other = orderedStrides(shape, b);
  return orderedStrides(shape, a).every((stride, axis) => shape[axis] === 1 || stride === other[axis]);
}

/** Writes a tensor's elements, which lie in the order `from`, in the order `order`. */
export function reorder(
  to: Elements,
  order: Order,
  data: ArrayLike<number>,
  from: Order,
  shape: Shape,
): void {
  if (sameOrder(shape, from, order)) {
    to.set(data);
    return;
  }
  const strides = orderedStrides(shape, from);
  let at = 0;
  const walk = (axis: number, start: number): void => {
    if (axis === order.length) {
      to[at++] = data[start]!;
      return;
    }
    const size = shape[order[axis]!]!;
    const stride = strides[order[axis]!]!;
    for (let i = 0; i < size; i++) walk(axis + 1, start + i * stride);
  };
  walk(0, 0);
}

/** A tensor's elements in the order wanted. */
export function laid(
  { data, order, shape }: { readonly data: Elements; readonly order: Order; readonly shape: Shape },
  wanted: Order,
): Elements {
  if (sameOrder(shape, order, wanted)) return data;
  const to = data.slice();
  reorder(to, wanted, data, order, shape);
  return to;
}
