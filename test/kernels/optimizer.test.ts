import { beforeAll, describe, expect, it } from 'vitest';
import {
  recordAdamStep,
  recordAverageStep,
  recordClipStep,
  recordRmsPropStep,
  recordSgdStep,
} from '../../src/program/records/optimizer';
import { everyHarness, maxError, noise, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

const LENGTHS = [1, 3, 4, 5, 8, 15, 16, 17, 33, 16384 * 3 + 5];
const STEPS = 3;

/** Several updates in f64, each result rounded to f32 as the buffers are. */
function reference(
  state: readonly Float32Array[],
  gradients: readonly Float32Array[],
  update: (values: number[], gradient: number, step: number) => number[],
): Float32Array[] {
  const out = state.map((values) => values.slice());
  gradients.forEach((gradient, step) => {
    gradient.forEach((g, i) => {
      const next = update(
        out.map((values) => values[i]!),
        g,
        step + 1,
      );
      next.forEach((value, k) => {
        out[k]![i] = value;
      });
    });
  });
  return out;
}

describe.each(LENGTHS)('optimizer steps on %i elements', (length) => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = await everyHarness();
  });
  const gradients = Array.from({ length: STEPS }, (_, step) => noise(length, step + 10));

  /** Runs the steps on every build, compares the state with the reference to `tolerance`. */
  function check(
    state: readonly Float32Array[],
    record: (harness: KernelHarness, pointers: number[], gradient: number, step: number) => void,
    update: (values: number[], gradient: number, step: number) => number[],
    tolerance = 4e-7,
  ): void {
    const expected = reference(state, gradients, update);
    for (const actual of onEveryBuild(harnesses, (harness) => {
      const pointers = state.map((values) => harness.put(values));
      gradients.forEach((gradient, step) => {
        record(harness, pointers, harness.put(gradient), step + 1);
      });
      return pointers.map((pointer) => harness.get(pointer, length));
    })) {
      actual.forEach((values, k) => {
        expect(maxError(values, expected[k]!)).toBeLessThan(tolerance);
        expect(maxError(values, state[k]!)).toBeGreaterThan(1e-4); // it moved
      });
    }
  }

  it('sgd subtracts the scaled gradient', () => {
    check(
      [noise(length, 1)],
      (harness, [parameter], gradient) =>
        recordSgdStep(harness, { length, parameter: parameter!, gradient }, { learningRate: 0.1 }),
      ([p], g) => [p! - 0.1 * g],
    );
  });

  it('sgd with momentum keeps a velocity', () => {
    check(
      [noise(length, 1), noise(length, 2)],
      (harness, [parameter, velocity], gradient) =>
        recordSgdStep(
          harness,
          { length, parameter: parameter!, gradient, velocity: velocity! },
          { learningRate: 0.1, momentum: 0.9 },
        ),
      ([p, v], g) => {
        const velocity = 0.9 * v! + g;
        return [p! - 0.1 * velocity, velocity];
      },
      1e-6,
    );
  });

  it('rmsprop divides by the root of the averaged square', () => {
    check(
      [noise(length, 1), noise(length, 2).map(Math.abs)],
      (harness, [parameter, square], gradient) =>
        recordRmsPropStep(
          harness,
          { length, parameter: parameter!, gradient, square: square! },
          { learningRate: 0.01, decay: 0.9, epsilon: 1e-8 },
        ),
      ([p, s], g) => {
        const square = 0.9 * s! + (1 - 0.9) * g * g;
        return [p! - (0.01 * g) / (Math.sqrt(square) + 1e-8), square];
      },
    );
  });

  it('adam corrects both moments for the number of steps', () => {
    const [beta1, beta2] = [0.5, 0.999];
    check(
      [noise(length, 1), new Float32Array(length), new Float32Array(length)],
      (harness, [parameter, first, second], gradient, step) =>
        recordAdamStep(
          harness,
          { length, parameter: parameter!, gradient, first: first!, second: second! },
          { learningRate: 0.02, beta1, beta2, epsilon: 1e-8, step },
        ),
      ([p, m, s], g, step) => {
        const first = beta1 * m! + (1 - beta1) * g;
        const second = beta2 * s! + (1 - beta2) * g * g;
        const corrected = first / (1 - beta1 ** step);
        return [p! - (0.02 * corrected) / (Math.sqrt(second / (1 - beta2 ** step)) + 1e-8), first, second];
      },
    );
  });

  it('averages weights', () => {
    check(
      [noise(length, 1)],
      (harness, [average], parameter) =>
        recordAverageStep(harness, { length, average: average!, parameter }, 0.9),
      ([a], p) => [0.9 * a! + (1 - 0.9) * p],
    );
  });

  it('clips in place and keeps NaN', () => {
    const values = noise(length, 3);
    values[0] = Number.NaN;
    for (const [actual] of onEveryBuild(harnesses, (harness) => {
      const parameter = harness.put(values);
      recordClipStep(harness, { length, parameter }, -0.25, 0.5);
      return [harness.get(parameter, length)];
    })) {
      const expected = values.map((value) => Math.min(Math.max(value, -0.25), 0.5));
      expect(actual![0]).toBeNaN();
      expect(maxError(actual!.subarray(1), expected.subarray(1))).toBe(0);
    }
  });
});
