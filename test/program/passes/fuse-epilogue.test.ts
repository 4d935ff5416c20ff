import { beforeAll, describe, expect, it } from 'vitest';
import { OP_CONV } from '../../../assembly/abi/conv';
import {
  BINARY_ADD,
  BINARY_MULTIPLY,
  UNARY_LEAKY_RELU,
  UNARY_RELU,
  UNARY_SIGMOID,
  UNARY_STEP,
  UNARY_TANH,
} from '../../../assembly/abi/elementwise';
import { OP_GEMM } from '../../../assembly/abi/gemm';
import { OP_NORM_APPLY, OP_NORM_LAYER_APPLY } from '../../../assembly/abi/normalize';
import { OP_WINOGRAD, OP_WINOGRAD_GRADIENT } from '../../../assembly/abi/winograd';
import { fuseEpilogue } from '../../../src/program/passes/fuse-epilogue';
import { conv2d, conv2dInputGradient } from '../../../src/program/records/conv';
import { binary, unary } from '../../../src/program/records/elementwise';
import { gemm } from '../../../src/program/records/gemm';
import { recordNormalize } from '../../../src/program/records/normalize';
import { winograd } from '../../../src/program/records/winograd';
import type { Trace } from '../../../src/program/trace';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, opcodesOf, runTrace, TraceBuilder } from '../trace-builder';

const THREADS = 3;

/** y + bias along the last axis, then a function of it. */
function finish(b: TraceBuilder, y: number, shape: readonly number[], code: number, bias = true): number {
  const n = shape.reduce((product, size) => product * size, 1);
  let x = y;
  if (bias) {
    const vector = b.buffer('state', shape.at(-1)!);
    x = b.temporary(n);
    binary(
      b,
      'float',
      BINARY_ADD,
      x,
      shape,
      { pointer: y, shape },
      { pointer: vector, shape: shape.slice(-1) },
    );
  }
  const z = b.temporary(n);
  unary(b, code, z, x, n, 0.2);
  return z;
}

/** dy times the derivative of a rectifier at z. */
function mask(b: TraceBuilder, dy: number, z: number, n: number, slope: number): number {
  const [step, product] = [b.temporary(n), b.temporary(n)];
  unary(b, UNARY_STEP, step, z, n, slope);
  const shape = [n];
  binary(b, 'float', BINARY_MULTIPLY, product, shape, { pointer: dy, shape }, { pointer: step, shape });
  return product;
}

/** A convolution with padding that keeps the size at stride 1, and halves it at stride 2. */
const convShape = (
  size: number,
  inChannels: number,
  outChannels: number,
  filter: number,
  stride: number,
) => ({
  ...{ batchSize: 2, inHeight: size, inWidth: size, inChannels, outChannels },
  ...{ outHeight: size / stride, outWidth: size / stride, filterHeight: filter, filterWidth: filter },
  ...{ strideHeight: stride, strideWidth: stride, dilationHeight: 1, dilationWidth: 1 },
  padInfo: { top: 1, left: 1 },
});

describe('fuseEpilogue', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = [
      await KernelHarness.create(),
      await KernelHarness.create({ relaxedSimd: true, threads: THREADS }),
    ];
  });

  function fuse(before: Trace): Trace {
    const after = fuseEpilogue(before);
    for (const harness of harnesses) {
      expect(differenceOf(runTrace(harness, after), runTrace(harness, before))).toBeUndefined();
      expect(harness.overrun()).toBe(0);
    }
    return after;
  }

  it.each([
    [1, 64, 8],
    [13, 70, 30],
    [70, 100, 1100],
    [128, 530, 64],
    [128, 64, 0],
  ])('finishes products of %i by %i, k %i', (m, n, k) => {
    const b = new TraceBuilder(THREADS);
    const c = b.temporary(m * n);
    gemm(b, { c, a: b.buffer('input', m * k + 1), b: b.buffer('state', k * n + 1), m, n, k });
    const before = b.trace(finish(b, c, [m, n], UNARY_TANH));
    const after = fuse(before);
    const fused = opcodesOf(before).includes(OP_GEMM) ? 2 : 0;
    expect(before.records.length - after.records.length).toBe(fused);
  });

  it.each([
    [8, 5, 64, 3, 1],
    [8, 64, 70, 4, 2],
    [20, 3, 100, 4, 2],
  ])('finishes convolutions of %i², %i to %i channels, k%i s%i', (size, from, to, filter, stride) => {
    for (const code of [UNARY_LEAKY_RELU, UNARY_SIGMOID]) {
      const shape = convShape(size, from, to, filter, stride);
      const b = new TraceBuilder(THREADS);
      const pixels = 2 * shape.outHeight * shape.outWidth;
      const y = b.temporary(pixels * to);
      const x = b.buffer('input', 2 * size * size * from);
      const filters = b.buffer('state', filter * filter * from * to);
      conv2d(b, { shape, x, filter: filters, y });
      const before = b.trace(finish(b, y, [2, shape.outHeight, shape.outWidth, to], code));
      expect(opcodesOf(before).some((opcode) => opcode === OP_CONV || opcode === OP_WINOGRAD)).toBe(true);
      expect(before.records.length - fuse(before).records.length).toBe(2);
    }
  });

  it.each([
    [3, 1, 2],
    [4, 2, 1],
  ])("finishes Winograd's convolution, k%i s%i", (filter, stride, across) => {
    for (const channels of [64, 90]) {
      const shape = convShape(8, 16, channels, filter, stride);
      const b = new TraceBuilder(THREADS);
      const size = 8 / stride;
      const y = b.temporary(2 * size * size * channels);
      const x = b.buffer('input', 2 * 64 * 16);
      const filters = b.buffer('state', filter * filter * 16 * channels);
      winograd(b, { shape, x, filter: filters, y }, false, { down: 2, across });
      const before = b.trace(finish(b, y, [2, size, size, channels], UNARY_LEAKY_RELU));
      expect(opcodesOf(fuse(before)).at(-1)).toBe(OP_WINOGRAD);
    }
  });

  it.each([
    [4, 64, 20],
    [4, 90, 16],
  ])("finishes and masks Winograd's input gradient, k%i s2 to %i channels", (filter, channels, from) => {
    const shape = convShape(8, channels, from, filter, 2);
    const n = 2 * 64 * channels;
    const gradient = () => {
      const b = new TraceBuilder(THREADS);
      const dx = b.temporary(n);
      const filters = b.buffer('state', filter * filter * channels * from);
      winograd(b, { shape, x: dx, filter: filters, y: b.buffer('input', 2 * 16 * from) }, true, {
        ...{ down: 2, across: 1 },
      });
      return { b, dx };
    };
    const added = gradient();
    const sum = finish(added.b, added.dx, [2, 8, 8, channels], UNARY_RELU);
    expect(opcodesOf(fuse(added.b.trace(sum))).at(-1)).toBe(OP_WINOGRAD_GRADIENT);
    const masked = gradient();
    const product = mask(masked.b, masked.dx, masked.b.buffer('input', n), n, 0.2);
    expect(opcodesOf(fuse(masked.b.trace(product))).at(-1)).toBe(OP_WINOGRAD_GRADIENT);
  });

  it('masks products and convolutions, whose mask must be there and of no other use', () => {
    const [m, n, k] = [30, 70, 40];
    const product = (b: TraceBuilder) => {
      const c = b.temporary(m * n);
      gemm(b, { c, a: b.buffer('input', m * k), b: b.buffer('state', k * n), m, n, k });
      return c;
    };
    const b = new TraceBuilder(THREADS);
    const before = b.trace(mask(b, product(b), b.buffer('input', m * n), m * n, 0));
    expect(before.records.length - fuse(before).records.length).toBe(2);

    const late = new TraceBuilder(THREADS);
    const c = product(late);
    const z = late.temporary(m * n);
    unary(late, UNARY_TANH, z, late.buffer('input', m * n), m * n);
    const lateTrace = late.trace(mask(late, c, z, m * n, 0));
    expect(fuse(lateTrace)).toEqual(lateTrace);

    const shape = convShape(8, 5, 64, 3, 1);
    const conv = new TraceBuilder(THREADS);
    const y = conv.temporary(2 * 64 * 64);
    const x = conv.buffer('input', 2 * 64 * 5);
    conv2d(conv, { shape, x, filter: conv.buffer('state', 9 * 5 * 64), y });
    const convTrace = conv.trace(mask(conv, y, conv.buffer('input', 2 * 64 * 64), 2 * 64 * 64, 0.2));
    expect(convTrace.records.length - fuse(convTrace).records.length).toBe(2);
  });

  it('leaves the strided input gradient of the direct method, and the bias of a narrow result', () => {
    const shape = convShape(8, 64, 4, 4, 2);
    const b = new TraceBuilder(THREADS);
    const dx = b.temporary(2 * 64 * 64);
    const dy = b.buffer('input', 2 * 16 * 4);
    conv2dInputGradient(b, { shape, x: dx, filter: b.buffer('state', 16 * 64 * 4), y: dy });
    const before = b.trace(finish(b, dx, [2, 8, 8, 64], UNARY_RELU));
    expect(opcodesOf(before)).toContain(OP_CONV);
    expect(fuse(before)).toEqual(before);
  });

  it.each(['batch', 'instance', 'layer'] as const)('activates what %s normalisation makes', (over) => {
    for (const shape of [
      [3, 5, 5, 6],
      [4, 40, 33],
    ]) {
      const b = new TraceBuilder(THREADS);
      const n = shape.reduce((product, size) => product * size, 1);
      const groups = over === 'batch' ? 1 : shape[0]!;
      const count = groups * (over === 'layer' ? 1 : shape.at(-1)!);
      const y = b.temporary(n);
      recordNormalize(
        b,
        { y, x: b.buffer('input', n), mean: b.temporary(count), variance: b.temporary(count) },
        { shape, over, epsilon: 1e-3 },
      );
      const after = fuse(b.trace(finish(b, y, shape, UNARY_LEAKY_RELU, false)));
      expect(opcodesOf(after).at(-1)).toBe(over === 'layer' ? OP_NORM_LAYER_APPLY : OP_NORM_APPLY);
    }
  });

  it('stops at what something else reads as well', () => {
    const [m, n, k] = [20, 64, 30];
    const b = new TraceBuilder(THREADS);
    const [c, sum, y] = [b.temporary(m * n), b.temporary(m * n), b.temporary(m * n)];
    gemm(b, { c, a: b.buffer('input', m * k), b: b.buffer('state', k * n), m, n, k });
    const shapes = [
      { pointer: c, shape: [m, n] },
      { pointer: b.buffer('state', n), shape: [n] },
    ] as const;
    binary(b, 'float', BINARY_ADD, sum, [m, n], ...shapes);
    unary(b, UNARY_TANH, y, sum, m * n);
    const withSum = b.trace(y, sum);
    expect(withSum.records.length - fuse(withSum).records.length).toBe(1);
    const withProduct = b.trace(y, c);
    expect(fuse(withProduct)).toEqual(withProduct);
  });
});
