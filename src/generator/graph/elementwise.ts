import type { OnnxNode } from '../../formats/onnx/model';
import { type BinaryKind, binary, select, unary } from '../../program/records/elementwise';
import { type Shape, sizeOf } from '../../util/shape';
import type { Context } from './context';
import { type Order, orderOf, type Value, type ValueType } from './value';

/** NumPy's: sizes from the right, 1 goes with any. */
export function broadcastShape(context: Context, node: OnnxNode, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const at = (shape: Shape, axis: number) => shape[axis - rank + shape.length] ?? 1;
  return Array.from({ length: rank }, (_, axis) => {
    const [one, other] = [at(a, axis), at(b, axis)];
    if (one !== other && one !== 1 && other !== 1) {
      throw context.fail(node, 'shapes that broadcast', `[${a}] and [${b}]`);
    }
    return one === 1 ? other : one;
  });
}

/** The value repeated to a shape to which it broadcasts: a view. */
export function broadcastTo(value: Value, shape: Shape): Value {
  const missing = shape.length - value.shape.length;
  const strides = shape.map((size, axis) =>
    value.shape[axis - missing] === size ? value.strides[axis - missing]! : 0,
  );
  return value.view(shape, strides);
}

/** The value as one of `rank` axes, of size 1 where its elements are repeated: what needs to be worked on. */
export function narrow(value: Value, rank = value.shape.length): Value {
  const missing = Array<number>(rank - value.shape.length);
  const sizes = value.shape.map((size, axis) => (value.strides[axis] === 0 ? Math.min(size, 1) : size));
  return value.view([...missing.fill(1), ...sizes], [...missing.fill(0), ...value.strides]);
}

/** f(x) of every element, in the order in which x lies; `code` is a `UNARY_…`. */
export function applyUnary(
  context: Context,
  node: OnnxNode,
  value: Value,
  code: number,
  first = 0,
  second = 0,
): Value {
  const x = narrow(value);
  const order = orderOf(x);
  const y = context.allocate(node, 'float32', x.shape, order);
  const from = context.dense(node, x, order).address;
  unary(context.recorder, code, y.address, from, sizeOf(x.shape), first, second);
  return broadcastTo(y, value.shape);
}

const OPERANDS: Readonly<Record<BinaryKind, ValueType>> = {
  float: 'float32',
  int: 'int32',
  compareFloat: 'float32',
  compareInt: 'int32',
  logical: 'bool',
};

/**
 * f(a, b) with broadcasting, in the order of the larger operand.
 *
 * @param code `BINARY_…`, `COMPARE_…` or `LOGICAL_…`, as `kind` says; by default arithmetic of a's type.
 */
export function applyBinary(
  context: Context,
  node: OnnxNode,
  a: Value,
  b: Value,
  code: number,
  kind: BinaryKind = a.type === 'int32' ? 'int' : 'float',
): Value {
  const type = OPERANDS[kind];
  if (a.type !== type || b.type !== type) {
    throw context.fail(node, `operands of ${type}`, `${a.type} and ${b.type}`);
  }
  const whole = broadcastShape(context, node, a.shape, b.shape);
  const left = narrow(a, whole.length);
  const right = narrow(b, whole.length);
  const shape = broadcastShape(context, node, left.shape, right.shape);
  const order = orderOf(sizeOf(left.shape) >= sizeOf(right.shape) ? left : right);
  const y = context.allocate(node, kind === 'float' || kind === 'int' ? type : 'bool', shape, order);
  const sizes = (of: Shape) => order.map((axis) => of[axis]!);
  const operand = (value: Value) => ({
    pointer: context.dense(node, value, order).address,
    shape: sizes(value.shape),
  });
  if (!binary(context.recorder, kind, code, y.address, sizes(shape), operand(left), operand(right))) {
    throw context.fail(node, 'a broadcast of at most six axes', `[${a.shape}] and [${b.shape}]`);
  }
  return broadcastTo(y, whole);
}

/** condition ? a : b, with broadcasting, in the order of the largest. */
export function applySelect(context: Context, node: OnnxNode, condition: Value, a: Value, b: Value): Value {
  if (condition.type !== 'bool' || a.type !== b.type || a.type === 'bool') {
    const types = `${condition.type}, ${a.type} and ${b.type}`;
    throw context.fail(node, 'a condition and numbers of one type', types);
  }
  const shape = [a, b].reduce((all, { shape }) => broadcastShape(context, node, all, shape), condition.shape);
  const largest = [condition, b].reduce(
    (one, other) => (sizeOf(other.shape) > sizeOf(one.shape) ? other : one),
    a,
  );
  const order: Order = orderOf(narrow(largest, shape.length));
  const y = context.allocate(node, a.type, shape, order);
  const [of, one, other] = [condition, a, b].map(
    (value) => context.dense(node, broadcastTo(value, shape), order).address,
  ) as [number, number, number];
  select(context.recorder, 4, y.address, of, one, other, sizeOf(shape));
  return y;
}
