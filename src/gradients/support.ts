import {
  broadcast_util,
  cast,
  clone,
  engine,
  type GradConfig,
  type NamedAttrMap,
  type NamedTensorMap,
  reshape,
  sum,
  type Tensor,
  tile,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Shape } from '../util/shape';

/** Runs a kernel by name on the current backend, on the tape like any op. */
export function kernel<T extends Tensor | Tensor[] = Tensor>(
  name: string,
  inputs: NamedTensorMap,
  attrs: NamedAttrMap = {},
): T {
  return engine().runKernel<T>(name, inputs, attrs);
}

/**
 * Runs `f` off the tape: what it returns counts as a constant in every later derivative. For masks and other
 * locally constant values, whose derivative is zero: a second-order pass then has nothing to walk there.
 */
export function constant<T extends Tensor>(f: () => T): T {
  const { state } = engine();
  state.kernelDepth++;
  try {
    return f();
  } finally {
    state.kernelDepth--;
  }
}

/** The same values with no way back to what they were computed from. */
export function detach(x: Tensor): Tensor {
  return constant(() => clone(x));
}

export function float(x: Tensor): Tensor {
  return x.dtype === 'float32' ? x : cast(x, 'float32');
}

/** 1 where `condition` holds, else 0; off the tape. */
export function mask(condition: () => Tensor): Tensor {
  return constant(() => cast(condition(), 'float32'));
}

/** A derivative that is zero: always float32, whatever the dtype of `x`. */
export function zero(x: Tensor): Tensor {
  return x.dtype === 'float32' ? zerosLike(x) : zeros(x.shape);
}

/** Adjoint of broadcasting to `x.shape`: sums over the axes that `shape` lacks or has as 1. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const axes = broadcast_util.getReductionAxes([...shape], x.shape);
  return reshape(axes.length > 0 ? sum(x, axes) : x, [...shape]);
}

/** `shape` with the axes in `axes` set to 1. */
export function keepAxes(shape: Shape, axes: readonly number[]): number[] {
  return shape.map((size, axis) => (axes.includes(axis) ? 1 : size));
}

/** Adjoint of a sum over `axes`: repeats `x`, which may lack those axes, along them. */
export function repeatOver(x: Tensor, shape: Shape, axes: readonly number[]): Tensor {
  const kept = reshape(x, keepAxes(shape, axes));
  const reps = shape.map((size, axis) => (axes.includes(axis) ? size : 1));
  return reps.every((count) => count === 1) ? kept : tile(kept, reps);
}

/** Gradient of a kernel with one input, named `name`, from that input's values (as float32). */
export function fromInput(
  kernelName: string,
  derivative: (dy: Tensor, x: Tensor, attrs: NamedAttrMap) => Tensor,
  name = 'x',
): GradConfig {
  return {
    kernelName,
    inputsToSave: [name],
    gradFunc: (dy, [x], attrs) => ({ [name]: () => derivative(dy as Tensor, float(x!), attrs) }),
  };
}

/** Gradient of a kernel with one input, named `name`, from its output's values. */
export function fromOutput(
  kernelName: string,
  derivative: (dy: Tensor, y: Tensor, attrs: NamedAttrMap) => Tensor,
  name = 'x',
): GradConfig {
  return {
    kernelName,
    outputsToSave: [true],
    gradFunc: (dy, [y], attrs) => ({ [name]: () => derivative(dy as Tensor, y!, attrs) }),
  };
}

/** Gradient of a linear kernel with one input, named `name`, that needs no values. */
export function linear(
  kernelName: string,
  adjoint: (dy: Tensor, attrs: NamedAttrMap) => Tensor,
  name = 'x',
): GradConfig {
  return { kernelName, gradFunc: (dy, _, attrs) => ({ [name]: () => adjoint(dy as Tensor, attrs) }) };
}
