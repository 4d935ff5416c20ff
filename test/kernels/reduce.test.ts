import { describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/reduce';
import { reduce, reduceArg, reducePlain } from '../../src/program/records/reduce';
import { softmax } from '../../src/program/records/softmax';
import { sizeOf } from '../../src/util/shape';
import { bytesAt, integers, numbers, onEach, plainNumbers, putBytes } from './splitting';
import { ulps } from './ulps';

/** Lists, for each output, the elements of x that are reduced into it, in order. */
function groups<T>(x: ArrayLike<T>, shape: number[], axes: number[]): T[][] {
  const out: T[][] = [];
  for (let flat = 0; flat < x.length; flat++) {
    let at = 0;
    let stride = 1;
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      if (!axes.includes(axis)) {
        at += (rest % shape[axis]!) * stride;
        stride *= shape[axis]!;
      }
      rest = Math.floor(rest / shape[axis]!);
    }
    out[at] ??= [];
    out[at]!.push(x[flat]!);
  }
  return out;
}

const SHAPES: [number[], number[]][] = [
  ...[1, 3, 4, 5, 15, 16, 17, 33, 511, 513].map((n): [number[], number[]] => [[n], [0]]),
  [[7, 5], [1]],
  [[7, 5], [0]],
  [[40, 300], [1]],
  [[9, 70], [0]],
  [[300, 3], [0]],
  [[1301, 1], [0]],
  [[257, 15], [0]],
  [[6, 1500], [0]],
  [[3, 9, 6], [1]],
  [
    [3, 9, 6],
    [0, 2],
  ],
  [
    [3, 9, 6],
    [0, 1, 2],
  ],
  [
    [2, 3, 4, 5, 3],
    [1, 3],
  ],
  [[4, 1, 5], [1]],
  [[40000], [0]],
  [[2, 33000], [1]],
  [[2100, 16], [0]],
  [[700, 65], [0]],
  [[3, 300, 130], [1]],
];

const title = ([shape, axes]: [number[], number[]]) => `[${shape}] over [${axes}]`;
const CASES = SHAPES.map((c): [string, number[], number[]] => [title(c), ...c]);

describe('sum and mean', () => {
  it.each(CASES)('%s: rounding errors stay below 8 · 2⁻²⁴ of the sum of magnitudes', (_, shape, axes) => {
    const x = plainNumbers(sizeOf(shape));
    const expected = groups(x, shape, axes).map((group) => ({
      sum: group.reduce((total, value) => total + value, 0),
      magnitude: group.reduce((total, value) => total + Math.abs(value), 0),
      count: group.length,
    }));
    onEach((harness, recorder) => {
      const y = harness.out(expected.length);
      const from = harness.put(x);
      reduce(recorder, abi.REDUCE_SUM, y, from, shape, axes);
      const sums = harness.get(y, expected.length);
      for (const [i, { sum, magnitude }] of expected.entries()) {
        expect(Math.abs(sums[i]! - sum)).toBeLessThanOrEqual(magnitude * 8 * 2 ** -24);
      }
      reduce(recorder, abi.REDUCE_SUM, y, from, shape, axes, expected[0]!.count);
      const means = harness.get(y, expected.length);
      for (const [i, { sum, magnitude, count }] of expected.entries()) {
        expect(Math.abs(means[i]! - sum / count)).toBeLessThanOrEqual((magnitude / count) * 9 * 2 ** -24);
      }
      return sums;
    });
  });

  it('a long sum of equal numbers errs by a few ULP, where adding one by one would err by thousands', () => {
    const x = new Float32Array(400_000).fill(0.1);
    const exact = 400_000 * x[0]!;
    let naive = 0;
    for (const value of x) naive = Math.fround(naive + value);
    expect(ulps(naive, exact)).toBeGreaterThan(1000);
    onEach((harness, recorder) => {
      const y = harness.out(8);
      const from = harness.put(x);
      reduce(recorder, abi.REDUCE_SUM, y, from, [400_000], [0]);
      expect(ulps(harness.get(y, 1)[0]!, exact)).toBeLessThan(4);
      reduce(recorder, abi.REDUCE_SUM, y, from, [50_000, 8], [0]);
      for (const sum of harness.get(y, 8)) expect(ulps(sum, exact / 8)).toBeLessThan(40);
    });
  });
});

describe('max and min', () => {
  it.each(CASES)('%s: exact, and NaN where there is one', (_, shape, axes) => {
    for (const x of [plainNumbers(sizeOf(shape)), numbers(sizeOf(shape))]) {
      const members = groups(x, shape, axes);
      for (const [code, reference] of [
        [abi.REDUCE_MAX, Math.max],
        [abi.REDUCE_MIN, Math.min],
      ] as const) {
        // −0 and 0 are equal to TF.js.
        const expected = members.map((group) => group.reduce((a, b) => reference(a, b)) + 0);
        onEach((harness, recorder) => {
          const y = harness.out(expected.length);
          reduce(recorder, code, y, harness.put(x), shape, axes);
          expect([...harness.get(y, expected.length)].map((value) => value + 0)).toEqual(expected);
        });
      }
    }
  });
});

describe('plain reductions', () => {
  const small = SHAPES.filter(([shape]) => sizeOf(shape) < 2000);
  it.each(small.map((c): [string, number[], number[]] => [title(c), ...c]))('%s', (_, shape, axes) => {
    const n = sizeOf(shape);
    const x = plainNumbers(n).map((value) => 1 + value / 100);
    const ints = integers(n);
    const bytes = Uint8Array.from({ length: n }, (_, i) => ((i * 7919) % 13 ? 1 : 0));
    const products = groups(x, shape, axes).map((group) => group.reduce((a, b) => a * b));
    const sums = groups(ints, shape, axes).map((group) => group.reduce((a, b) => (a + b) | 0));
    const all = groups(bytes, shape, axes).map((group) => Number(group.every(Boolean)));
    const any = groups(bytes, shape, axes).map((group) => Number(group.some((byte) => byte === 0)));
    const count = products.length;
    onEach((harness, recorder) => {
      const y = harness.out(count);
      reducePlain(recorder, abi.PLAIN_PRODUCT, 4, y, harness.put(x), shape, axes);
      harness.get(y, count).forEach((got, i) => {
        expect(ulps(got, products[i]!)).toBeLessThanOrEqual(axes.length > 1 ? 4 : 0.501);
      });
      const z = harness.out(count);
      reducePlain(recorder, abi.PLAIN_SUM_INT, 4, z, harness.put(ints, 'i32'), shape, axes);
      expect([...harness.view(z, count, 'i32')]).toEqual(sums);
      const b = putBytes(harness, new Uint8Array(count).fill(9));
      reducePlain(recorder, abi.PLAIN_ALL, 1, b, putBytes(harness, bytes), shape, axes);
      expect([...bytesAt(harness, b, count)]).toEqual(all);
      const flipped = bytes.map((byte) => 1 - byte);
      reducePlain(recorder, abi.PLAIN_ANY, 1, b, putBytes(harness, flipped), shape, axes);
      expect([...bytesAt(harness, b, count)]).toEqual(any);
      return harness.get(y, count);
    });
  });
});

describe('place of the largest and the smallest', () => {
  it.each([
    [[1], 0],
    [[3], 0],
    [[4], 0],
    [[37], 0],
    [[20, 5], 1],
    [[20, 5], 0],
    [[6, 9, 7], 1],
    [[33, 2, 4], 0],
  ])('[%s] over %i: the first of equals; a NaN counts only in the first place', (shape, axis) => {
    // Few distinct values make ties; numbers() brings NaN and infinities.
    for (const x of [plainNumbers(sizeOf(shape)).map(Math.round), numbers(sizeOf(shape))]) {
      for (const code of [abi.REDUCE_MAX, abi.REDUCE_MIN]) {
        const expected = groups(x, shape, [axis]).map((group) => {
          let best = 0;
          group.forEach((value, i) => {
            if (code === abi.REDUCE_MAX ? value > group[best]! : value < group[best]!) best = i;
          });
          return best;
        });
        onEach((harness, recorder) => {
          const y = harness.out(expected.length);
          reduceArg(recorder, code, y, harness.put(x), shape, axis);
          expect([...harness.view(y, expected.length, 'i32')]).toEqual(expected);
        });
      }
    }
  });
});

describe('softmax', () => {
  it.each([1, 3, 4, 5, 10, 16, 33, 200])('rows of %i: 4 ULP, and the logarithm 1e-6', (columns) => {
    const rows = 37;
    const x = plainNumbers(rows * columns).map((value, i) => value * 4 + (i % 5 ? 0 : 300));
    const probabilities: number[] = [];
    const logarithms: number[] = [];
    for (let row = 0; row < rows; row++) {
      const values = [...x.subarray(row * columns, (row + 1) * columns)];
      const top = Math.max(...values);
      const sum = values.reduce((total, value) => total + Math.exp(value - top), 0);
      probabilities.push(...values.map((value) => Math.exp(value - top) / sum));
      logarithms.push(...values.map((value) => value - top - Math.log(sum)));
    }
    onEach((harness, recorder) => {
      const y = harness.out(rows * columns);
      const from = harness.put(x);
      softmax(recorder, y, from, rows, columns, true);
      harness.get(y, rows * columns).forEach((got, i) => {
        const want = logarithms[i]!;
        expect(Math.abs(got - want)).toBeLessThanOrEqual(1e-6 * Math.max(1, Math.abs(want)));
      });
      softmax(recorder, y, from, rows, columns);
      harness.get(y, rows * columns).forEach((got, i) => {
        expect(ulps(got, probabilities[i]!)).toBeLessThanOrEqual(4);
      });
      return harness.get(y, rows * columns);
    });
  });

  it('a NaN makes its row NaN and leaves the others', () => {
    const x = Float32Array.of(1, Number.NaN, 2, 0, 0, 0);
    onEach((harness, recorder) => {
      const y = harness.out(6);
      softmax(recorder, y, harness.put(x), 2, 3);
      const third = Math.fround(1 / 3);
      expect([...harness.get(y, 6)]).toEqual([Number.NaN, Number.NaN, Number.NaN, third, third, third]);
    });
  });
});
