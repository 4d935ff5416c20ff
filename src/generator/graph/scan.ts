import { REDUCE_MAX, REDUCE_MIN } from '../../../assembly/abi/reduce';
import { cumsum } from '../../program/records/layout';
import { reduceArg } from '../../program/records/reduce';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axisOf } from './axes';
import { castTo } from './cast';
import type { Operator } from './context';
import { orderOf } from './value';

/** Where along an axis the largest or smallest element is; the first, if there are several. */
const place =
  (code: number): Operator =>
  (context, node) => {
    const given = context.input(node, 0);
    const axis = axisOf(context, node, numberOf(node, 'axis', 0), given.shape.length);
    if (numberOf(node, 'select_last_index', 0) !== 0) throw context.fail(node, 'the first index', 'the last');
    if (sizeOf(given.shape) === 0) throw context.fail(node, 'elements', `[${given.shape}]`);
    const order = orderOf(given);
    const x = context.dense(node, castTo(context, node, given, 'float32'), order);
    const isOther = (_: number, i: number) => i !== axis;
    const y = context.allocate(
      node,
      'int32',
      x.shape.map((size, i) => (i === axis ? 1 : size)),
      order,
    );
    const sizes = order.map((each) => x.shape[each]!);
    reduceArg(context.recorder, code, y.address, x.address, sizes, order.indexOf(axis));
    const dropped = y.view(y.shape.filter(isOther), y.strides.filter(isOther));
    context.output(node, numberOf(node, 'keepdims', 1) ? y : dropped);
  };

/** Running sums along an axis. */
const sums: Operator = (context, node) => {
  const given = context.input(node, 0);
  const axis = axisOf(context, node, context.known(node, 1)?.[0] ?? 0, given.shape.length);
  const order = [...orderOf(given).filter((each) => each !== axis), axis];
  const x = context.dense(node, castTo(context, node, given, 'float32'), order);
  const y = context.allocate(node, 'float32', x.shape, order);
  const columns = x.shape[axis]!;
  const rows = sizeOf(x.shape.filter((_, i) => i !== axis));
  const flag = (name: string) => numberOf(node, name, 0) !== 0;
  cumsum(context.recorder, y.address, x.address, rows, columns, flag('exclusive'), flag('reverse'));
  context.output(node, castTo(context, node, y, given.type));
};

export const SCAN_OPERATORS: Readonly<Record<string, Operator>> = {
  ArgMax: place(REDUCE_MAX),
  ArgMin: place(REDUCE_MIN),
  CumSum: sums,
};
