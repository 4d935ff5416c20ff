import { sizeOf } from '../../util/shape';
import { numberOf, numbersOf, tensorOf } from './attributes';
import { axesOf, axisOf, reshaped } from './axes';
import type { Operator } from './context';
import { initializer } from './initializer';
import type { Order, Value } from './value';

const reshape: Operator = (context, node) => {
  const x = context.input(node, 0);
  const keepsZero = numberOf(node, 'allowzero', 0) !== 0;
  const wanted = (context.known(node, 1) ?? []).map((size, axis) =>
    size === 0 && !keepsZero ? (x.shape[axis] ?? 0) : size,
  );
  const rest = sizeOf(x.shape) / sizeOf(wanted.filter((size) => size !== -1));
  const open = wanted.indexOf(-1);
  const shape = wanted.map((size, axis) => (axis === open ? rest : size));
  context.output(node, reshaped(context, node, x, shape));
};

const flatten: Operator = (context, node) => {
  const x = context.input(node, 0);
  const rank = x.shape.length;
  const axis = numberOf(node, 'axis', 1);
  // The axis may be one past the last.
  const at = axis === rank ? rank : axisOf(context, node, axis, rank);
  const shape = [sizeOf(x.shape.slice(0, at)), sizeOf(x.shape.slice(at))];
  context.output(node, reshaped(context, node, x, shape));
};

/** A view with its axes in another order. */
export function transposed(x: Value, order: Order): Value {
  const pick = (list: readonly number[]) => order.map((axis) => list[axis]!);
  return x.view(pick(x.shape), pick(x.strides));
}

const transpose: Operator = (context, node) => {
  const x = context.input(node, 0);
  const rank = x.shape.length;
  const order = numbersOf(node, 'perm') ?? [...x.shape.keys()].reverse();
  if (axesOf(context, node, order, rank).length !== rank) {
    throw context.fail(node, `an order of ${rank} axes`, `[${order}]`);
  }
  context.output(node, transposed(x, order));
};

const constant: Operator = (context, node) => {
  const tensor = tensorOf(node, 'value');
  if (tensor) return context.output(node, initializer(context.recorder, tensor));
  for (const [name, type] of [
    ['value_float', 'float32'],
    ['value_int', 'int32'],
  ] as const) {
    if (node.attributes.has(name)) {
      return context.output(node, context.constant(type, [], [numberOf(node, name)]));
    }
    const list = numbersOf(node, `${name}s`);
    if (list) return context.output(node, context.constant(type, [list.length], list));
  }
  throw context.fail(node, 'a value of numbers', 'none');
};

const identity: Operator = (context, node) => context.output(node, context.input(node, 0));

/** Other views of the same elements, and constants. */
export const RESHAPE_OPERATORS: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Identity: identity,
  Constant: constant,
};
