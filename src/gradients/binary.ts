import {
  add,
  cast,
  clone,
  div,
  floor,
  type GradConfig,
  greater,
  greaterEqual,
  less,
  lessEqual,
  log,
  mul,
  neg,
  onesLike,
  pow,
  square,
  sub,
  type Tensor,
  where,
} from '@tensorflow/tfjs-core';
import { constant, float, mask, sumTo, zero } from './support';

type Partial = (dy: Tensor, a: Tensor, b: Tensor, y: Tensor) => Tensor;

/** Gradient of a broadcasting kernel of `a` and `b`: each partial derivative is summed to its input's shape. */
function binary(kernelName: string, byA: Partial, byB: Partial, usesOutput = false): GradConfig {
  return {
    kernelName,
    inputsToSave: ['a', 'b'],
    outputsToSave: [usesOutput],
    gradFunc: (dy, [a, b, y]) => ({
      a: () => sumTo(byA(dy as Tensor, a!, b!, y!), a!.shape),
      b: () => sumTo(byB(dy as Tensor, a!, b!, y!), b!.shape),
    }),
  };
}

const zeros: Partial = (dy) => zero(dy);

/** log a where a > 0, else 0, with a derivative that is finite everywhere. */
function safeLog(a: Tensor): Tensor {
  return log(
    where(
      constant(() => greater(a, 0)),
      float(a),
      constant(() => onesLike(float(a))),
    ),
  );
}

/** Kernels of two arguments with broadcasting, comparisons (derivative zero) and selection. */
export const binaryGradients: readonly GradConfig[] = [
  binary(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  {
    kernelName: 'AddN',
    saveAllInputs: true,
    gradFunc: (dy, saved) => Object.fromEntries(saved.map((_, i) => [i, () => clone(dy as Tensor)])),
  },
  binary(
    'Sub',
    (dy) => dy,
    (dy) => neg(dy),
  ),
  binary(
    'Multiply',
    (dy, _, b) => mul(dy, float(b)),
    (dy, a) => mul(dy, float(a)),
  ),
  // `div` of integers is FloorDiv; TF.js passes the derivative of the true quotient through it.
  ...['RealDiv', 'FloorDiv'].map(
    (kernelName): GradConfig => ({
      kernelName,
      inputsToSave: ['a', 'b'],
      gradFunc: (dy, [a, b]) => ({
        a: () => sumTo(div(dy as Tensor, float(b!)), a!.shape),
        b: () => neg(div(sumTo(mul(dy as Tensor, float(a!)), b!.shape), square(float(b!)))),
      }),
    }),
  ),
  binary(
    'Mod',
    (dy) => dy,
    (dy, a, b) =>
      mul(
        dy,
        constant(() => neg(floor(div(float(a), float(b))))),
      ),
  ),
  binary(
    'Pow',
    (dy, a, b) => mul(dy, mul(float(b), pow(float(a), sub(float(b), 1)))),
    (dy, a, _, y) => mul(dy, mul(float(y), safeLog(a))),
    true,
  ),
  binary(
    'Atan2',
    (dy, a, b) => mul(dy, div(float(b), add(square(float(a)), square(float(b))))),
    (dy, a, b) => neg(mul(dy, div(float(a), add(square(float(a)), square(float(b)))))),
  ),
  binary(
    'SquaredDifference',
    (dy, a, b) => mul(dy, mul(2, sub(float(a), float(b)))),
    (dy, a, b) => mul(dy, mul(2, sub(float(b), float(a)))),
  ),
  binary(
    'Maximum',
    (dy, a, b) =>
      mul(
        dy,
        mask(() => greaterEqual(a, b)),
      ),
    (dy, a, b) =>
      mul(
        dy,
        mask(() => less(a, b)),
      ),
  ),
  binary(
    'Minimum',
    (dy, a, b) =>
      mul(
        dy,
        mask(() => lessEqual(a, b)),
      ),
    (dy, a, b) =>
      mul(
        dy,
        mask(() => greater(a, b)),
      ),
  ),
  ...[
    'Equal',
    'NotEqual',
    'Greater',
    'GreaterEqual',
    'Less',
    'LessEqual',
    'LogicalAnd',
    'LogicalOr',
    'LogicalXor',
  ].map((name) => binary(name, zeros, zeros)),
  {
    kernelName: 'Prelu',
    inputsToSave: ['x', 'alpha'],
    gradFunc: (dy, [x, alpha]) => {
      const d = dy as Tensor;
      const positive = constant(() => greater(x!, 0));
      return {
        x: () => where(positive, d, mul(d, alpha!)),
        alpha: () =>
          sumTo(
            where(
              positive,
              constant(() => zero(d)),
              mul(d, x!),
            ),
            alpha!.shape,
          ),
      };
    },
  },
  {
    kernelName: 'Select',
    inputsToSave: ['condition'],
    gradFunc: (dy, [condition]) => {
      const d = dy as Tensor;
      const chosen = constant(() => cast(condition!, 'bool'));
      const none = constant(() => zero(d));
      return {
        condition: () => zero(condition!),
        t: () => where(chosen, d, none),
        e: () => where(chosen, none, d),
      };
    },
  },
];
