import {
  cumprod,
  cumsum,
  div,
  engine,
  equal,
  exp,
  type GradConfig,
  mul,
  ones,
  reshape,
  stack,
  sub,
  sum,
  type Tensor,
  transpose,
  unstack,
  util,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../util/shape';
import { float, fromInput, fromOutput, keepAxes, mask, repeatOver, zero } from './support';

/** An axis parameter as kernels get it; null and undefined mean all axes. */
const axesOf = (axis: unknown, shape: number[]): number[] => util.parseAxisParam(axis as number[], shape);

/** Max and Min: every element equal to the extremum takes the whole derivative, as in TF.js. */
function extremum(kernelName: string, axisName: string): GradConfig {
  return {
    kernelName,
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => {
      const kept = keepAxes(x!.shape, axesOf(attrs[axisName], x!.shape));
      return {
        x: () =>
          mul(
            reshape(dy as Tensor, kept),
            mask(() => equal(x!, reshape(y!, kept))),
          ),
      };
    },
  };
}

/** For each index along the last axis the product of all others; no division, so zeros are no matter. */
function productOfOthers(x: Tensor): Tensor {
  const last = x.rank - 1;
  // cumprod has no derivative; while a second order is being recorded, write the products out.
  if (!engine().isTapeOn()) return mul(cumprod(x, last, true, false), cumprod(x, last, true, true));
  const parts = unstack(x, last);
  const one = ones(parts[0]!.shape);
  const before = [one];
  for (const part of parts.slice(0, -1)) before.push(mul(before[before.length - 1]!, part));
  const after = [one];
  for (const part of parts.slice(1).reverse()) after.unshift(mul(after[0]!, part));
  return stack(
    before.map((product, i) => mul(product, after[i]!)),
    last,
  );
}

function productGradient(dy: Tensor, x: Tensor, axes: number[]): Tensor {
  const others = x.shape.map((_, axis) => axis).filter((axis) => !axes.includes(axis));
  const order = [...others, ...axes];
  const moved = transpose(x, order);
  const kept = others.map((axis) => x.shape[axis]!);
  const rows = reshape(moved, [sizeOf(kept), -1]);
  const derivative = mul(reshape(dy, [sizeOf(kept), 1]), productOfOthers(rows));
  const back = order.map((_, axis) => order.indexOf(axis));
  return transpose(reshape(derivative, moved.shape), back);
}

/** Reductions, running sums and softmax. */
export const reductionGradients: readonly GradConfig[] = [
  fromInput('Sum', (dy, x, { axis }) => repeatOver(dy, x.shape, axesOf(axis, x.shape))),
  fromInput('Mean', (dy, x, { axis }) => {
    const axes = axesOf(axis, x.shape);
    const count = sizeOf(axes.map((each) => x.shape[each]!));
    return repeatOver(div(dy, count), x.shape, axes);
  }),
  extremum('Max', 'reductionIndices'),
  extremum('Min', 'axis'),
  fromInput('Prod', (dy, x, { axis }) => productGradient(dy, x, axesOf(axis, x.shape))),
  {
    kernelName: 'Cumsum',
    gradFunc: (dy, _, attrs) => {
      const { axis, exclusive, reverse } = attrs as { axis: number; exclusive: boolean; reverse: boolean };
      return { x: () => cumsum(dy as Tensor, axis, exclusive, !reverse) };
    },
  },
  fromOutput(
    'Softmax',
    (dy, y, { dim }) => {
      const scaled = mul(dy, y);
      return sub(scaled, mul(sum(scaled, dim as number, true), y));
    },
    'logits',
  ),
  fromOutput(
    'LogSoftmax',
    (dy, y, { axis }) => sub(dy, mul(sum(dy, axis as number, true), exp(y))),
    'logits',
  ),
  ...['All', 'Any', 'ArgMax', 'ArgMin'].map((name) => fromInput(name, (_, x) => zero(float(x)))),
];
