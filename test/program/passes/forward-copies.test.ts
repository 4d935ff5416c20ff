import { beforeAll, describe, expect, it } from 'vitest';
import { UNARY_NEG, UNARY_RELU, UNARY_TANH } from '../../../assembly/abi/elementwise';
import { forwardCopies } from '../../../src/program/passes/forward-copies';
import { removeDead } from '../../../src/program/passes/remove-dead';
import { unary } from '../../../src/program/records/elementwise';
import { copy, strided } from '../../../src/program/records/layout';
import { recordSgdStep } from '../../../src/program/records/optimizer';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, runTrace, TraceBuilder } from '../trace-builder';

const N = 48;

describe('forwardCopies', () => {
  let harness: KernelHarness;
  beforeAll(async () => {
    harness = await KernelHarness.create();
  });

  const forward = (b: TraceBuilder, ...outputs: number[]) => {
    const before = b.trace(...outputs);
    const after = removeDead(forwardCopies(before));
    expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
    return after.records.map(({ name }) => name);
  };

  it('reads the source of a copy, and of a copy of that', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const [y, z, out] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    copy(b, y, x, N);
    copy(b, z, y, N);
    unary(b, UNARY_NEG, out, z, N);
    expect(forward(b, out)).toEqual(['record 2']);
  });

  it('reads a slice of rows in its place', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', 4 * N);
    const [y, out] = [b.temporary(2 * N), b.temporary(2 * N)];
    const sides = [
      { pointer: y, strides: [N, 1] },
      { pointer: x, offset: N, strides: [N, 1] },
    ] as const;
    strided(b, 4, [2, N], ...sides);
    unary(b, UNARY_NEG, out, y, 2 * N);
    expect(forward(b, out)).toEqual(['record 1']);
  });

  it('keeps slices that are several runs or begin within a line', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', 4 * N);
    const [y0, y1, out0, out1] = [b.temporary(N), b.temporary(N), b.temporary(N), b.temporary(N)];
    strided(b, 4, [2, N / 2], { pointer: y0, strides: [N / 2, 1] }, { pointer: x, strides: [N, 1] });
    strided(b, 4, [N], { pointer: y1, strides: [1] }, { pointer: x, offset: 3, strides: [1] });
    unary(b, UNARY_NEG, out0, y0, N);
    unary(b, UNARY_NEG, out1, y1, N);
    expect(forward(b, out0, out1)).toHaveLength(4);
  });

  it('keeps a copy that outlives its source, or is changed', () => {
    const b = new TraceBuilder();
    const [weight, x] = [b.buffer('state', N), b.buffer('input', N)];
    const [y, z, out] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    copy(b, y, weight, N);
    copy(b, z, x, N);
    unary(b, UNARY_RELU, z, z, N);
    recordSgdStep(b, { length: N, parameter: weight, gradient: z }, { learningRate: 0.1 });
    unary(b, UNARY_TANH, out, y, N);
    expect(forward(b, out)).toHaveLength(5);
  });

  it('keeps an output that is a copy of an input', () => {
    const b = new TraceBuilder();
    const y = b.temporary(N);
    copy(b, y, b.buffer('input', N), N);
    expect(forward(b, y)).toHaveLength(1);
  });
});
