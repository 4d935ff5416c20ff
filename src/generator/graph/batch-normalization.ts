import { BINARY_ADD, BINARY_MULTIPLY, BINARY_SUB, UNARY_RSQRT } from '../../../assembly/abi/elementwise';
import type { OnnxNode } from '../../formats/onnx/model';
import { numberOf } from './attributes';
import type { Context, Operator } from './context';
import { Formula } from './formula';
import type { Value } from './value';

/** A vector along axis 1 of something of `rank` axes. */
function perChannel(value: Value, rank: number): Value {
  const ones = Array<number>(rank - 2).fill(1);
  return value.view([...value.shape, ...ones], [...value.strides, ...ones.map(() => 0)]);
}

/** Inputs that are vectors with an element for each channel. */
export function vectors(
  context: Context,
  node: OnnxNode,
  from: number,
  count: number,
  channels: number,
): Value[] {
  return Array.from({ length: count }, (_, i) => {
    const value = context.floats(node, from + i);
    if (`${value.shape}` !== `${channels}`) {
      throw context.fail(node, `input ${from + i} to be [${channels}]`, `[${value.shape}]`);
    }
    return value;
  });
}

/** The input, of at least `rank` axes. */
export function channelled(context: Context, node: OnnxNode, rank: number): Value {
  const x = context.floats(node, 0);
  if (x.shape.length < rank) throw context.fail(node, `an input of at least ${rank} axes`, `[${x.shape}]`);
  return x;
}

/** x · factor + shift, for each channel. */
export function affine(make: Formula, x: Value, factor: Value, shift: Value): Value {
  const rank = x.shape.length;
  const scaled = make.binary(BINARY_MULTIPLY, x, perChannel(factor, rank));
  return make.binary(BINARY_ADD, scaled, perChannel(shift, rank));
}

/**
 * scale · (x − mean) / √(variance + ε): a factor and a shift for each channel, which what makes x takes up if nobody
 * else reads x. What depends on constants alone runs once.
 */
export const batchNormalization: Operator = (context, node) => {
  const x = channelled(context, node, 2);
  const [scale, offset, mean, variance] = vectors(context, node, 1, 4, x.shape[1]!) as [
    Value,
    Value,
    Value,
    Value,
  ];
  if (numberOf(node, 'training_mode', 0)) throw context.fail(node, 'training_mode 0', '1');
  const make = new Formula(context, node);
  const spread = make.binary(BINARY_ADD, variance, numberOf(node, 'epsilon', 1e-5));
  const factor = make.binary(BINARY_MULTIPLY, scale, make.unary(UNARY_RSQRT, spread));
  const shift = make.binary(BINARY_SUB, offset, make.binary(BINARY_MULTIPLY, mean, factor));
  const again = context.uses.get(node.inputs[0]!) === 1 ? context.scalable.get(x) : undefined;
  context.output(node, again ? again(factor, shift) : affine(make, x, factor, shift));
};
