import {
  BINARY_ADD,
  BINARY_SUB,
  UNARY_ABS,
  UNARY_EXP,
  UNARY_LOG,
  UNARY_SQRT,
  UNARY_SQUARE,
} from '../../../assembly/abi/elementwise';
import { PLAIN_PRODUCT, REDUCE_MAX, REDUCE_MIN, REDUCE_SUM } from '../../../assembly/abi/reduce';
import type { OnnxNode } from '../../formats/onnx/model';
import { reduce, reducePlain } from '../../program/records/reduce';
import { broadcastStrides } from '../../program/records/strides';
import { type Shape, sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axesOf, listOf } from './axes';
import { castTo } from './cast';
import type { Context, Operator } from './context';
import { applyBinary, applyUnary } from './elementwise';
import { convertKnown } from './fold';
import { type Known, orderOf, Value } from './value';

interface Reduction {
  /** A `REDUCE_…`; undefined for the product. */
  readonly code?: number;
  /** Applied to every element before, and to the results. */
  readonly before?: number;
  readonly after?: number;
  readonly mean?: boolean;
  /** The same in JavaScript, for known values. */
  readonly fold?: (a: number, b: number) => number;
}

const add = (a: number, b: number) => a + b;

const SUM: Reduction = { code: REDUCE_SUM };
const MAX: Reduction = { code: REDUCE_MAX, fold: (a, b) => Math.max(a, b) };

const REDUCTIONS: Readonly<Record<string, Reduction>> = {
  ReduceSum: { ...SUM, fold: add },
  ReduceMean: { ...SUM, mean: true },
  ReduceMax: MAX,
  ReduceMin: { code: REDUCE_MIN, fold: (a, b) => Math.min(a, b) },
  ReduceProd: { fold: (a, b) => a * b },
  ReduceL1: { ...SUM, before: UNARY_ABS },
  ReduceL2: { ...SUM, before: UNARY_SQUARE, after: UNARY_SQRT },
  ReduceSumSquare: { ...SUM, before: UNARY_SQUARE },
  ReduceLogSum: { ...SUM, after: UNARY_LOG },
};

/** Floats reduced along axes, which stay with size 1; in the order in which x lies. */
export function reduced(
  context: Context,
  node: OnnxNode,
  x: Value,
  axes: readonly number[],
  { code, before, after, mean }: Reduction,
): Value {
  const input = before === undefined ? x : applyUnary(context, node, x, before);
  const order = orderOf(input);
  const from = context.dense(node, input, order);
  const shape = x.shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
  const y = context.allocate(node, 'float32', shape, order);
  if (sizeOf(x.shape) === 0) throw context.fail(node, 'elements', `[${x.shape}]`);
  const sizes = order.map((axis) => x.shape[axis]!);
  const places = axes.map((axis) => order.indexOf(axis));
  if (code === undefined) {
    reducePlain(context.recorder, PLAIN_PRODUCT, 4, y.address, from.address, sizes, places);
  } else {
    const divisor = mean ? sizeOf(x.shape) / sizeOf(shape) : 1;
    reduce(context.recorder, code, y.address, from.address, sizes, places, divisor);
  }
  return after === undefined ? y : applyUnary(context, node, y, after);
}

/** log Σ eˣ without overflow: the largest is taken out first. */
function logSumExp(context: Context, node: OnnxNode, x: Value, axes: readonly number[]): Value {
  const most = reduced(context, node, x, axes, MAX);
  const below = applyBinary(context, node, x, most, BINARY_SUB);
  const sum = reduced(context, node, below, axes, { ...SUM, before: UNARY_EXP, after: UNARY_LOG });
  return applyBinary(context, node, sum, most, BINARY_ADD);
}

function foldKnown(known: Known, shape: Shape, to: Shape, rule: (a: number, b: number) => number): number[] {
  // For each element the place of its result: a view of those places.
  const places = new Value(
    'int32',
    shape,
    broadcastStrides(to, shape),
    () => 0,
    () => [...Array(sizeOf(to)).keys()],
  );
  const results: number[] = [];
  for (const [i, place] of places.known!.entries()) {
    const before = results[place];
    results[place] = before === undefined ? known[i]! : rule(before, known[i]!);
  }
  return results;
}

const reduceOperator: Operator = (context, node) => {
  const x = context.input(node, 0);
  const rank = x.shape.length;
  const given = listOf(context, node, 'axes', 1, node.op === 'ReduceSum' ? 13 : 18);
  const none = numberOf(node, 'noop_with_empty_axes', 0) === 0 ? [...x.shape.keys()] : [];
  const axes = given?.length ? axesOf(context, node, given, rank) : none;
  const isKept = (_: number, axis: number) => !axes.includes(axis);
  const kept = x.shape.map((size, axis) => (isKept(size, axis) ? size : 1));
  const reduction = REDUCTIONS[node.op];
  let y: Value;
  if (x.known?.length && reduction?.fold) {
    const folded = foldKnown(x.known, x.shape, kept, reduction.fold);
    y = context.constant(x.type, kept, convertKnown(x.type, folded));
  } else {
    const floats = castTo(context, node, x, 'float32');
    const result = reduction
      ? reduced(context, node, floats, axes, reduction)
      : logSumExp(context, node, floats, axes);
    y = castTo(context, node, result, x.type);
  }
  const dropped = y.view(y.shape.filter(isKept), y.strides.filter(isKept));
  context.output(node, numberOf(node, 'keepdims', 1) ? y : dropped);
};

export const REDUCE_OPERATORS: Readonly<Record<string, Operator>> = Object.fromEntries(
  [...Object.keys(REDUCTIONS), 'ReduceLogSumExp'].map((name) => [name, reduceOperator]),
);
