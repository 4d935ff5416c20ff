import { beforeAll, describe, expect, it } from 'vitest';
import * as abi from '../../../assembly/abi/elementwise';
import { OP_CHAIN } from '../../../assembly/abi/fused';
import { fuseElementwise } from '../../../src/program/passes/fuse-elementwise';
import { type BinaryKind, binary, cast, select, unary } from '../../../src/program/records/elementwise';
import { strided } from '../../../src/program/records/layout';
import type { Trace } from '../../../src/program/trace';
import { KernelHarness } from '../../kernels/harness';
import { differenceOf, opcodesOf, runTrace, TraceBuilder } from '../trace-builder';

/** Elementwise functions of buffers of `shape`, and of a scalar or a vector along its last axis. */
class Functions {
  readonly b = new TraceBuilder(3);
  private readonly n: number;

  constructor(private readonly shape: readonly number[]) {
    this.n = shape.reduce((product, size) => product * size, 1);
  }

  input = (): number => this.b.buffer('input', this.n);
  scalar = (value: number): number => this.b.buffer('constant', 1, [value]);
  vector = (): number => this.b.buffer('state', this.shape.at(-1)!);

  unary(code: number, x: number, first = 0): number {
    const y = this.b.temporary(this.n);
    unary(this.b, code, y, x, this.n, first);
    return y;
  }

  binary(code: number, a: number, b: number, shape = this.shape, kind: BinaryKind = 'float'): number {
    const y = kind === 'float' ? this.b.temporary(this.n) : this.b.scratch(this.n);
    binary(this.b, kind, code, y, this.shape, { pointer: a, shape: this.shape }, { pointer: b, shape });
    return y;
  }

  cast(code: number, x: number): number {
    const y = this.b.temporary(this.n);
    cast(this.b, code, y, x, this.n);
    return y;
  }

  select(condition: number, a: number, b: number): number {
    const y = this.b.temporary(this.n);
    select(this.b, 4, y, condition, a, b, this.n);
    return y;
  }
}

const SHAPES = [[1], [3], [64], [1025], [40, 64], [700, 5], [33, 96], [3, 1500], [2, 2048], [70, 1024]];

describe('fuseElementwise', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = [await KernelHarness.create(), await KernelHarness.create({ relaxedSimd: true, threads: 3 })];
  });

  /** Fuses; the numbers must be the same to the bit. */
  function fuse(before: Trace): Trace {
    const after = fuseElementwise(before);
    for (const harness of harnesses) {
      const expected = runTrace(harness, before);
      expect(differenceOf(runTrace(harness, after), expected)).toBeUndefined();
      expect(harness.overrun()).toBe(0);
      // On as many threads as the record has parts for.
      const split = { ...after, records: after.records.map((record) => ({ ...record, parts: 3 })) };
      if (after.records.every(({ opcode, parts }) => opcode !== OP_CHAIN || parts >= 3)) {
        expect(differenceOf(runTrace(harness, split), expected)).toBeUndefined();
      }
    }
    return after;
  }

  it.each(SHAPES.map((shape) => [shape]))('runs bias, activation and its gradient over %j', (shape) => {
    const f = new Functions(shape);
    const x = f.input();
    const sum = f.binary(abi.BINARY_ADD, x, f.vector(), shape.slice(-1));
    const y = f.unary(abi.UNARY_LEAKY_RELU, sum, 0.2);
    const step = f.unary(abi.UNARY_STEP, y, 0.2);
    const dx = f.binary(abi.BINARY_MULTIPLY, f.input(), step);
    const scaled = f.binary(abi.BINARY_DIVIDE, dx, f.scalar(3), []);
    const after = fuse(f.b.trace(y, scaled));
    expect(opcodesOf(after).filter((opcode) => opcode !== OP_CHAIN).length).toBeLessThanOrEqual(1);
    expect(after.records.at(-1)!.opcode).toBe(OP_CHAIN);
  });

  it.each(SHAPES.map((shape) => [shape]))('runs comparisons, casts and choices over %j', (shape) => {
    const f = new Functions(shape);
    const [x, dy] = [f.input(), f.input()];
    const above = f.binary(abi.COMPARE_GREATER, x, f.scalar(-0.5), [], 'compareFloat');
    const below = f.binary(abi.COMPARE_LESS_EQUAL, x, f.scalar(0.5), [], 'compareFloat');
    const inside = f.binary(abi.LOGICAL_AND, above, below, shape, 'logical');
    const masked = f.binary(abi.BINARY_MULTIPLY, dy, f.cast(abi.CAST_BYTE_TO_FLOAT, inside));
    const chosen = f.select(inside, f.unary(abi.UNARY_TANH, x), masked);
    const after = fuse(f.b.trace(chosen, masked));
    expect(opcodesOf(after)).toEqual([OP_CHAIN]);
  });

  it('leaves a record alone that nothing follows', () => {
    const f = new Functions([64]);
    const before = f.b.trace(f.unary(abi.UNARY_TANH, f.input()), f.unary(abi.UNARY_NEG, f.input()));
    expect(fuse(before)).toEqual(before);
  });

  it('keeps apart what another record needs in between', () => {
    const f = new Functions([8, 64]);
    const y = f.unary(abi.UNARY_NEG, f.input());
    const turned = f.b.temporary(8 * 64);
    strided(f.b, 4, [8, 64], { pointer: turned, strides: [1, 8] }, { pointer: y, strides: [64, 1] });
    const after = fuse(f.b.trace(f.binary(abi.BINARY_ADD, y, turned)));
    expect(after.records).toHaveLength(3);
  });

  it('does not let a record wait until its operand has changed', () => {
    const f = new Functions([64]);
    const x = f.b.temporary(64);
    unary(f.b, abi.UNARY_ABS, x, f.input(), 64);
    const y = f.unary(abi.UNARY_NEG, x);
    unary(f.b, abi.UNARY_TANH, x, x, 64);
    const after = fuse(f.b.trace(f.unary(abi.UNARY_EXP, y), x));
    expect(after.records).toHaveLength(4);
  });

  it('makes several chains of more operands than a record holds, and of two lengths of rows', () => {
    const f = new Functions([4, 64]);
    let sum = f.input();
    for (let i = 0; i < 70; i++) sum = f.binary(abi.BINARY_ADD, sum, f.input());
    expect(fuse(f.b.trace(sum)).records.length).toBeLessThan(10);

    const g = new Functions([30, 40, 96]);
    const left = g.binary(abi.BINARY_ADD, g.input(), g.vector(), [96]);
    const plane = g.b.buffer('state', 40 * 96);
    const both = g.binary(abi.BINARY_ADD, left, plane, [40, 96]);
    expect(fuse(g.b.trace(both)).records).toHaveLength(2);
  });

  it('gives the same bits for chains drawn at random', () => {
    let state = 12345;
    const draw = (below: number) => {
      state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
      return (state >> 8) % below;
    };
    const codes = [abi.UNARY_NEG, abi.UNARY_SIGMOID, abi.UNARY_SQUARE, abi.UNARY_RELU, abi.UNARY_SIN];
    const pairs = [abi.BINARY_ADD, abi.BINARY_SUB, abi.BINARY_MULTIPLY, abi.BINARY_MAXIMUM];
    for (let round = 0; round < 30; round++) {
      const shape = SHAPES[draw(SHAPES.length)]!;
      const f = new Functions(shape);
      const values = [f.input(), f.input()];
      const pick = () => values[draw(values.length)]!;
      for (let i = 0; i < 12; i++) {
        const code = pairs[draw(pairs.length)]!;
        const kind = draw(4);
        if (kind === 0) values.push(f.unary(codes[draw(codes.length)]!, pick()));
        else if (kind === 1) values.push(f.binary(code, pick(), f.vector(), shape.slice(-1)));
        else if (kind === 2) values.push(f.binary(code, pick(), f.scalar(0.5), []));
        else values.push(f.binary(code, pick(), pick()));
      }
      fuse(f.b.trace(values.at(-1)!, pick(), pick()));
    }
  });
});
