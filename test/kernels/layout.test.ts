import { describe, expect, it } from 'vitest';
import { OP_STRIDED, OP_TRANSPOSE } from '../../assembly/abi/layout';
import { f32Bits } from '../../src/program/recorder';
import * as layout from '../../src/program/records/layout';
import { stridesOf } from '../../src/program/records/strides';
import { type Shape, sizeOf } from '../../src/util/shape';
import { bytesAt, LENGTHS, onEach, plainNumbers, putBytes } from './splitting';

describe('fill and copy', () => {
  it.each(LENGTHS)('write %i elements and nothing else', (n) => {
    onEach((harness, recorder) => {
      for (const value of [2.5, 0, -1]) {
        const y = harness.out(n);
        layout.fill(recorder, y, n, f32Bits(value));
        expect([...harness.get(y, n)]).toEqual(new Array(n).fill(value));
      }
      const bytes = putBytes(harness, new Uint8Array(n));
      layout.fillBytes(recorder, bytes, n, 1);
      expect([...bytesAt(harness, bytes, n)]).toEqual(new Array(n).fill(1));
      const x = plainNumbers(n);
      const z = harness.out(n);
      layout.copy(recorder, z, harness.put(x), n);
      expect(harness.get(z, n)).toEqual(x);
    });
  });
});

/** A strided copy by index arithmetic; elements of y that it leaves are 99. */
function copyReference(length: number, x: ArrayLike<number>, { sizes, from, to }: Copy): number[] {
  const y = new Array<number>(length).fill(99);
  for (let flat = 0; flat < sizeOf(sizes); flat++) {
    let source = from.offset ?? 0;
    let target = to.offset ?? 0;
    for (let axis = sizes.length - 1, rest = flat; axis >= 0; axis--) {
      const at = rest % sizes[axis]!;
      rest = Math.floor(rest / sizes[axis]!);
      source += at * from.strides[axis]!;
      target += at * to.strides[axis]!;
    }
    y[target] = x[source]!;
  }
  return y;
}

interface Copy {
  readonly name: string;
  readonly sizes: Shape;
  readonly from: { offset?: number; strides: number[] };
  readonly to: { offset?: number; strides: number[] };
}

const permuted = (shape: number[], perm: number[]): Copy => {
  const sizes = perm.map((axis) => shape[axis]!);
  const strides = stridesOf(shape);
  return {
    name: `transpose of [${shape}] by [${perm}]`,
    sizes,
    from: { strides: perm.map((axis) => strides[axis]!) },
    to: { strides: stridesOf(sizes) },
  };
};

const sides = [1, 3, 4, 5, 15, 16, 17, 33];
const COPIES: Copy[] = [
  ...sides.flatMap((a) => sides.map((b) => permuted([a, b], [1, 0]))),
  permuted([3, 5, 7], [2, 1, 0]),
  permuted([3, 5, 8], [0, 2, 1]),
  permuted([2, 9, 5, 6], [0, 3, 1, 2]),
  permuted([2, 6, 5, 9], [0, 2, 3, 1]),
  permuted([2, 3, 4, 5], [1, 0, 2, 3]),
  permuted([2, 3, 2, 5, 4, 6], [5, 3, 1, 4, 0, 2]),
  { name: 'slice', sizes: [3, 5, 6], from: { offset: 83, strides: [72, 9, 1] }, to: { strides: [30, 6, 1] } },
  { name: 'long rows', sizes: [3, 200], from: { offset: 7, strides: [300, 1] }, to: { strides: [200, 1] } },
  { name: 'into a pad', sizes: [4, 6], from: { strides: [6, 1] }, to: { offset: 23, strides: [10, 1] } },
  { name: 'every third', sizes: [4, 5], from: { strides: [30, 3] }, to: { strides: [5, 1] } },
  { name: 'flip', sizes: [3, 13], from: { offset: 12, strides: [13, -1] }, to: { strides: [13, 1] } },
  { name: 'flip of rows', sizes: [3, 13], from: { offset: 26, strides: [-13, 1] }, to: { strides: [13, 1] } },
  { name: 'spread', sizes: [5, 37], from: { strides: [1, 0] }, to: { strides: [37, 1] } },
  { name: 'tile', sizes: [3, 7, 5], from: { strides: [0, 5, 1] }, to: { strides: [35, 5, 1] } },
  {
    name: 'one column of a concatenation',
    sizes: [9],
    from: { strides: [1] },
    to: { offset: 2, strides: [7] },
  },
  { name: 'one element', sizes: [1, 1], from: { offset: 5, strides: [1, 1] }, to: { strides: [1, 1] } },
];

describe('strided copy', () => {
  it.each(COPIES)('$name moves words and bytes', (copy) => {
    const { sizes, from, to } = copy;
    const last = (side: Copy['to']) =>
      sizes.reduce((at, size, axis) => at + Math.max(0, side.strides[axis]! * (size - 1)), side.offset ?? 0);
    const x = Float32Array.from({ length: last(from) + 1 }, (_, i) => i % 251);
    const n = last(to) + 1;
    const expected = copyReference(n, x, copy);
    onEach((harness, recorder) => {
      const y = harness.put(new Array(n).fill(99));
      const source = { pointer: harness.put(x), ...from };
      expect(layout.strided(recorder, 4, sizes, { pointer: y, ...to }, source)).toBe(true);
      expect([...harness.get(y, n)]).toEqual(expected);
      const z = putBytes(harness, new Uint8Array(n).fill(99));
      const bytes = { pointer: putBytes(harness, x), ...from };
      expect(layout.strided(recorder, 1, sizes, { pointer: z, ...to }, bytes)).toBe(true);
      expect([...bytesAt(harness, z, n)]).toEqual(expected);
    });
  });

  it('is a block transposition where contiguous axes differ and a single run where they agree', () => {
    const emitted: [number, readonly number[]][] = [];
    const recorder = {
      threads: 1,
      emit: (opcode: number, _: unknown, __: unknown, params: readonly number[]) => {
        emitted.push([opcode, params]);
      },
      scratch: () => 0,
    };
    const turn = permuted([64, 28, 28, 16], [0, 3, 1, 2]);
    layout.strided(recorder, 4, turn.sizes, { pointer: 0, ...turn.to }, { pointer: 0, ...turn.from });
    const same = permuted([64, 1, 28, 16], [1, 0, 2, 3]);
    layout.strided(recorder, 4, same.sizes, { pointer: 0, ...same.to }, { pointer: 0, ...same.from });
    expect(emitted[0]![0]).toBe(OP_TRANSPOSE);
    expect(emitted[0]![1].slice(2, 11)).toEqual([784, 16, 1, 16, 1, 784, 64, 12544, 12544]);
    expect(emitted[1]![0]).toBe(OP_STRIDED);
    expect(emitted[1]![1].slice(3, 6)).toEqual([64 * 28 * 16, 1, 1]);
  });

  it('is declined beyond six axes', () => {
    const copy = permuted([2, 2, 2, 2, 2, 2, 2], [6, 5, 4, 3, 2, 1, 0]);
    onEach((_, recorder) => {
      expect(
        layout.strided(recorder, 4, copy.sizes, { pointer: 0, ...copy.to }, { pointer: 0, ...copy.from }),
      ).toBe(false);
    });
  });
});

describe('gather', () => {
  it.each([
    { batch: 1, outer: 1, size: 5, count: 33, slice: 7 },
    { batch: 1, outer: 3, size: 5, count: 4, slice: 1 },
    { batch: 2, outer: 3, size: 4, count: 17, slice: 65 },
  ])('$batch × $outer slices of $slice by index, zeros outside', (sizes) => {
    const { batch, outer, size, count, slice } = sizes;
    const x = plainNumbers(batch * outer * size * slice);
    const indices = Int32Array.from({ length: batch * count }, (_, i) => ((i * 7) % (size + 2)) - 1);
    const expected: number[] = [];
    for (let block = 0; block < batch * outer; block++) {
      for (let i = 0; i < count; i++) {
        const index = indices[Math.floor(block / outer) * count + i]!;
        for (let j = 0; j < slice; j++) {
          expected.push(index >= 0 && index < size ? x[(block * size + index) * slice + j]! : 0);
        }
      }
    }
    onEach((harness, recorder) => {
      const y = harness.out(expected.length);
      layout.gather(recorder, y, harness.put(x), harness.put(indices, 'i32'), sizes);
      expect([...harness.get(y, expected.length)]).toEqual(expected);
    });
  });
});

describe('one-hot', () => {
  it.each([1, 5, 33])('%i rows; an index outside gives a row without a one', (n) => {
    const indices = Int32Array.from({ length: n }, (_, i) => (i % 6) - 1);
    onEach((harness, recorder) => {
      const y = harness.out(n * 4);
      layout.oneHot(recorder, y, harness.put(indices, 'i32'), n, 4, f32Bits(0.9), f32Bits(0.1));
      const expected = Array.from({ length: n * 4 }, (_, i) =>
        Math.fround(indices[i >> 2] === i % 4 ? 0.9 : 0.1),
      );
      expect([...harness.get(y, n * 4)]).toEqual(expected);
    });
  });
});

describe('segment sum', () => {
  it.each([
    [3, 20, 1],
    [4, 9, 16],
    [2, 7, 37],
    [5, 0, 5],
  ])('%i segments of %i rows of %i, in the order of the rows', (segments, rows, columns) => {
    const x = plainNumbers(rows * columns);
    const ids = Int32Array.from({ length: rows }, (_, i) => ((i * 5) % (segments + 2)) - 1);
    const expected = new Float32Array(segments * columns);
    for (let i = 0; i < rows * columns; i++) {
      const segment = ids[Math.floor(i / columns)]!;
      if (segment >= 0 && segment < segments) expected[segment * columns + (i % columns)]! += x[i]!;
    }
    onEach((harness, recorder) => {
      const y = harness.out(expected.length);
      layout.segmentSum(recorder, y, harness.put(x), harness.put(ids, 'i32'), segments, rows, columns);
      expect(harness.get(y, expected.length)).toEqual(expected);
    });
  });
});

describe('cumsum', () => {
  it.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('exclusive %s, reverse %s', (exclusive, reverse) => {
    const x = plainNumbers(5 * 9);
    const expected = new Float32Array(45);
    for (let row = 0; row < 5; row++) {
      let sum = Math.fround(0);
      for (let i = 0; i < 9; i++) {
        const at = row * 9 + (reverse ? 8 - i : i);
        const next = Math.fround(sum + x[at]!);
        expected[at] = exclusive ? sum : next;
        sum = next;
      }
    }
    onEach((harness, recorder) => {
      const y = harness.out(45);
      layout.cumsum(recorder, y, harness.put(x), 5, 9, exclusive, reverse);
      expect(harness.get(y, 45)).toEqual(expected);
    });
  });
});
