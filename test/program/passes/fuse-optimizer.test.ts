import { beforeAll, describe, expect, it } from 'vitest';
import { UNARY_TANH } from '../../../assembly/abi/elementwise';
import { RECORD_BYTES } from '../../../assembly/abi/record';
import { fuseOptimizer } from '../../../src/program/passes/fuse-optimizer';
import { unary } from '../../../src/program/records/elementwise';
import {
  recordAdamStep,
  recordAverageStep,
  recordClipStep,
  recordRmsPropStep,
  recordSgdStep,
} from '../../../src/program/records/optimizer';
import type { Trace } from '../../../src/program/trace';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, runTrace, TraceBuilder } from '../trace-builder';

const LENGTHS = [1, 5, 64, 70, 200, 33, 16, 7];
const ADAM = { learningRate: 0.1, beta1: 0.5, beta2: 0.9, epsilon: 1e-3, step: 3 };

describe('fuseOptimizer', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = [await KernelHarness.create(), await KernelHarness.create({ relaxedSimd: true, threads: 3 })];
  });

  function fuse(before: Trace): Trace {
    const after = fuseOptimizer(before);
    for (const harness of harnesses) {
      expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
      expect(harness.overrun()).toBe(0);
    }
    for (const { outputs, inputs, params } of after.records) {
      expect(4 * (4 + outputs.length + inputs.length + params.length)).toBeLessThanOrEqual(RECORD_BYTES);
    }
    return after;
  }

  const steps: Record<string, (b: TraceBuilder, length: number) => void> = {
    adam: (b, length) => {
      const [parameter, first] = [b.buffer('state', length), b.buffer('state', length)];
      // Not negative, as it never is.
      const second = b.buffer('constant', length, new Float32Array(length).fill(0.5));
      const gradient = b.buffer('input', length);
      recordAdamStep(b, { length, parameter, gradient, first, second }, ADAM);
    },
    sgd: (b, length) => {
      const [parameter, gradient] = [b.buffer('state', length), b.buffer('input', length)];
      recordSgdStep(b, { length, parameter, gradient }, { learningRate: 0.1 });
    },
    momentum: (b, length) => {
      const [parameter, velocity] = [b.buffer('state', length), b.buffer('state', length)];
      const gradient = b.buffer('input', length);
      recordSgdStep(b, { length, parameter, gradient, velocity }, { learningRate: 0.1, momentum: 0.9 });
    },
    rmsprop: (b, length) => {
      const [parameter, gradient] = [b.buffer('state', length), b.buffer('input', length)];
      const square = b.buffer('constant', length, new Float32Array(length).fill(0.5));
      const settings = { learningRate: 0.1, decay: 0.9, epsilon: 1e-3 };
      recordRmsPropStep(b, { length, parameter, gradient, square }, settings);
    },
    average: (b, length) =>
      recordAverageStep(
        b,
        { length, average: b.buffer('state', length), parameter: b.buffer('state', length) },
        0.9,
      ),
    clip: (b, length) => recordClipStep(b, { length, parameter: b.buffer('state', length) }, -0.5, 0.25),
  };

  it.each(Object.keys(steps))('makes the steps of %s fewer records', (name) => {
    const b = new TraceBuilder(3);
    for (const length of LENGTHS) steps[name]!(b, length);
    const { records } = fuse(b.trace());
    expect(records.length).toBeLessThanOrEqual(2);
  });

  it('takes whole threads’ worth of several parameters', () => {
    const b = new TraceBuilder(3);
    for (const length of [16384 * 2 + 5, 16384 * 3]) steps.adam!(b, length);
    const before = b.trace();
    const parts = before.records.reduce((sum, record) => sum + record.parts, 0);
    expect(fuse(before).records.map((record) => record.parts)).toEqual([parts]);
    expect(parts).toBeGreaterThan(1);
  });

  it('keeps apart other settings, and two changes of one buffer', () => {
    const b = new TraceBuilder();
    const [average, first, second] = [b.buffer('state', 9), b.buffer('input', 9), b.buffer('input', 9)];
    recordAverageStep(b, { length: 9, average, parameter: first }, 0.9);
    recordAverageStep(b, { length: 9, average, parameter: second }, 0.9);
    recordAverageStep(b, { length: 9, average: b.buffer('state', 9), parameter: second }, 0.5);
    expect(fuse(b.trace()).records).toHaveLength(3);
  });

  it('keeps a step before what reads its result', () => {
    const b = new TraceBuilder();
    const [weight, gradient] = [b.buffer('state', 9), b.buffer('input', 9)];
    const y = b.temporary(9);
    recordSgdStep(b, { length: 9, parameter: weight, gradient }, { learningRate: 0.1 });
    unary(b, UNARY_TANH, y, weight, 9);
    recordSgdStep(b, { length: 9, parameter: b.buffer('state', 9), gradient: y }, { learningRate: 0.1 });
    expect(fuse(b.trace(y)).records).toHaveLength(3);
  });
});
