import type { OnnxNode } from '../../formats/onnx/model';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import { axesOf, axisOf, listOf } from './axes';
import type { Context, Operator } from './context';
import { MOST_KNOWN, orderOf, type Value } from './value';

const clamp = (value: number, low: number, high: number) => Math.max(low, Math.min(value, high));

/** A view of every `step`-th element along an axis, `size` of them from `start` on. */
export function sliced(x: Value, axis: number, start: number, size: number, step = 1): Value {
  const along = (list: readonly number[], value: number) => list.map((own, i) => (i === axis ? value : own));
  const stride = x.strides[axis]!;
  return x.view(along(x.shape, size), along(x.strides, stride * step), size > 0 ? start * stride : 0);
}

const slice: Operator = (context, node) => {
  let x = context.input(node, 0);
  const list = (name: string, index: number) => listOf(context, node, name, index, 10);
  const starts = list('starts', 1) ?? [];
  const ends = list('ends', 2) ?? [];
  const axes = axesOf(context, node, list('axes', 3) ?? [...starts.keys()], x.shape.length);
  const steps = context.opset < 10 ? undefined : context.known(node, 4);
  if ([ends, axes, steps ?? starts].some((other) => other.length !== starts.length)) {
    throw context.fail(node, 'starts, ends, axes and steps of one length', `[${starts}] and [${ends}]`);
  }
  for (const [i, axis] of axes.entries()) {
    const size = x.shape[axis]!;
    const step = steps?.[i] ?? 1;
    if (!step) throw context.fail(node, 'steps other than 0', '0');
    // Backwards one begins at the last element and ends before the first.
    const [low, high] = step > 0 ? [0, size] : [-1, size - 1];
    const place = (at: number) => clamp(at < 0 ? at + size : at, low, high);
    const start = Math.max(0, place(starts[i]!));
    const count = Math.max(0, Math.ceil((place(ends[i]!) - place(starts[i]!)) / step));
    x = sliced(x, axis, start, count, count > 1 ? step : 1);
  }
  context.output(node, x);
};

const split: Operator = (context, node) => {
  const x = context.input(node, 0);
  const axis = axisOf(context, node, numberOf(node, 'axis', 0), x.shape.length);
  const size = x.shape[axis]!;
  const count = numberOf(node, 'num_outputs', node.outputs.length);
  const part = Math.ceil(size / count);
  const given = listOf(context, node, 'split', 1, 13);
  const sizes = given ?? node.outputs.map((_, i) => clamp(size - i * part, 0, part));
  context.checkShape(node, sizes.slice(0, 1));
  if (sizes.length !== node.outputs.length || sizes.reduce((sum, each) => sum + each, 0) !== size) {
    throw context.fail(node, `${node.outputs.length} sizes that add up to ${size}`, `[${sizes}]`);
  }
  let start = 0;
  for (const [i, each] of sizes.entries()) {
    context.checkShape(node, [each]);
    context.output(node, sliced(x, axis, start, each), i);
    start += each;
  }
};

const concat: Operator = (context, node) => {
  const parts = node.inputs.map((_, i) => context.input(node, i));
  const [first] = parts;
  if (!first) throw context.fail(node, 'inputs', 'none');
  const axis = axisOf(context, node, numberOf(node, 'axis', 1), first.shape.length);
  const fits = ({ shape, type }: Value) =>
    type === first.type &&
    shape.length === first.shape.length &&
    shape.every((size, i) => i === axis || size === first.shape[i]);
  if (!parts.every(fits)) {
    const shapes = parts.map(({ type, shape }) => `${type} [${shape}]`).join(' and ');
    throw context.fail(node, 'inputs of one type that differ along the axis only', shapes);
  }
  const shape = first.shape.map((size, i) =>
    i === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : size,
  );
  context.output(node, parts.length === 1 ? first : joined(context, node, parts, axis, shape));
};

/** Parts one after the other along an axis; known if all of them are. */
export function joined(
  context: Context,
  node: OnnxNode,
  parts: readonly Value[],
  axis: number,
  shape: readonly number[],
): Value {
  context.checkShape(node, shape);
  if (sizeOf(shape) <= MOST_KNOWN && parts.every((part) => part.known)) {
    // Runs of the parts take turns.
    const outer = sizeOf(shape.slice(0, axis));
    const known = Array.from({ length: outer }, (_, i) =>
      parts.flatMap((part) => {
        const run = sizeOf(part.shape.slice(axis));
        return part.known!.slice(i * run, (i + 1) * run);
      }),
    );
    return context.constant(parts[0]!.type, shape, known.flat());
  }
  const largest = parts.reduce((a, b) => (sizeOf(b.shape) > sizeOf(a.shape) ? b : a));
  const y = context.allocate(node, largest.type, shape, orderOf(largest));
  let start = 0;
  for (const part of parts) {
    const size = part.shape[axis]!;
    context.copy(node, sliced(y, axis, start, size), part);
    start += size;
  }
  return y;
}

export const SLICE_OPERATORS: Readonly<Record<string, Operator>> = {
  Slice: slice,
  Split: split,
  Concat: concat,
};
