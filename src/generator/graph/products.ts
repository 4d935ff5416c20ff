import { BINARY_ADD } from '../../../assembly/abi/elementwise';
import { gemm } from '../../program/records/gemm';
import { numberOf } from './attributes';
import type { Operator } from './context';
import { applyBinary } from './elementwise';

const gemmOperator: Operator = (context, node) => {
  const a = context.dense(node, context.input(node, 0));
  const b = context.dense(node, context.input(node, 1));
  const bias = context.optional(node, 2);
  const [transposeA, transposeB] = [numberOf(node, 'transA', 0) !== 0, numberOf(node, 'transB', 0) !== 0];
  const [m, k] = transposeA ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const n = b.shape[transposeB ? 0 : 1]!;
  const c = context.allocate(node, 'float32', [m, n]);
  const args = { c: c.address, a: a.address, b: b.address, m, n, k, transposeA, transposeB };
  gemm(context.recorder, args);
  context.output(node, bias ? applyBinary(context, node, c, bias, BINARY_ADD) : c);
};

export const PRODUCT_OPERATORS: Readonly<Record<string, Operator>> = { Gemm: gemmOperator };
