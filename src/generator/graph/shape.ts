import type { OnnxNode } from '../../formats/onnx/model';
import { sizeOf } from '../../util/shape';
import { numberOf, stringOf, tensorOf } from './attributes';
import { axesOf, listOf, reshaped, reshapedStrides } from './axes';
import type { Context, Operator } from './context';
import { broadcastShape } from './elementwise';
import { initializer } from './initializer';
import { transposed } from './reshape';
import { channelsLast, type Known, MOST_KNOWN, type Order, orderOf, type Value } from './value';

const squeeze: Operator = (context, node) => {
  const x = context.input(node, 0);
  const given = listOf(context, node, 'axes', 1, 13);
  const ones = [...x.shape.keys()].filter((axis) => x.shape[axis] === 1);
  const axes = given ? axesOf(context, node, given, x.shape.length) : ones;
  if (axes.some((axis) => x.shape[axis] !== 1)) {
    throw context.fail(node, 'axes of size 1', `[${axes}] of [${x.shape}]`);
  }
  const rest = (_: number, axis: number) => !axes.includes(axis);
  context.output(node, x.view(x.shape.filter(rest), x.strides.filter(rest)));
};

/** A view with axes of size 1 added, at these places of the result. */
export function unsqueezed(context: Context, node: OnnxNode, x: Value, at: Known): Value {
  const rank = x.shape.length + at.length;
  const axes = axesOf(context, node, at, rank);
  const shape: number[] = [...x.shape];
  for (const axis of [...axes].sort((a, b) => a - b)) shape.splice(axis, 0, 1);
  return reshaped(context, node, x, shape);
}

/** A view of one element along each axis that is broadcast. */
export function expanded(context: Context, node: OnnxNode, x: Value, to: Known): Value {
  context.checkShape(node, to);
  const shape = broadcastShape(context, node, x.shape, to);
  context.checkShape(node, shape);
  const missing = shape.length - x.shape.length;
  const strides = shape.map((size, axis) =>
    x.shape[axis - missing] === size ? x.strides[axis - missing]! : 0,
  );
  return x.view(shape, strides);
}

/** A copy of a view with more axes, laid out so that runs of its axes become the axes of `shape`. */
function merged(
  context: Context,
  node: OnnxNode,
  x: Value,
  shape: readonly number[],
  order: Order = orderOf(x),
): Value {
  const y = context.allocate(node, x.type, shape, order);
  context.copy(node, y.view(x.shape, reshapedStrides(y, x.shape)!), x);
  return y;
}

const tile: Operator = (context, node) => {
  let x = context.input(node, 0);
  const repeats = context.known(node, 1) ?? [];
  if (repeats.length !== x.shape.length) {
    throw context.fail(node, `${x.shape.length} repeats`, `${repeats.length}`);
  }
  for (const [axis, count] of repeats.entries()) {
    const shape = x.shape.map((size, i) => (i === axis ? size * count : size));
    context.checkShape(node, shape);
    if (count === 1) continue;
    if (x.shape[axis] === 1) x = expanded(context, node, x, shape);
    else {
      const insert = (list: readonly number[], item: number) => [
        ...list.slice(0, axis),
        item,
        ...list.slice(axis),
      ];
      const repeated = x.view(insert(x.shape, count), insert(x.strides, 0));
      x = merged(context, node, repeated, shape, orderOf(x));
    }
  }
  context.output(node, x);
};

/** Blocks of b × b pixels to or from channels. */
const blocks =
  (toSpace: boolean): Operator =>
  (context, node) => {
    const x = context.input(node, 0);
    const b = numberOf(node, 'blocksize');
    const [n = 0, c = 0, h = 0, w = 0] = x.shape;
    const few = c / (b * b);
    const columnsFirst = toSpace && stringOf(node, 'mode', 'DCR') === 'CRD';
    const [split, order, shape] = toSpace
      ? [
          columnsFirst ? [n, few, b, b, h, w] : [n, b, b, few, h, w],
          columnsFirst ? [0, 1, 4, 2, 5, 3] : [0, 3, 4, 1, 5, 2],
          [n, few, h * b, w * b],
        ]
      : [
          [n, c, h / b, b, w / b, b],
          [0, 3, 5, 1, 2, 4],
          [n, c * b * b, h / b, w / b],
        ];
    if (x.shape.length !== 4) throw context.fail(node, 'images', `[${x.shape}]`);
    const view = transposed(reshaped(context, node, x, split), order);
    context.output(node, merged(context, node, view, shape, channelsLast(4)));
  };

const constantOfShape: Operator = (context, node) => {
  const shape = context.known(node, 0) ?? [];
  const tensor = tensorOf(node, 'value');
  const value = tensor ? initializer(context.recorder, tensor) : context.constant('float32', [1], [0]);
  if (sizeOf(value.shape) !== 1) throw context.fail(node, 'one value', `[${value.shape}]`);
  context.output(node, expanded(context, node, value.view([], []), shape));
};

const range: Operator = (context, node) => {
  const { type } = context.input(node, 0);
  const [start = 0, limit = 0, step = 0] = [0, 1, 2].map((i) => context.known(node, i)?.[0] ?? 0);
  const length = Math.max(0, Math.ceil((limit - start) / step));
  if (!(length <= MOST_RANGE)) throw context.fail(node, `at most ${MOST_RANGE} numbers`, `${length}`);
  const numbers = Array.from({ length }, (_, i) => start + i * step);
  context.output(node, context.constant(type, [length], numbers));
};

const MOST_RANGE = 16 * MOST_KNOWN;

const shapeOf: Operator = (context, node) => {
  const { shape } = context.input(node, 0);
  const part = shape.slice(numberOf(node, 'start', 0), numberOf(node, 'end', shape.length));
  context.output(node, context.constant('int32', [part.length], part));
};

/** As in inference; the mask keeps everything. */
const dropout: Operator = (context, node) => {
  const x = context.input(node, 0);
  if (context.optional(node, 2)?.known?.[0]) throw context.fail(node, 'inference', 'training mode');
  context.output(node, x);
  const all = context.constant('bool', [], [1]);
  if (node.outputs[1]) context.output(node, expanded(context, node, all, x.shape), 1);
};

export const SHAPE_OPERATORS: Readonly<Record<string, Operator>> = {
  Squeeze: squeeze,
  Unsqueeze: (context, node) => {
    const axes = listOf(context, node, 'axes', 1, 13) ?? [];
    context.output(node, unsqueezed(context, node, context.input(node, 0), axes));
  },
  Expand: (context, node) => {
    const to = context.known(node, 1) ?? [];
    context.output(node, expanded(context, node, context.input(node, 0), to));
  },
  Tile: tile,
  DepthToSpace: blocks(true),
  SpaceToDepth: blocks(false),
  Dropout: dropout,
  ConstantOfShape: constantOfShape,
  Range: range,
  Shape: shapeOf,
  Size: (context, node) =>
    context.output(node, context.constant('int32', [], [sizeOf(context.input(node, 0).shape)])),
};
