import { softmax } from '../../program/records/softmax';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axisOf } from './axes';
import type { Operator } from './context';
import { orderOf } from './value';

const softmaxOperator: Operator = (context, node) => {
  const x = context.floats(node, 0);
  const { shape } = x;
  if (shape.length === 0) throw context.fail(node, 'an axis', 'a number');
  // Before opset 13 all axes from the given one on were one.
  const flattens = context.opset < 13;
  const axis = axisOf(context, node, numberOf(node, 'axis', flattens ? 1 : -1), shape.length);
  const isColumn = (i: number) => (flattens ? i >= axis : i === axis);
  const lies = orderOf(x);
  const order = [...lies.filter((i) => !isColumn(i)), ...lies.filter(isColumn)];
  const y = context.allocate(node, 'float32', shape, order);
  const columns = sizeOf(shape.filter((_, i) => isColumn(i)));
  const rows = columns && sizeOf(shape) / columns;
  const from = context.dense(node, x, order).address;
  softmax(context.recorder, y.address, from, rows, columns, node.op === 'LogSoftmax');
  context.output(node, y);
};

export const SOFTMAX_OPERATORS: Readonly<Record<string, Operator>> = {
  Softmax: softmaxOperator,
  LogSoftmax: softmaxOperator,
};
