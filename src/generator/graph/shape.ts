import { sizeOf } from '../../util/shape';
import { tensorOf } from './attributes';
import type { Operator } from './context';
import { initializer } from './initializer';
import { orderedStrides, rowMajor } from './value';

const reshape: Operator = (context, node) => {
  const x = context.dense(node, context.input(node, 0));
  const wanted = (context.known(node, 1) ?? []).map((size, axis) => (size === 0 ? x.shape[axis]! : size));
  const given = wanted.filter((size) => size !== -1);
  const rest = sizeOf(x.shape) / sizeOf(given);
  const shape = wanted.map((size) => (size === -1 ? rest : size));
  context.checkShape(node, shape);
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw context.fail(node, `[${wanted}] to fit [${x.shape}]`, `[${shape}]`);
  context.output(node, x.view(shape, orderedStrides(shape, rowMajor(shape.length))));
};

export const SHAPE_OPERATORS: Readonly<Record<string, Operator>> = {
  Reshape: reshape,
  Identity: (context, node) => context.output(node, context.input(node, 0)),
  Constant: (context, node) => {
    const value = tensorOf(node, 'value');
    if (!value) throw context.fail(node, 'a tensor', 'none');
    context.output(node, initializer(context.recorder, value));
  },
};
