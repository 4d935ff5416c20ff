import { BINARY_ADD, BINARY_MULTIPLY } from '../../../assembly/abi/elementwise';
import { describeNode, type OnnxNode } from '../../formats/onnx/model';
import { gemm } from '../../program/records/gemm';
import { type Shape, sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import type { Context, Operator } from './context';
import { applyBinary, broadcastShape } from './elementwise';
import { Formula } from './formula';
import { liesIn, rowMajor, type Value } from './value';

/** The last two axes exchanged. */
function turned(value: Value): Value {
  const exchange = <T>(list: readonly T[]): T[] => [...list.slice(0, -2), list.at(-1)!, list.at(-2)!];
  return value.view(exchange(value.shape), exchange(value.strides));
}

/** Matrices as the kernel reads them: where they are, and whether with rows and columns exchanged. */
function matrices(context: Context, node: OnnxNode, value: Value) {
  const transposed =
    !liesIn(value, rowMajor(value.shape.length)) && liesIn(turned(value), rowMajor(value.shape.length));
  return { address: transposed ? value.address : context.dense(node, value).address, transposed };
}

/**
 * The products of matrices `[…, m, k]` and `[…, k, n]`, of which one side may be a single matrix for all.
 *
 * @param batch sizes before the last two axes of the result.
 */
export function product(context: Context, node: OnnxNode, a: Value, b: Value, batch: Shape): Value {
  const [m, k] = a.shape.slice(-2) as [number, number];
  const n = b.shape.at(-1)!;
  const c = context.allocate(node, 'float32', [...batch, m, n]);
  context.spend(node, 2 * sizeOf(c.shape) * k);
  const [left, right] = [matrices(context, node, a), matrices(context, node, b)];
  const all = sizeOf(batch);
  gemm(context.recorder, {
    c: c.address,
    a: left.address,
    b: right.address,
    m,
    n,
    k,
    transposeA: left.transposed,
    transposeB: right.transposed,
    batch: all,
    sharedA: all > 1 && a.shape.length === 2,
    sharedB: all > 1 && b.shape.length === 2,
  });
  return c;
}

export const gemmOperator: Operator = (context, node) => {
  const [first, second] = [context.floats(node, 0), context.floats(node, 1)];
  const offset = context.optional(node, 2) && context.floats(node, 2);
  if (first.shape.length !== 2 || second.shape.length !== 2) {
    throw context.fail(node, 'two matrices', `[${first.shape}] and [${second.shape}]`);
  }
  const a = numberOf(node, 'transA', 0) ? turned(first) : first;
  const b = numberOf(node, 'transB', 0) ? turned(second) : second;
  const shape = [a.shape[0]!, b.shape[1]!];
  if (a.shape[1] !== b.shape[0]) throw mismatch(context, node, a, b);
  if (offset && `${broadcastShape(context, node, shape, offset.shape)}` !== `${shape}`) {
    throw context.fail(node, `an addend that broadcasts to [${shape}]`, `[${offset.shape}]`);
  }
  const make = new Formula(context, node);
  const times = (value: Value, factor: number) =>
    factor === 1 ? value : make.binary(BINARY_MULTIPLY, value, factor);
  const alpha = numberOf(node, 'alpha', 1);
  const addend = offset && times(offset, numberOf(node, 'beta', 1));
  const plus = (value: Value, added: Value | undefined) =>
    added ? applyBinary(context, node, value, added, BINARY_ADD) : value;
  const y = plus(times(product(context, node, a, b, []), alpha), addend);
  context.scalable.set(y, (factor, shift) => {
    context.recorder.name = `${describeNode(node)} + ${context.recorder.name}`;
    const scaled = (value: Value) => applyBinary(context, node, value, factor, BINARY_MULTIPLY);
    const result = times(product(context, node, a, scaled(b), []), alpha);
    return plus(result, plus(shift, addend && scaled(addend)));
  });
  context.output(node, y);
};

export const mismatch = (context: Context, node: OnnxNode, a: Value, b: Value) =>
  context.fail(node, 'as many rows as there are columns before', `[${a.shape}] times [${b.shape}]`);
