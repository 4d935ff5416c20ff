import type { ArgMaxAttrs, CumsumAttrs, MaxAttrs, MeanAttrs } from '@tensorflow/tfjs-core';
import { layoutOf } from './elementwise';
import { axisIn, type Layout, orderOf } from './layout';
import { attributesOf, inputOf, type OnnxOperator, type OnnxOperators, outputOf } from './operator';

/** The axes that are reduced, from 0, in ascending order. */
export function reducedAxes(axis: number | readonly number[] | undefined, rank: number): number[] {
  const given = axis === undefined ? Array.from({ length: rank }, (_, at) => at) : [axis].flat();
  return given.map((at) => (at < 0 ? at + rank : at)).sort((a, b) => a - b);
}

/** Whether the axes that are left stand in TF.js's order also with channels first. */
function keepsOrder(rank: number, axes: readonly number[]): boolean {
  const left = orderOf(rank, 'first').filter((axis) => !axes.includes(axis));
  return left.every((axis, at) => at === 0 || left[at - 1]! < axis);
}

function reduction(op: string, axisInput = false): OnnxOperator {
  return (writer, node) => {
    const { axis, reductionIndices, keepDims } = attributesOf<Partial<MeanAttrs & MaxAttrs>>(node);
    const x = inputOf(node, 'x');
    const rank = x.shape.length;
    const axes = reducedAxes(axis ?? reductionIndices, rank);
    let layout: Layout = layoutOf(writer, x);
    if (layout === 'first' && !keepDims && !keepsOrder(rank, axes)) layout = 'last';
    const arranged = axes.map((at) => axisIn(at, rank, layout));
    const keepdims = Number(keepDims ?? false);
    const name = writer.value(x, layout);
    writer.emit(
      outputOf(node),
      op,
      axisInput ? [name, writer.builder.integers(arranged)] : [name],
      axisInput ? { keepdims } : { keepdims, axes: arranged },
      keepDims ? layout : 'last',
    );
  };
}

function extreme(op: string): OnnxOperator {
  return (writer, node) => {
    const x = inputOf(node, 'x');
    const { axis } = attributesOf<ArgMaxAttrs>(node);
    const [at] = reducedAxes(axis, x.shape.length);
    const found = writer.builder.node(op, [writer.value(x)], { axis: at!, keepdims: 0 });
    // ONNX counts in int64, TF.js in int32.
    writer.emit(outputOf(node), 'Cast', [found], { to: 6 });
  };
}

export const REDUCTIONS: OnnxOperators = {
  Sum: reduction('ReduceSum', true),
  Mean: reduction('ReduceMean'),
  Max: reduction('ReduceMax'),
  Min: reduction('ReduceMin'),
  Prod: reduction('ReduceProd'),
  ArgMax: extreme('ArgMax'),
  ArgMin: extreme('ArgMin'),
  Cumsum(writer, node) {
    const { axis, exclusive, reverse } = attributesOf<CumsumAttrs>(node);
    const x = inputOf(node, 'x');
    const [at] = reducedAxes(axis, x.shape.length);
    const inputs = [writer.value(x), writer.builder.constant([at!], [], 'int64')];
    const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
    writer.emit(outputOf(node), 'CumSum', inputs, attributes);
  },
};
