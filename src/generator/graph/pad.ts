import type { OnnxNode } from '../../formats/onnx/model';
import { f32Bits } from '../../program/recorder';
import { fill } from '../../program/records/layout';
import { sizeOf } from '../../util/shape';
import { numberOf, stringOf } from './attributes';
import { axesOf, listOf } from './axes';
import { castTo } from './cast';
import type { Context, Operator } from './context';
import { type AxisMap, resample } from './resample';
import { sliced } from './slice';
import { orderOf, type Value } from './value';

const modulo = (a: number, b: number) => (b > 0 ? ((a % b) + b) % b : 0);

/** Where along an axis of n elements a padded one is taken from that lies at i, before the first or past the last. */
const MODES: Readonly<Record<string, (i: number, n: number) => number>> = {
  edge: (i) => i,
  reflect: (i, n) => n - 1 - Math.abs(n - 1 - modulo(i, 2 * n - 2)),
  wrap: modulo,
};

const pad: Operator = (context, node) => {
  let x = context.input(node, 0);
  const rank = x.shape.length;
  const pads = listOf(context, node, 'pads', 1, 11) ?? [];
  const axes = axesOf(context, node, context.known(node, 3) ?? [...x.shape.keys()], rank);
  if (pads.length !== 2 * axes.length || !pads.every(Number.isSafeInteger)) {
    throw context.fail(node, `${2 * axes.length} pads`, `[${pads}]`);
  }
  const before = x.shape.map(() => 0);
  const shape = [...x.shape];
  for (const [i, axis] of axes.entries()) {
    const [first, last] = [pads[i]!, pads[axes.length + i]!];
    const size = x.shape[axis]! + Math.min(0, first) + Math.min(0, last);
    context.checkShape(node, [size, size + Math.max(0, first) + Math.max(0, last)]);
    // Negative ones crop.
    x = sliced(x, axis, Math.max(0, -first), size);
    before[axis] = Math.max(0, first);
    shape[axis] = size + before[axis]! + Math.max(0, last);
  }
  context.checkShape(node, shape);
  const mode = stringOf(node, 'mode', 'constant');
  if (mode === 'constant') {
    const value = context.opset < 11 ? numberOf(node, 'value', 0) : context.known(node, 2)?.[0];
    return context.output(node, surrounded(context, node, x, before, shape, value ?? 0));
  }
  const from = Object.hasOwn(MODES, mode) ? MODES[mode] : undefined;
  if (!from) throw context.fail(node, 'mode constant, edge, reflect or wrap', mode);
  const maps = new Map<number, AxisMap>();
  for (const [axis, size] of shape.entries()) {
    const own = x.shape[axis]!;
    if (size !== own) maps.set(axis, { size, place: (i) => from(i - before[axis]!, own) });
  }
  context.output(node, resample(context, node, x, maps));
};

/** x with a constant around it: `before` elements ahead of each axis, and as many behind as the shape says. */
export function surrounded(
  context: Context,
  node: OnnxNode,
  x: Value,
  before: readonly number[],
  shape: readonly number[],
  constant: number,
): Value {
  if (shape.every((size, axis) => size === x.shape[axis])) return x;
  if (x.type === 'bool') {
    const words = surrounded(context, node, castTo(context, node, x, 'int32'), before, shape, constant);
    return castTo(context, node, words, 'bool');
  }
  const y = context.allocate(node, x.type, shape, orderOf(x));
  fill(context.recorder, y.address, sizeOf(shape), x.type === 'int32' ? constant : f32Bits(constant));
  const start = before.reduce((sum, count, axis) => sum + count * y.strides[axis]!, 0);
  if (sizeOf(x.shape) > 0) context.copy(node, y.view(x.shape, y.strides, start), x);
  return y;
}

export const PAD_OPERATORS: Readonly<Record<string, Operator>> = { Pad: pad };
