import { beforeAll, describe, expect, it } from 'vitest';
import { OP_CONV, OP_CONV_PACK } from '../../../assembly/abi/conv';
import { BINARY_ADD, UNARY_NEG, UNARY_TANH } from '../../../assembly/abi/elementwise';
import { shareEqual } from '../../../src/program/passes/share-equal';
import { conv2d } from '../../../src/program/records/conv';
import { binary, unary } from '../../../src/program/records/elementwise';
import { recordSgdStep } from '../../../src/program/records/optimizer';
import { recordRandomNormal } from '../../../src/program/records/random';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, opcodesOf, runTrace, TraceBuilder } from '../trace-builder';

const N = 37;

function add(b: TraceBuilder, y: number, left: number, right: number): void {
  const shape = [N];
  binary(b, 'float', BINARY_ADD, y, shape, { pointer: left, shape }, { pointer: right, shape });
}

describe('shareEqual', () => {
  let harness: KernelHarness;
  beforeAll(async () => {
    harness = await KernelHarness.create();
  });

  it('packs the weights of a layer once for two batches', () => {
    const b = new TraceBuilder();
    const shape = {
      ...{ batchSize: 2, inHeight: 5, inWidth: 5, inChannels: 8, outHeight: 5, outWidth: 5, outChannels: 9 },
      ...{ filterHeight: 3, filterWidth: 3, strideHeight: 1, strideWidth: 1 },
      ...{ dilationHeight: 1, dilationWidth: 1, padInfo: { top: 1, left: 1 } },
    };
    const filter = b.buffer('state', 9 * 8 * 9);
    const outs = [0, 1].map(() => {
      const x = b.buffer('input', 2 * 25 * 8);
      const y = b.temporary(2 * 25 * 9);
      conv2d(b, { shape, x, filter, y });
      return y;
    });
    const before = b.trace(...outs);
    const after = shareEqual(before);
    expect(opcodesOf(before)).toEqual([OP_CONV_PACK, OP_CONV, OP_CONV_PACK, OP_CONV]);
    expect(opcodesOf(after)).toEqual([OP_CONV_PACK, OP_CONV, OP_CONV]);
    expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
  });

  it('shares what follows from what was shared', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const [y0, y1, z0, z1, sum] = Array.from({ length: 5 }, () => b.temporary(N)) as [
      number,
      number,
      number,
      number,
      number,
    ];
    unary(b, UNARY_NEG, y0, x, N);
    unary(b, UNARY_NEG, y1, x, N);
    unary(b, UNARY_TANH, z0, y0, N);
    unary(b, UNARY_TANH, z1, y1, N);
    add(b, sum, z0, z1);
    const before = b.trace(sum, z1);
    const after = shareEqual(before);
    expect(after.records).toHaveLength(3);
    expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
  });

  it('takes constants of equal values for one', () => {
    const b = new TraceBuilder();
    const x = b.buffer('input', N);
    const values = Array.from({ length: N }, (_, i) => i);
    const [y0, y1, y2] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    add(b, y0, x, b.buffer('constant', N, values));
    add(b, y1, x, b.buffer('constant', N, values));
    add(b, y2, x, b.buffer('constant', N, [...values].reverse()));
    const before = b.trace(y0, y1, y2);
    const after = shareEqual(before);
    expect(after.records).toHaveLength(2);
    expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
  });

  it('keeps both where what they read, or one of their results, changes', () => {
    const b = new TraceBuilder();
    const weight = b.buffer('state', N);
    const gradient = b.buffer('input', N);
    const [y0, y1, y2] = [b.temporary(N), b.temporary(N), b.temporary(N)];
    unary(b, UNARY_NEG, y0, weight, N);
    unary(b, UNARY_NEG, y1, weight, N);
    unary(b, UNARY_TANH, y1, y1, N);
    recordSgdStep(b, { length: N, parameter: weight, gradient }, { learningRate: 0.1 });
    unary(b, UNARY_NEG, y2, weight, N);
    const before = b.trace(y0, y1, y2);
    expect(shareEqual(before)).toEqual(before);
  });

  it('keeps different draws of noise', () => {
    const b = new TraceBuilder();
    const noises = [0, 1].map((draw) => {
      const y = b.temporary(N);
      recordRandomNormal(b, y, N, { seed: 3, draw });
      return y;
    });
    const before = b.trace(...noises);
    expect(shareEqual(before)).toEqual(before);
  });
});
