import {
  BINARY_ADD,
  BINARY_MULTIPLY,
  UNARY_LEAKY_RELU,
  UNARY_RELU,
  UNARY_SIGMOID,
  UNARY_TANH,
} from '../../../assembly/abi/elementwise';
import { numberOf } from './attributes';
import { batchNormalization } from './batch-normalization';
import type { Operator } from './context';
import { convOperators } from './conv';
import { applyBinary, applyUnary } from './elementwise';
import { gemmOperator } from './products';
import { RESHAPE_OPERATORS } from './reshape';

const unary =
  (code: number, slope = 0): Operator =>
  (context, node) => {
    const x = context.floats(node, 0);
    context.output(node, applyUnary(context, node, x, code, numberOf(node, 'alpha', slope)));
  };

const binary =
  (code: number): Operator =>
  (context, node) =>
    context.output(node, applyBinary(context, node, context.input(node, 0), context.input(node, 1), code));

/** What DCGAN's generators and their like are made of: see toolbox.ts. */
export const BASIC_OPERATORS: Readonly<Record<string, Operator>> = {
  ...convOperators(),
  ...RESHAPE_OPERATORS,
  Add: binary(BINARY_ADD),
  BatchNormalization: batchNormalization,
  Gemm: gemmOperator,
  Mul: binary(BINARY_MULTIPLY),
  LeakyRelu: unary(UNARY_LEAKY_RELU, 0.01),
  Relu: unary(UNARY_RELU),
  Sigmoid: unary(UNARY_SIGMOID),
  Tanh: unary(UNARY_TANH),
};
