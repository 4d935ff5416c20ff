import {
  BINARY_DIVIDE,
  BINARY_MAXIMUM,
  UNARY_ABS,
  UNARY_SQRT,
  UNARY_SQUARE,
} from '../../../assembly/abi/elementwise';
import { REDUCE_SUM } from '../../../assembly/abi/reduce';
import type { OnnxNode } from '../../formats/onnx/model';
import { recordNormalize } from '../../program/records/normalize';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axisOf, reshaped } from './axes';
import { affine, channelled, vectors } from './batch-normalization';
import type { Context, Operator } from './context';
import { broadcastTo } from './elementwise';
import { Formula } from './formula';
import { reduced } from './reduce';
import { channelsLast, liesIn, rowMajor, type Value } from './value';

/** Each row of `[rows, columns]` without mean and of variance 1, times scale and plus offset (`[columns]`), if given. */
function normalizeRows(
  context: Context,
  node: OnnxNode,
  x: Value,
  epsilon: number,
  given: { scale?: Value; offset?: Value } = {},
): Value {
  const y = context.allocate(node, 'float32', x.shape);
  if (sizeOf(x.shape) === 0) return y;
  const [mean, variance] = [0, 1].map(() => context.allocate(node, 'float32', [x.shape[0]!]).address);
  const { scale, offset } = given;
  const buffers = {
    y: y.address,
    x: context.dense(node, x).address,
    mean: mean!,
    variance: variance!,
    ...(scale && { scale: context.dense(node, scale).address }),
    ...(offset && { offset: context.dense(node, offset).address }),
  };
  recordNormalize(context.recorder, buffers, { shape: x.shape, over: 'layer', epsilon });
  return y;
}

const instanceNormalization: Operator = (context, node) => {
  const x = channelled(context, node, 3);
  const { shape } = x;
  const [batch, channels] = shape as [number, number];
  const [scale, offset] = vectors(context, node, 1, 2, channels) as [Value, Value];
  const epsilon = numberOf(node, 'epsilon', 1e-5);
  if (sizeOf(shape) === 0 || liesIn(x, rowMajor(shape.length))) {
    // A channel is a row.
    const rows = reshaped(context, node, x, [batch * channels, sizeOf(shape.slice(2))]);
    const normal = normalizeRows(context, node, rows, epsilon);
    context.output(
      node,
      affine(new Formula(context, node), reshaped(context, node, normal, shape), scale, offset),
    );
    return;
  }
  const order = channelsLast(shape.length);
  const y = context.allocate(node, 'float32', shape, order);
  const [mean, variance] = [0, 1].map(() => context.allocate(node, 'float32', [batch, channels]).address);
  const buffers = {
    y: y.address,
    x: context.dense(node, x, order).address,
    mean: mean!,
    variance: variance!,
    scale: context.dense(node, scale).address,
    offset: context.dense(node, offset).address,
  };
  const sizes = order.map((axis) => shape[axis]!);
  recordNormalize(context.recorder, buffers, { shape: sizes, over: 'instance', epsilon });
  context.output(node, y);
};

const layerNormalization: Operator = (context, node) => {
  const x = channelled(context, node, 1);
  const { shape } = x;
  const axis = axisOf(context, node, numberOf(node, 'axis', -1), shape.length);
  const inner = shape.slice(axis);
  const columns = sizeOf(inner);
  const vector = (index: number) => {
    const value = context.floats(node, index);
    const fits = value.shape.every(
      (size, i) => size === 1 || size === inner[i + inner.length - value.shape.length],
    );
    if (!fits || value.shape.length > inner.length) {
      throw context.fail(node, `input ${index} to broadcast to [${inner}]`, `[${value.shape}]`);
    }
    return broadcastTo(value, inner);
  };
  const rows = reshaped(context, node, x, [columns && sizeOf(shape) / columns, columns]);
  const scale = vector(1);
  const offset = context.optional(node, 2) ? { offset: vector(2) } : {};
  const y = normalizeRows(context, node, rows, numberOf(node, 'epsilon', 1e-5), { scale, ...offset });
  context.output(node, reshaped(context, node, y, shape));
};

const groupNormalization: Operator = (context, node) => {
  const x = channelled(context, node, 3);
  const { shape } = x;
  const [batch, channels] = shape as [number, number];
  const groups = numberOf(node, 'num_groups');
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw context.fail(node, `num_groups that divides ${channels}`, `${groups}`);
  }
  // Before opset 21 scale and offset were those of a group.
  const each = context.opset < 21 ? channels / groups : 1;
  const ofChannel = (value: Value) =>
    reshaped(
      context,
      node,
      broadcastTo(value.view([channels / each, 1], [value.strides[0]!, 0]), [channels / each, each]),
      [channels],
    );
  const [scale, offset] = vectors(context, node, 1, 2, channels / each).map(ofChannel) as [Value, Value];
  const rows = reshaped(context, node, x, [batch * groups, sizeOf(shape) / (batch * groups || 1)]);
  const normal = normalizeRows(context, node, rows, numberOf(node, 'epsilon', 1e-5));
  context.output(
    node,
    affine(new Formula(context, node), reshaped(context, node, normal, shape), scale, offset),
  );
};

const lpNormalization: Operator = (context, node) => {
  const x = channelled(context, node, 1);
  const power = numberOf(node, 'p', 2);
  if (power !== 1 && power !== 2) throw context.fail(node, 'p to be 1 or 2', `${power}`);
  const axis = axisOf(context, node, numberOf(node, 'axis', -1), x.shape.length);
  const steps = power === 1 ? { before: UNARY_ABS } : { before: UNARY_SQUARE, after: UNARY_SQRT };
  const norm = reduced(context, node, x, [axis], { code: REDUCE_SUM, ...steps });
  const make = new Formula(context, node);
  // What has no length stays 0.
  context.output(node, make.binary(BINARY_DIVIDE, x, make.binary(BINARY_MAXIMUM, norm, 1e-38)));
};

export const NORMALIZATION_OPERATORS: Readonly<Record<string, Operator>> = {
  InstanceNormalization: instanceNormalization,
  LayerNormalization: layerNormalization,
  GroupNormalization: groupNormalization,
  LpNormalization: lpNormalization,
};
