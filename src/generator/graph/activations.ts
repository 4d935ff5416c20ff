import {
  BINARY_ADD,
  BINARY_DIVIDE,
  BINARY_MAXIMUM,
  BINARY_MINIMUM,
  BINARY_MULTIPLY,
  BINARY_PRELU,
  BINARY_SUB,
  UNARY_ABS,
  UNARY_CEIL,
  UNARY_CLIP,
  UNARY_COS,
  UNARY_ELU,
  UNARY_ERF,
  UNARY_EXP,
  UNARY_FLOOR,
  UNARY_LEAKY_RELU,
  UNARY_LOG,
  UNARY_NEG,
  UNARY_RECIPROCAL,
  UNARY_RELU,
  UNARY_ROUND,
  UNARY_SELU,
  UNARY_SIGMOID,
  UNARY_SIGN,
  UNARY_SIN,
  UNARY_SOFTPLUS,
  UNARY_SQRT,
  UNARY_STEP,
  UNARY_TANH,
} from '../../../assembly/abi/elementwise';
import { numberOf, stringOf } from './attributes';
import type { Operator } from './context';
import { applyBinary, broadcastShape } from './elementwise';
import { Formula } from './formula';
import type { Value } from './value';

/** Functions that a kernel has. */
const KERNELS: Readonly<Record<string, number>> = {
  Abs: UNARY_ABS,
  Neg: UNARY_NEG,
  Sqrt: UNARY_SQRT,
  Reciprocal: UNARY_RECIPROCAL,
  Floor: UNARY_FLOOR,
  Ceil: UNARY_CEIL,
  Round: UNARY_ROUND,
  Sign: UNARY_SIGN,
  Relu: UNARY_RELU,
  Exp: UNARY_EXP,
  Log: UNARY_LOG,
  Tanh: UNARY_TANH,
  Sigmoid: UNARY_SIGMOID,
  Softplus: UNARY_SOFTPLUS,
  Sin: UNARY_SIN,
  Cos: UNARY_COS,
  Erf: UNARY_ERF,
};

/** Those that whole numbers have, too, by their arithmetic. */
const OF_INTEGERS: Readonly<Record<string, (apply: Apply, x: Value) => Value>> = {
  Abs: (apply, x) => apply(BINARY_MAXIMUM, x, apply(BINARY_SUB, 0, x)),
  Neg: (apply, x) => apply(BINARY_SUB, 0, x),
  Relu: (apply, x) => apply(BINARY_MAXIMUM, x, 0),
  Sign: (apply, x) => apply(BINARY_MAXIMUM, apply(BINARY_MINIMUM, x, 1), -1),
};

type Apply = (code: number, a: Value | number, b: Value | number) => Value;

/** Functions of one input made of those; `number` reads an attribute. */
const FORMULAS: Readonly<
  Record<string, (make: Formula, x: Value, number: (name: string, fallback: number) => number) => Value>
> = {
  LeakyRelu: (make, x, number) => make.unary(UNARY_LEAKY_RELU, x, number('alpha', 0.01)),
  Elu: (make, x, number) => {
    const alpha = number('alpha', 1);
    return alpha === 1 ? make.unary(UNARY_ELU, x) : make.unary(UNARY_SELU, x, 1, alpha);
  },
  Selu: (make, x, number) => {
    const gamma = number('gamma', 1.0507009873554805);
    return make.unary(UNARY_SELU, x, gamma, gamma * number('alpha', 1.6732632423543772));
  },
  Celu: (make, x, number) => {
    const alpha = number('alpha', 1);
    return make.unary(UNARY_SELU, make.binary(BINARY_DIVIDE, x, alpha), alpha, alpha);
  },
  ThresholdedRelu: (make, x, number) => {
    const above = make.unary(UNARY_STEP, make.binary(BINARY_SUB, x, number('alpha', 1)));
    return make.binary(BINARY_MULTIPLY, x, above);
  },
  HardSigmoid: (make, x, number) => hardSigmoid(make, x, number('alpha', 0.2), number('beta', 0.5)),
  HardSwish: (make, x) => make.binary(BINARY_MULTIPLY, x, hardSigmoid(make, x, 1 / 6, 0.5)),
  Softsign: (make, x) => make.binary(BINARY_DIVIDE, x, make.binary(BINARY_ADD, make.unary(UNARY_ABS, x), 1)),
  Mish: (make, x) => make.binary(BINARY_MULTIPLY, x, make.unary(UNARY_TANH, make.unary(UNARY_SOFTPLUS, x))),
  Gelu: (make, x) => {
    const times = (a: Value, b: Value | number) => make.binary(BINARY_MULTIPLY, a, b);
    const tanh = stringOf(make.node, 'approximate', 'none') === 'tanh';
    const cubed = () => make.binary(BINARY_ADD, times(times(times(x, x), x), 0.044715), x);
    const inner = tanh ? times(cubed(), Math.sqrt(2 / Math.PI)) : times(x, Math.SQRT1_2);
    const share = make.binary(BINARY_ADD, make.unary(tanh ? UNARY_TANH : UNARY_ERF, inner), 1);
    return times(times(x, 0.5), share);
  },
};

function hardSigmoid(make: Formula, x: Value, slope: number, offset: number): Value {
  const line = make.binary(BINARY_ADD, make.binary(BINARY_MULTIPLY, x, slope), offset);
  return make.unary(UNARY_CLIP, line, 0, 1);
}

function ofOne(name: string): Operator {
  return (context, node) => {
    const x = context.input(node, 0);
    if (x.type === 'int32' && OF_INTEGERS[name]) {
      const value = (of: Value | number) =>
        typeof of === 'number' ? context.constant('int32', [], [of]) : of;
      const apply: Apply = (code, a, b) => applyBinary(context, node, value(a), value(b), code);
      context.output(node, OF_INTEGERS[name](apply, x));
    } else {
      context.floats(node, 0);
      const make = new Formula(context, node);
      const number = (attribute: string, fallback: number) => numberOf(node, attribute, fallback);
      context.output(node, FORMULAS[name]?.(make, x, number) ?? make.unary(KERNELS[name]!, x));
    }
  };
}

const clip: Operator = (context, node) => {
  const x = context.input(node, 0);
  const bound = (name: string, index: number, none: number): Value | undefined => {
    if (context.opset >= 11) return context.optional(node, index);
    return context.constant('float32', [], [numberOf(node, name, none)]);
  };
  const low = bound('min', 1, -Infinity);
  const high = bound('max', 2, Infinity);
  const [least, most] = [low ? low.known?.[0] : -Infinity, high ? high.known?.[0] : Infinity];
  if (x.type === 'float32' && least !== undefined && most !== undefined) {
    context.output(node, new Formula(context, node).unary(UNARY_CLIP, x, Math.min(least, most), most));
    return;
  }
  const above = low ? applyBinary(context, node, x, low, BINARY_MAXIMUM) : x;
  context.output(node, high ? applyBinary(context, node, above, high, BINARY_MINIMUM) : above);
};

const prelu: Operator = (context, node) => {
  const [x, slope] = [context.floats(node, 0), context.floats(node, 1)];
  if (`${broadcastShape(context, node, x.shape, slope.shape)}` !== `${x.shape}`) {
    throw context.fail(node, 'a slope that broadcasts to its input', `[${slope.shape}] for [${x.shape}]`);
  }
  context.output(node, applyBinary(context, node, x, slope, BINARY_PRELU));
};

const names = [...Object.keys(KERNELS), ...Object.keys(FORMULAS)];

/** Functions of each element. */
export const ACTIVATION_OPERATORS: Readonly<Record<string, Operator>> = {
  ...Object.fromEntries(names.map((name) => [name, ofOne(name)])),
  Clip: clip,
  PRelu: prelu,
};
