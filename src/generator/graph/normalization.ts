import { BINARY_ADD, BINARY_MULTIPLY, BINARY_SUB, UNARY_RSQRT } from '../../../assembly/abi/elementwise';
import { numberOf } from './attributes';
import type { Operator } from './context';
import { applyBinary, applyUnary } from './elementwise';
import type { Value } from './value';

/** scale · (x − mean) / √(variance + ε) as one product and one sum; what depends on constants alone runs once. */
const batchNormalization: Operator = (context, node) => {
  const x = context.input(node, 0);
  const [scale, offset, mean, variance] = [1, 2, 3, 4].map((i) => context.input(node, i)) as [
    Value,
    Value,
    Value,
    Value,
  ];
  const epsilon = context.constant('float32', [1], [numberOf(node, 'epsilon', 1e-5)]);
  const both = (a: Value, b: Value, code: number) => applyBinary(context, node, a, b, code);
  const deviation = applyUnary(context, node, both(variance, epsilon, BINARY_ADD), UNARY_RSQRT);
  const factor = both(scale, deviation, BINARY_MULTIPLY);
  const shift = both(offset, both(mean, factor, BINARY_MULTIPLY), BINARY_SUB);
  const ones = x.shape.slice(2).map(() => 1);
  const perChannel = (value: Value) =>
    value.view([value.shape[0]!, ...ones], [value.strides[0]!, ...ones.map(() => 0)]);
  const scaled = both(x, perChannel(factor), BINARY_MULTIPLY);
  context.output(node, both(scaled, perChannel(shift), BINARY_ADD));
};

export const NORMALIZATION_OPERATORS: Readonly<Record<string, Operator>> = {
  BatchNormalization: batchNormalization,
};
