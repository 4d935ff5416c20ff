import { add, grads, mul, square, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { philoxUniform } from '../../src/util/philox';
import { type Shape, sizeOf } from '../../src/util/shape';

/** A differentiable function of tensors and the point at which it is differentiated. */
export interface Row {
  readonly name: string;
  readonly inputs: readonly Input[];
  readonly op: (...inputs: Tensor[]) => Tensor;
}

export interface Input {
  readonly shape: Shape;
  readonly values: Float32Array;
}

/** A derivative along one direction, by autodiff and by differences. */
export interface Comparison {
  readonly analytic: number;
  readonly numeric: number;
  /** How large the derivative's terms are: what an error is measured against. */
  readonly scale: number;
}

/** Differences reach 2 · STEP to each side: inputs must be further than that from every kink. */
export const STEP = 1 / 32;
const DIRECTIONS = 2;

/** Where a comparison's own draws start, whatever ran before it. */
const FIRST_DRAW = 10_000;

let draw = 0;

/** Multiples of 1/`grain` in [low, high): adding a step to them is exact in f32. */
export function uniform(shape: Shape, low = -1, high = 1, grain = 1024): Input {
  const values = philoxUniform(sizeOf(shape), { seed: 20, draw: draw++ });
  return { shape, values: values.map((u) => Math.round((low + u * (high - low)) * grain) / grain) };
}

/** Random multiples of 1/8 in [−1, 1], none of them 0. */
function direction(shape: Shape): Input {
  const { values } = uniform(shape, -1, 1, 8);
  return { shape, values: values.map((value) => value || 0.5) };
}

const like = (inputs: readonly Input[]): Input[] => inputs.map(({ shape }) => direction(shape));
const tensors = (inputs: readonly Input[]): Tensor[] =>
  inputs.map(({ values, shape }) => tensor(values, [...shape]));

const moved = (inputs: readonly Input[], along: readonly Input[], step: number): Input[] =>
  inputs.map(({ shape, values }, i) => ({
    shape,
    values: values.map((v, j) => v + step * along[i]!.values[j]!),
  }));

/** Inner product in f64. */
function project(values: readonly ArrayLike<number>[], along: readonly Input[]): number {
  let total = 0;
  along.forEach((input, i) => {
    for (let j = 0; j < input.values.length; j++) total += values[i]![j]! * input.values[j]!;
  });
  return total;
}

function magnitude(values: readonly ArrayLike<number>[], along: readonly Input[]): number {
  let total = 0;
  along.forEach((input, i) => {
    for (let j = 0; j < input.values.length; j++) total += (values[i]![j]! * input.values[j]!) ** 2;
  });
  return Math.sqrt(total);
}

/** Fourth-order central difference of `f` along a direction. */
function difference(
  f: (inputs: Input[]) => number,
  inputs: readonly Input[],
  along: readonly Input[],
): number {
  const at = (multiple: number) => f(moved(inputs, along, multiple * STEP));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * STEP);
}

const read = (values: readonly Tensor[]): Float32Array[] =>
  values.map((value) => value.dataSync<'float32'>());

/** What a row is differentiated with: `objective(y) = Σ r · (y + y²/2)`, r random, and a projection of its gradient. */
function setUp({ inputs, op }: Row) {
  draw = FIRST_DRAW;
  const y = tidy(() => op(...tensors(inputs)));
  const weights = direction(y.shape);
  y.dispose();
  const cotangents = like(inputs);
  const objective = (...xs: Tensor[]): Tensor => {
    const out = op(...xs);
    return sum(mul(tensor(weights.values, [...weights.shape]), add(out, mul(0.5, square(out)))));
  };
  const projected = (...xs: Tensor[]): Tensor =>
    grads(objective)(xs)
      .map((g, i) => sum(mul(g, tensor(cotangents[i]!.values, [...cotangents[i]!.shape]))))
      .reduce((a, b) => add(a, b));
  return { weights, cotangents, objective, projected };
}

/** Gradients by the inputs of a row's objective, and of a random projection of that gradient. */
export function derivatives(row: Row): { first: Tensor[]; second: Tensor[] } {
  const { objective, projected } = setUp(row);
  return tidy(() => {
    const at = tensors(row.inputs);
    return { first: grads(objective)(at), second: grads(projected)(at) };
  });
}

/**
 * Compares both derivatives of a row's objective: the square in it makes the second derivative of a linear op
 * depend on its gradient's adjoint. The first order is held against differences of the values, the second against
 * differences of the analytic gradient's projection.
 */
export function compare(row: Row): { first: Comparison[]; second: Comparison[] } {
  const { inputs, op } = row;
  const { weights, cotangents, objective, projected } = setUp(row);
  const value = (at: readonly Input[]): number =>
    tidy(() => {
      const [out] = read([op(...tensors(at))]);
      return out!.reduce((total, v, i) => total + weights.values[i]! * (v + 0.5 * v * v), 0);
    });
  const gradient = (at: readonly Input[]): Float32Array[] => tidy(() => read(grads(objective)(tensors(at))));
  const firstOrder = gradient(inputs);
  const secondOrder = tidy(() => read(grads(projected)(tensors(inputs))));

  const along = Array.from({ length: DIRECTIONS }, () => like(inputs));
  const comparison = (values: readonly Float32Array[], f: (at: readonly Input[]) => number) =>
    along.map((way) => ({
      analytic: project(values, way),
      numeric: difference(f, inputs, way),
      scale: magnitude(values, way),
    }));
  return {
    first: comparison(firstOrder, value),
    second: comparison(secondOrder, (at) => project(gradient(at), cotangents)),
  };
}
