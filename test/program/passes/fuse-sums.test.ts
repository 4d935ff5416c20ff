import { beforeAll, describe, expect, it } from 'vitest';
import {
  BINARY_MULTIPLY,
  BINARY_SUB,
  OP_BINARY,
  UNARY_ABS,
  UNARY_NEG,
  UNARY_SIGN,
  UNARY_SOFTPLUS,
} from '../../../assembly/abi/elementwise';
import { OP_CHAIN_SUM } from '../../../assembly/abi/fused';
import { OP_REDUCE_ROWS, REDUCE_MAX, REDUCE_SUM } from '../../../assembly/abi/reduce';
import { fuseSums } from '../../../src/program/passes/fuse-sums';
import { binary, unary } from '../../../src/program/records/elementwise';
import { reduce } from '../../../src/program/records/reduce';
import type { Trace } from '../../../src/program/trace';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, opcodesOf, runTrace, TraceBuilder } from '../trace-builder';

const SIZES = [256, 257, 511, 1024, 1040, 2047, 5000, 16384 * 2 + 77, 16384 * 3 + 16];

describe('fuseSums', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = [await KernelHarness.create(), await KernelHarness.create({ relaxedSimd: true, threads: 3 })];
  });

  function fuse(before: Trace): Trace {
    const after = fuseSums(before);
    for (const harness of harnesses) {
      const expected = runTrace(harness, before);
      const split = { ...after, records: after.records.map((record) => ({ ...record, parts: 3 })) };
      expect(differenceOf(runTrace(harness, after), expected)).toBeUndefined();
      const several = after.records.every(({ opcode, parts }) => opcode !== OP_CHAIN_SUM || parts >= 3);
      if (several) expect(differenceOf(runTrace(harness, split), expected)).toBeUndefined();
      expect(harness.overrun()).toBe(0);
    }
    return after;
  }

  const subtract = (b: TraceBuilder, n: number): number => {
    const difference = b.temporary(n);
    const shape = [n];
    const [left, right] = [b.buffer('input', n), b.buffer('input', n)];
    binary(b, 'float', BINARY_SUB, difference, shape, { pointer: left, shape }, { pointer: right, shape });
    return difference;
  };

  it.each(SIZES)('takes the mean distance of %i pairs, in one pass', (n) => {
    const b = new TraceBuilder(3);
    const [distance, loss] = [b.temporary(n), b.temporary(1)];
    unary(b, UNARY_ABS, distance, subtract(b, n), n);
    reduce(b, REDUCE_SUM, loss, distance, [n], [0], n);
    const after = fuse(b.trace(loss));
    expect(opcodesOf(after)[0]).toBe(OP_CHAIN_SUM);
    expect(
      opcodesOf(after)
        .slice(1)
        .every((opcode) => opcode === OP_REDUCE_ROWS),
    ).toBe(true);
  });

  it('sums each row, and stores what the gradient needs', () => {
    const b = new TraceBuilder(3);
    const [rows, length] = [7, 1500];
    const n = rows * length;
    const difference = subtract(b, n);
    const [distance, sums, sign, slope] = [b.temporary(n), b.temporary(rows), b.temporary(n), b.temporary(n)];
    unary(b, UNARY_ABS, distance, difference, n);
    reduce(b, REDUCE_SUM, sums, distance, [rows, length], [1]);
    unary(b, UNARY_SIGN, sign, difference, n);
    const shape = [rows, length];
    binary(
      b,
      'float',
      BINARY_MULTIPLY,
      slope,
      shape,
      { pointer: sign, shape },
      { pointer: sums, shape: [rows, 1] },
    );
    const after = fuse(b.trace(slope, sums));
    expect(opcodesOf(after)).toEqual([OP_CHAIN_SUM, ...opcodesOf(after).slice(1)]);
    expect(after.records).toHaveLength(3);
  });

  it('sums a single function', () => {
    const b = new TraceBuilder();
    const [y, loss] = [b.temporary(300), b.temporary(1)];
    unary(b, UNARY_SOFTPLUS, y, b.buffer('input', 300), 300);
    reduce(b, REDUCE_SUM, loss, y, [300], [0], 300);
    expect(opcodesOf(fuse(b.trace(loss)))).toEqual([OP_CHAIN_SUM]);
  });

  it('leaves maxima, short rows, and sums of a part', () => {
    const b = new TraceBuilder();
    const [y, most, rows, half] = [b.temporary(1024), b.temporary(1), b.temporary(16), b.temporary(1)];
    unary(b, UNARY_NEG, y, b.buffer('input', 1024), 1024);
    reduce(b, REDUCE_MAX, most, y, [1024], [0]);
    reduce(b, REDUCE_SUM, rows, y, [16, 64], [1]);
    reduce(b, REDUCE_SUM, half, y, [512], [0]);
    const before = b.trace(most, rows, half);
    expect(fuse(before)).toEqual(before);
  });

  it('leaves a sum of rows that a vector was added to', () => {
    const b = new TraceBuilder();
    const shape = [8, 512];
    const [y, sums] = [b.temporary(8 * 512), b.temporary(8)];
    const left = { pointer: b.buffer('input', 8 * 512), shape };
    binary(b, 'float', BINARY_SUB, y, shape, left, { pointer: b.buffer('state', 512), shape: [512] });
    reduce(b, REDUCE_SUM, sums, y, shape, [1]);
    expect(opcodesOf(fuse(b.trace(sums)))).toEqual([OP_BINARY, OP_REDUCE_ROWS]);
  });
});
