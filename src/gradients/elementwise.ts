import {
  add,
  cast,
  clone,
  cos,
  cosh,
  div,
  exp,
  type GradConfig,
  greater,
  greaterEqual,
  lessEqual,
  logicalAnd,
  mul,
  neg,
  sigmoid,
  sign,
  sin,
  sinh,
  sqrt,
  square,
  step,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { constant, fromInput, fromOutput, kernel, linear, mask, zero } from './support';

const SELU_SCALE = 1.0507009873554805;
const SELU_SCALE_ALPHA = 1.7580993408473768;

/** Kernels of one argument, element by element. */
export const elementwiseGradients: readonly GradConfig[] = [
  fromInput('Abs', (dy, x) =>
    mul(
      dy,
      constant(() => sign(x)),
    ),
  ),
  fromInput('ComplexAbs', (dy, x) =>
    mul(
      dy,
      constant(() => sign(x)),
    ),
  ),
  fromInput('Acos', (dy, x) => neg(div(dy, sqrt(sub(1, square(x)))))),
  fromInput('Acosh', (dy, x) => div(dy, sqrt(sub(square(x), 1)))),
  fromInput('Asin', (dy, x) => div(dy, sqrt(sub(1, square(x))))),
  fromInput('Asinh', (dy, x) => div(dy, sqrt(add(square(x), 1)))),
  fromInput('Atan', (dy, x) => div(dy, add(square(x), 1))),
  fromInput('Atanh', (dy, x) => div(dy, sub(1, square(x)))),
  linear('Cast', (dy) => clone(dy)),
  fromInput('ClipByValue', (dy, x, attrs) => {
    const { clipValueMin, clipValueMax } = attrs as { clipValueMin: number; clipValueMax: number };
    return mul(
      dy,
      mask(() => logicalAnd(greaterEqual(x, clipValueMin), lessEqual(x, clipValueMax))),
    );
  }),
  fromInput('Cos', (dy, x) => neg(mul(dy, sin(x)))),
  fromInput('Cosh', (dy, x) => mul(dy, sinh(x))),
  fromOutput('Elu', (dy, y) => kernel('EluGrad', { dy, y })),
  {
    // dy where y ≥ 0, else dy · (y + 1)
    kernelName: 'EluGrad',
    inputsToSave: ['dy', 'y'],
    gradFunc: (d, [dy, y]) => ({
      dy: () => kernel('EluGrad', { dy: d as Tensor, y: y! }),
      y: () =>
        mul(
          mul(d as Tensor, dy!),
          constant(() => sub(1, cast(greaterEqual(y!, 0), 'float32'))),
        ),
    }),
  },
  fromInput('Erf', (dy, x) => mul(dy, mul(exp(neg(square(x))), 2 / Math.sqrt(Math.PI)))),
  fromOutput('Exp', (dy, y) => mul(dy, y)),
  fromInput('Expm1', (dy, x) => mul(dy, exp(x))),
  linear('Identity', (dy) => clone(dy)),
  fromInput('LeakyRelu', (dy, x, attrs) =>
    mul(
      dy,
      constant(() => step(x, (attrs as { alpha: number }).alpha)),
    ),
  ),
  fromInput('Log', (dy, x) => div(dy, x)),
  fromInput('Log1p', (dy, x) => div(dy, add(x, 1))),
  linear('Neg', (dy) => neg(dy)),
  fromInput('Reciprocal', (dy, x) => neg(div(dy, square(x)))),
  fromInput('Relu', (dy, x) =>
    mul(
      dy,
      constant(() => step(x)),
    ),
  ),
  fromInput('Relu6', (dy, x) =>
    mul(
      dy,
      mask(() => logicalAnd(greater(x, 0), lessEqual(x, 6))),
    ),
  ),
  fromOutput('Rsqrt', (dy, y) => mul(dy, mul(-0.5, mul(y, square(y))))),
  {
    kernelName: 'Selu',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y]) => ({
      x: () =>
        where(
          constant(() => greater(x!, 0)),
          mul(dy as Tensor, SELU_SCALE),
          mul(dy as Tensor, add(y!, SELU_SCALE_ALPHA)),
        ),
    }),
  },
  fromOutput('Sigmoid', (dy, y) => mul(dy, mul(y, sub(1, y)))),
  fromInput('Sin', (dy, x) => mul(dy, cos(x))),
  fromInput('Sinh', (dy, x) => mul(dy, cosh(x))),
  fromInput('Softplus', (dy, x) => mul(dy, sigmoid(x))),
  fromOutput('Sqrt', (dy, y) => div(dy, mul(y, 2))),
  fromInput('Square', (dy, x) => mul(dy, mul(x, 2))),
  fromInput('Tan', (dy, x) => div(dy, square(cos(x)))),
  fromOutput('Tanh', (dy, y) => mul(dy, sub(1, square(y)))),
  ...['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'IsFinite', 'IsInf', 'IsNan', 'LogicalNot'].map((name) =>
    linear(name, zero),
  ),
  ...['OnesLike', 'ZerosLike'].map((name) => linear(name, zero)),
];
