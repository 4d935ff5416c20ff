import type { OnnxNode } from '../../formats/onnx/model';
import { collapse } from '../../program/records/strides';
import { type Shape, sizeOf } from '../../util/shape';
import { numbersOf } from './attributes';
import type { Context } from './context';
import { type Known, orderedStrides, rowMajor, type Value } from './value';

/** An axis of `rank` as a number from 0; a negative one counts from the end. */
export function axisOf(context: Context, node: OnnxNode, axis: number, rank: number): number {
  const from = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(axis) || from < 0 || from >= rank) {
    throw context.fail(node, `an axis of ${rank}`, `${axis}`);
  }
  return from;
}

/** Several axes, each once. */
export function axesOf(context: Context, node: OnnxNode, axes: Known, rank: number): number[] {
  const from = axes.slice(0, rank + 1).map((axis) => axisOf(context, node, axis, rank));
  if (new Set(from).size !== axes.length) throw context.fail(node, 'each axis once', `[${axes}]`);
  return from;
}

/** What older opsets have as an attribute, and those from `opset` on as input `index`; undefined where it is absent. */
export function listOf(
  context: Context,
  node: OnnxNode,
  name: string,
  index: number,
  opset: number,
): Known | undefined {
  return context.opset < opset ? numbersOf(node, name) : context.known(node, index);
}

/** Strides that show a value in another shape of as many elements; undefined if only a copy can be shown so. */
export function reshapedStrides({ shape, strides }: Value, target: Shape): number[] | undefined {
  if (sizeOf(shape) === 0) return orderedStrides(target, rowMajor(target.length));
  const loop = collapse(shape, [strides]);
  const [steps] = loop.strides as [number[]];
  let at = steps.length - 1;
  let rest = loop.sizes[at] ?? 1;
  let step = steps[at] ?? 1;
  const result = target.map(() => 0);
  for (let axis = target.length - 1; axis >= 0; axis--) {
    if (rest === 1 && at > 0) {
      at -= 1;
      rest = loop.sizes[at]!;
      step = steps[at]!;
    }
    if (rest % target[axis]! !== 0) return undefined;
    result[axis] = step;
    step *= target[axis]!;
    rest /= target[axis]!;
  }
  return result;
}

/** A value in another shape of as many elements: a view if its strides allow it, else one of a copy. */
export function reshaped(context: Context, node: OnnxNode, value: Value, shape: Shape): Value {
  context.checkShape(node, shape);
  if (sizeOf(shape) !== sizeOf(value.shape)) {
    throw context.fail(node, `as many elements as [${value.shape}]`, `[${shape}]`);
  }
  const strides = reshapedStrides(value, shape);
  if (strides) return value.view(shape, strides);
  return context.dense(node, value).view(shape, orderedStrides(shape, rowMajor(shape.length)));
}
