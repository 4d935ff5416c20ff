import {
  memory,
  type Scalar,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { philoxUniform } from '../../src/util/philox';
import { type Shape, sizeOf } from '../../src/util/shape';

/** Seeded numbers in [minimum, maximum). */
export function numbers(shape: Shape, seed: number, minimum = -1, maximum = 1): Float32Array {
  return philoxUniform(sizeOf(shape), { seed, draw: 0 }).map(
    (value) => minimum + value * (maximum - minimum),
  );
}

export function randomTensor(shape: Shape, seed: number, minimum = -1, maximum = 1): Tensor {
  return tensor(numbers(shape, seed, minimum, maximum), [...shape]);
}

/** Largest absolute difference. */
export function maxDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs(a[i]! - b[i]!);
    // A NaN on either side must not pass.
    if (!(difference <= largest)) largest = difference;
  }
  return largest;
}

export function expectClose(actual: Tensor, expected: Tensor | ArrayLike<number>, tolerance: number): void {
  const values = 'dataSync' in expected ? expected.dataSync() : expected;
  expect(maxDifference(actual.dataSync(), values)).toBeLessThanOrEqual(tolerance);
}

export interface DerivativeOptions {
  /** Half the distance between the two evaluations; default 1e-2. */
  readonly step?: number;
  /** Allowed difference relative to the derivative's scale; default 5e-3. */
  readonly tolerance?: number;
  /** Number of random directions; default 3. */
  readonly directions?: number;
}

/**
 * Compares `variableGrads` of `f` with central differences along random directions in the space of all
 * `variables`. A direction holds every coordinate, so each partial derivative counts in each comparison.
 */
export function checkGradient(
  f: () => Scalar,
  variables: readonly Variable[],
  options: DerivativeOptions = {},
): void {
  const { step = 1e-2, tolerance = 5e-3, directions = 3 } = options;
  const before = memory().numTensors;
  const { value, grads } = variableGrads(f, [...variables]);
  value.dispose();
  const gradients = variables.map((variable) => {
    const gradient = grads[variable.name];
    return gradient ? Float32Array.from(gradient.dataSync()) : new Float32Array(variable.size);
  });
  for (const gradient of Object.values(grads)) gradient.dispose();
  expect(memory().numTensors).toBe(before);

  const start = variables.map((variable) => Float32Array.from(variable.dataSync()));
  const evaluate = (towards: readonly Float32Array[], distance: number): number => {
    moveTo(variables, start, towards, distance);
    return tidy(() => f().dataSync()[0]!);
  };
  for (let seed = 1; seed <= directions; seed++) {
    const towards = variables.map((variable, i) => numbers(variable.shape, 1000 * seed + i));
    const numeric = (evaluate(towards, step) - evaluate(towards, -step)) / (2 * step);
    let analytic = 0;
    let scale = 0;
    gradients.forEach((gradient, i) => {
      gradient.forEach((slope, j) => {
        analytic += slope * towards[i]![j]!;
        scale += (slope * towards[i]![j]!) ** 2;
      });
    });
    moveTo(variables, start, towards, 0);
    expect(Math.abs(analytic - numeric)).toBeLessThanOrEqual(
      tolerance * (Math.sqrt(scale) + Math.abs(analytic) + 1e-3),
    );
  }
}

function moveTo(
  variables: readonly Variable[],
  start: readonly Float32Array[],
  towards: readonly Float32Array[],
  distance: number,
): void {
  variables.forEach((variable, i) => {
    const moved = start[i]!.map((value, j) => value + distance * towards[i]![j]!);
    tidy(() => variable.assign(tensor(moved, variable.shape)));
  });
}
