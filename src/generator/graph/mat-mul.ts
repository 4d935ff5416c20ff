import { sizeOf } from '../../util/shape';
import { reshaped } from './axes';
import type { Operator } from './context';
import { broadcastShape, broadcastTo } from './elementwise';
import { mismatch, product } from './products';
import type { Value } from './value';

export const matMul: Operator = (context, node) => {
  const [first, second] = [context.floats(node, 0), context.floats(node, 1)];
  // A vector is a row on the left and a column on the right.
  const a = first.shape.length === 1 ? first.view([1, ...first.shape], [0, ...first.strides]) : first;
  const b = second.shape.length === 1 ? second.view([...second.shape, 1], [...second.strides, 0]) : second;
  if (a.shape.length < 2 || b.shape.length < 2 || a.shape.at(-1) !== b.shape.at(-2)) {
    throw mismatch(context, node, first, second);
  }
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const batch = broadcastShape(context, node, a.shape.slice(0, -2), b.shape.slice(0, -2));
  const whole = (value: Value) => {
    const sizes = value.shape.slice(-2);
    if (sizeOf(value.shape.slice(0, -2)) !== 1) return broadcastTo(value, [...batch, ...sizes]);
    return value.view(sizes, value.strides.slice(-2));
  };
  const [left, right] = [whole(a), whole(b)];
  // One matrix on the right: all rows on the left are those of one matrix.
  const rows = [sizeOf(batch) * m, k];
  const c =
    right.shape.length === 2 && left.shape.length > 2
      ? product(context, node, reshaped(context, node, left, rows), right, [])
      : product(context, node, left, right, left.shape.length > 2 || right.shape.length > 2 ? batch : []);
  const shape = [...batch, ...(first.shape.length > 1 ? [m] : []), ...(second.shape.length > 1 ? [n] : [])];
  context.output(node, reshaped(context, node, c, shape));
};
