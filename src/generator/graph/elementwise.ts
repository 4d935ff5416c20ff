import {
  BINARY_ADD,
  BINARY_DIVIDE,
  BINARY_MULTIPLY,
  BINARY_SUB,
  UNARY_LEAKY_RELU,
  UNARY_RELU,
  UNARY_SIGMOID,
  UNARY_TANH,
} from '../../../assembly/abi/elementwise';
import type { OnnxNode } from '../../formats/onnx/model';
import { binary, unary } from '../../program/records/elementwise';
import { type Shape, sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import type { Context, Operator } from './context';
import { orderOf, type Value } from './value';

/** f(x) of every element, in the order in which x lies. */
export function applyUnary(
  context: Context,
  node: OnnxNode,
  value: Value,
  code: number,
  first = 0,
  second = 0,
): Value {
  const order = orderOf(value);
  const x = context.dense(node, value, order);
  const y = context.allocate(node, 'float32', value.shape, order);
  unary(context.recorder, code, y.address, x.address, sizeOf(value.shape), first, second);
  return y;
}

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

const pointwise =
  (code: number, parameter?: (node: OnnxNode) => number): Operator =>
  (context, node) =>
    context.output(
      node,
      applyUnary(context, node, context.input(node, 0), code, parameter ? parameter(node) : 0),
    );

/** f(a, b) of floats, with broadcasting, in the order of the larger operand. */
export function applyBinary(context: Context, node: OnnxNode, a: Value, b: Value, code: number): Value {
  const shape = broadcastShape(context, node, a.shape, b.shape);
  const padded = ({ shape: own, strides }: Value, value: Value) => {
    const missing = shape.length - own.length;
    return value.view([...Array(missing).fill(1), ...own], [...Array(missing).fill(0), ...strides]);
  };
  const [left, right] = [padded(a, a), padded(b, b)];
  const order = orderOf(sizeOf(a.shape) >= sizeOf(b.shape) ? left : right);
  const y = context.allocate(node, 'float32', shape, order);
  const ordered = (value: Value) => ({
    pointer: context.dense(node, value, order).address,
    shape: order.map((axis) => value.shape[axis]!),
  });
  const inOrder = order.map((axis) => shape[axis]!);
  if (!binary(context.recorder, 'float', code, y.address, inOrder, ordered(left), ordered(right))) {
    throw context.fail(node, 'a broadcast of at most six axes', `[${a.shape}] and [${b.shape}]`);
  }
  return y;
}

const arithmetic =
  (code: number): Operator =>
  (context, node) =>
    context.output(node, applyBinary(context, node, context.input(node, 0), context.input(node, 1), code));

export const ELEMENTWISE_OPERATORS: Readonly<Record<string, Operator>> = {
  Relu: pointwise(UNARY_RELU),
  LeakyRelu: pointwise(UNARY_LEAKY_RELU, (node) => numberOf(node, 'alpha', 0.01)),
  Tanh: pointwise(UNARY_TANH),
  Sigmoid: pointwise(UNARY_SIGMOID),
  Add: arithmetic(BINARY_ADD),
  Sub: arithmetic(BINARY_SUB),
  Mul: arithmetic(BINARY_MULTIPLY),
  Div: arithmetic(BINARY_DIVIDE),
};
