import { beforeAll, describe, expect, it } from 'vitest';
import { UNARY_LEAKY_RELU, UNARY_RELU, UNARY_STEP, UNARY_TANH } from '../../../assembly/abi/elementwise';
import { readActivated } from '../../../src/program/passes/read-activated';
import { unary } from '../../../src/program/records/elementwise';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, runTrace, TraceBuilder } from '../trace-builder';

const EDGES = [0, -0, 1, -1, Number.NaN, Infinity, -Infinity, 1e-45, -1e-45, 3e-39, -3e-39, 3e38, -3e38];
const N = EDGES.length;

describe('readActivated', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = [await KernelHarness.create(), await KernelHarness.create({ relaxedSimd: true })];
  });

  /** What the step reads afterwards. */
  function inputOfStep(code: number, slope: number, change = false) {
    const b = new TraceBuilder();
    const x = b.buffer('constant', N, EDGES);
    const [z, y, mask] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    // The same values in a temporary.
    unary(b, UNARY_LEAKY_RELU, z, x, N, 1);
    unary(b, code, y, z, N, slope);
    if (change) unary(b, UNARY_TANH, z, z, N);
    unary(b, UNARY_STEP, mask, z, N, slope);
    const before = b.trace(mask, y);
    const after = readActivated(before);
    for (const harness of harnesses)
      expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
    const { buffer } = after.records.at(-1)!.inputs[0]!;
    return buffer === b.operand(y).buffer ? 'activated' : 'raw';
  }

  it('reads the result of relu and leakyRelu, to the same bits at every edge', () => {
    expect(inputOfStep(UNARY_RELU, 0)).toBe('activated');
    expect(inputOfStep(UNARY_LEAKY_RELU, 0.2)).toBe('activated');
    expect(inputOfStep(UNARY_LEAKY_RELU, 1e-30)).toBe('activated');
  });

  it('leaves other functions, and an argument that has changed since', () => {
    expect(inputOfStep(UNARY_LEAKY_RELU, 0)).toBe('raw');
    expect(inputOfStep(UNARY_LEAKY_RELU, -0.2)).toBe('raw');
    expect(inputOfStep(UNARY_TANH, 0)).toBe('raw');
    expect(inputOfStep(UNARY_RELU, 0, true)).toBe('raw');
  });
});
