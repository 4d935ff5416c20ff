import { beforeAll, describe, expect, it } from 'vitest';
import { UNARY_NEG, UNARY_RELU, UNARY_TANH } from '../../../assembly/abi/elementwise';
import { removeDead } from '../../../src/program/passes/remove-dead';
import { unary } from '../../../src/program/records/elementwise';
import { copy } from '../../../src/program/records/layout';
import { recordSgdStep } from '../../../src/program/records/optimizer';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, runTrace, TraceBuilder } from '../trace-builder';

const N = 37;

describe('removeDead', () => {
  let harness: KernelHarness;
  beforeAll(async () => {
    harness = await KernelHarness.create();
  });

  it('leaves out what nobody reads, and what only that needed', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const [y, unread, unread2] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    unary(b, UNARY_NEG, unread, x, N);
    unary(b, UNARY_TANH, unread2, unread, N);
    unary(b, UNARY_RELU, y, x, N);
    const before = b.trace(y);
    const after = removeDead(before);
    expect(after.records).toEqual([before.records[2]]);
    expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
  });

  it('keeps every writer of a buffer that is read in the end', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const y = b.temporary(2 * N);
    copy(b, y, x, N);
    unary(b, UNARY_NEG, y + 4 * N, x, N);
    unary(b, UNARY_NEG, y, y, N);
    const before = b.trace(y);
    expect(removeDead(before)).toEqual(before);
  });

  it('leaves out a write after the last reader', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const [y, z] = [b.temporary(N), b.temporary(N)];
    unary(b, UNARY_NEG, y, x, N);
    unary(b, UNARY_NEG, z, y, N);
    unary(b, UNARY_TANH, y, y, N);
    const before = b.trace(z);
    expect(removeDead(before).records).toEqual(before.records.slice(0, 2));
  });

  it('keeps what changes state', () => {
    const b = new TraceBuilder();
    const [x, weight] = [b.buffer('input', N), b.buffer('state', N)];
    const gradient = b.temporary(N);
    unary(b, UNARY_TANH, gradient, x, N);
    recordSgdStep(b, { length: N, parameter: weight, gradient }, { learningRate: 0.1 });
    const before = b.trace();
    expect(removeDead(before)).toEqual(before);
  });
});
