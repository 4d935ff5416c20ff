import { BINARY_MULTIPLY, BINARY_SUB, UNARY_CLIP } from '../../../assembly/abi/elementwise';
import type { OnnxNode } from '../../formats/onnx/model';
import { f32Bits } from '../../program/recorder';
import { gather as gatherRecord, oneHot as oneHotRecord } from '../../program/records/layout';
import { type Shape, sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axisOf } from './axes';
import { castTo } from './cast';
import type { Context, Operator } from './context';
import { applyBinary, applyUnary } from './elementwise';
import { transposed } from './reshape';
import { joined, sliced } from './slice';
import { orderedStrides, orderOf, rowMajor, type Value } from './value';

/** Indices as the kernels read them: from 0 on. One that is out of range stays so. */
function wholeIndices(context: Context, node: OnnxNode, indices: Value, size: number): Value {
  const { known, shape } = indices;
  if (known) {
    return context.constant(
      'int32',
      shape,
      known.map((index) => (index < 0 ? index + size : index)),
    );
  }
  const numbers = castTo(context, node, indices, 'float32');
  const below = applyUnary(context, node, numbers, UNARY_CLIP, -1, 0);
  const length = context.constant('float32', [], [size]);
  const lack = applyBinary(context, node, below, length, BINARY_MULTIPLY);
  return castTo(context, node, applyBinary(context, node, numbers, lack, BINARY_SUB), 'int32');
}

/** An axis shown as several. */
function unfolded(x: Value, axis: number, axes: Shape): Value {
  const replace = (list: readonly number[], by: readonly number[]) => [
    ...list.slice(0, axis),
    ...by,
    ...list.slice(axis + 1),
  ];
  const strides = orderedStrides(axes, rowMajor(axes.length)).map((step) => step * x.strides[axis]!);
  return x.view(replace(x.shape, axes), replace(x.strides, strides));
}

const gather: Operator = (context, node) => {
  const x = context.input(node, 0);
  const axis = axisOf(context, node, numberOf(node, 'axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  const indices = wholeIndices(context, node, context.input(node, 1), size);
  context.checkShape(node, [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)]);
  const { known } = indices;
  if (known) {
    const wrong = known.find((index) => !(index >= 0 && index < size));
    if (wrong !== undefined) throw context.fail(node, `indices below ${size}`, `${wrong}`);
  }
  const taken = known ? takeKnown(context, node, x, axis, known) : undefined;
  context.output(node, unfolded(taken ?? take(context, node, x, axis, indices), axis, indices.shape));
};

/** Evenly spaced elements are a view; those of known values are known. */
function takeKnown(
  context: Context,
  node: OnnxNode,
  x: Value,
  axis: number,
  indices: readonly number[],
): Value | undefined {
  const [first = 0, second = first] = indices;
  const step = second - first;
  if (indices.every((index, i) => index === first + i * step)) {
    return sliced(x, axis, first, indices.length, step);
  }
  if (!x.known) return undefined;
  const parts = indices.map((index) => sliced(x, axis, index, 1));
  const shape = x.shape.map((own, i) => (i === axis ? indices.length : own));
  return joined(context, node, parts, axis, shape);
}

/** Elements along an axis by indices, as many as there are; zeros for those that are out of range. */
function take(context: Context, node: OnnxNode, x: Value, axis: number, indices: Value): Value {
  if (x.type === 'bool') {
    return castTo(
      context,
      node,
      take(context, node, castTo(context, node, x, 'int32'), axis, indices),
      'bool',
    );
  }
  const order = orderOf(x);
  const at = order.indexOf(axis);
  const sizes = order.map((each) => x.shape[each]!);
  const count = sizeOf(indices.shape);
  const y = context.allocate(
    node,
    x.type,
    x.shape.map((own, i) => (i === axis ? count : own)),
    order,
  );
  gatherRecord(
    context.recorder,
    y.address,
    context.dense(node, x, order).address,
    context.dense(node, indices).address,
    {
      batch: 1,
      outer: sizeOf(sizes.slice(0, at)),
      size: sizes[at]!,
      count,
      slice: sizeOf(sizes.slice(at + 1)),
    },
  );
  return y;
}

const oneHot: Operator = (context, node) => {
  const { type } = context.input(node, 2);
  const depth = context.known(node, 1)?.[0] ?? 0;
  const [off = 0, on = 1] = context.known(node, 2) ?? [];
  const given = context.input(node, 0);
  context.checkShape(node, [...given.shape, depth]);
  const indices = wholeIndices(context, node, given, depth);
  const rank = given.shape.length + 1;
  const axis = axisOf(context, node, numberOf(node, 'axis', -1), rank);
  const y = context.allocate(node, type === 'bool' ? 'int32' : type, [...given.shape, depth]);
  const bits = (value: number) => (type === 'float32' ? f32Bits(value) : value);
  oneHotRecord(
    context.recorder,
    y.address,
    context.dense(node, indices).address,
    sizeOf(given.shape),
    depth,
    bits(on),
    bits(off),
  );
  const order = rowMajor(rank - 1);
  order.splice(axis, 0, rank - 1);
  context.output(node, transposed(castTo(context, node, y, type), order));
};

export const GATHER_OPERATORS: Readonly<Record<string, Operator>> = { Gather: gather, OneHot: oneHot };
