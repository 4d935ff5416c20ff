import { describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/elementwise';
import { type BinaryKind, binary } from '../../src/program/records/elementwise';
import { type Shape, sizeOf } from '../../src/util/shape';
import { bytesAt, EDGES, integers, LENGTHS, numbers, onEach, putBytes } from './splitting';
import { ulps } from './ulps';

/** y = f(a, b), broadcast by index arithmetic. */
function broadcastReference<T>(shape: Shape, a: Shape, b: Shape, f: (i: number, j: number) => T): T[] {
  const indexIn = (of: Shape, place: number[]) =>
    of.reduce((at, size, axis) => at * size + (size === 1 ? 0 : place[axis + place.length - of.length]!), 0);
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const place = [...shape];
    for (let axis = shape.length - 1, rest = flat; axis >= 0; axis--) {
      place[axis] = rest % shape[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    return f(indexIn(a, place), indexIn(b, place));
  });
}

/** [shape of a, shape of b, shape of the result]. */
const BROADCASTS: [number[], number[], number[]][] = [
  ...LENGTHS.map((n): [number[], number[], number[]] => [[n], [n], [n]]),
  [[], [], []],
  [[17], [], [17]],
  [[], [130], [130]],
  [[5, 7], [7], [5, 7]],
  [[7], [5, 7], [5, 7]],
  [[9, 3], [3], [9, 3]],
  [[700, 3], [3], [700, 3]],
  [[10], [300, 1, 10], [300, 1, 10]],
  [
    [5, 7],
    [5, 1],
    [5, 7],
  ],
  [
    [5, 1],
    [1, 7],
    [5, 7],
  ],
  [
    [2, 3, 4, 5],
    [2, 1, 1, 5],
    [2, 3, 4, 5],
  ],
  [
    [2, 1, 4, 1],
    [3, 1, 5],
    [2, 3, 4, 5],
  ],
  [
    [2, 3, 1, 65],
    [2, 1, 4, 65],
    [2, 3, 4, 65],
  ],
  [
    [2, 1, 2, 1, 3, 1],
    [1, 3, 1, 2, 1, 5],
    [2, 3, 2, 2, 3, 5],
  ],
];

describe('binary', () => {
  const fround = Math.fround;
  const float: [string, number, (a: number, b: number) => number][] = [
    ['add', abi.BINARY_ADD, (a, b) => a + b],
    ['sub', abi.BINARY_SUB, (a, b) => a - b],
    ['multiply', abi.BINARY_MULTIPLY, (a, b) => a * b],
    ['maximum', abi.BINARY_MAXIMUM, Math.max],
    ['minimum', abi.BINARY_MINIMUM, Math.min],
    ['squared difference', abi.BINARY_SQUARED_DIFFERENCE, (a, b) => fround(a - b) * fround(a - b)],
    ['divide', abi.BINARY_DIVIDE, (a, b) => a / b],
    ['prelu', abi.BINARY_PRELU, (a, b) => (a < 0 ? a * b : a)],
    ['elu gradient', abi.BINARY_ELU_GRAD, (a, b) => (b >= 0 ? a : a * fround(b + 1))],
  ];
  const int: [string, number, (a: number, b: number) => number][] = [
    ['add', abi.BINARY_ADD, (a, b) => (a + b) | 0],
    ['sub', abi.BINARY_SUB, (a, b) => (a - b) | 0],
    ['multiply', abi.BINARY_MULTIPLY, Math.imul],
    ['maximum', abi.BINARY_MAXIMUM, Math.max],
    ['minimum', abi.BINARY_MINIMUM, Math.min],
    ['squared difference', abi.BINARY_SQUARED_DIFFERENCE, (a, b) => Math.imul(a - b, a - b)],
  ];
  const comparisons: [string, number, (a: number, b: number) => boolean][] = [
    ['equal', abi.COMPARE_EQUAL, (a, b) => a === b],
    ['not equal', abi.COMPARE_NOT_EQUAL, (a, b) => a !== b],
    ['greater', abi.COMPARE_GREATER, (a, b) => a > b],
    ['greater or equal', abi.COMPARE_GREATER_EQUAL, (a, b) => a >= b],
    ['less', abi.COMPARE_LESS, (a, b) => a < b],
    ['less or equal', abi.COMPARE_LESS_EQUAL, (a, b) => a <= b],
  ];

  it.each(float)('f32 %s is exact for every broadcast', (_name, code, reference) => {
    for (const [left, right, shape] of BROADCASTS) {
      const a = numbers(sizeOf(left), 1);
      const b = numbers(sizeOf(right), 5);
      const expected = broadcastReference(shape, left, right, (i, j) => fround(reference(a[i]!, b[j]!)));
      onEach((harness, recorder) => {
        const y = harness.out(sizeOf(shape));
        const operands = [
          { pointer: harness.put(a), shape: left },
          { pointer: harness.put(b), shape: right },
        ] as const;
        expect(binary(recorder, 'float', code, y, shape, ...operands)).toBe(true);
        expect([...harness.get(y, sizeOf(shape))]).toEqual(expected);
      });
    }
  });

  it.each(int)('i32 %s wraps and is exact for every broadcast', (_name, code, reference) => {
    for (const [left, right, shape] of BROADCASTS) {
      const a = integers(sizeOf(left), 3);
      const b = integers(sizeOf(right), 4);
      const expected = broadcastReference(shape, left, right, (i, j) => reference(a[i]!, b[j]!));
      onEach((harness, recorder) => {
        const y = harness.out(sizeOf(shape));
        const operands = [
          { pointer: harness.put(a, 'i32'), shape: left },
          { pointer: harness.put(b, 'i32'), shape: right },
        ] as const;
        binary(recorder, 'int', code, y, shape, ...operands);
        expect([...harness.view(y, sizeOf(shape), 'i32')]).toEqual(expected);
      });
    }
  });

  it.each(comparisons)('%s of f32 and of i32 is 0 or 1 for every broadcast', (_name, code, reference) => {
    for (const [left, right, shape] of BROADCASTS) {
      const n = sizeOf(shape);
      for (const kind of ['compareFloat', 'compareInt'] as const) {
        const make = kind === 'compareFloat' ? numbers : integers;
        const a = make(sizeOf(left), 1);
        const b = make(sizeOf(right), 4);
        const expected = broadcastReference(shape, left, right, (i, j) => (reference(a[i]!, b[j]!) ? 1 : 0));
        onEach((harness, recorder) => {
          const y = putBytes(harness, new Uint8Array(n).fill(9));
          const type = kind === 'compareFloat' ? 'f32' : 'i32';
          const operands = [
            { pointer: harness.put(a, type), shape: left },
            { pointer: harness.put(b, type), shape: right },
          ] as const;
          binary(recorder, kind, code, y, shape, ...operands);
          expect([...bytesAt(harness, y, n)]).toEqual(expected);
        });
      }
    }
  });

  it.each([
    ['and', abi.LOGICAL_AND, (a: number, b: number) => a & b],
    ['or', abi.LOGICAL_OR, (a: number, b: number) => a | b],
  ] as const)('logical %s works on bytes for every broadcast', (_name, code, reference) => {
    for (const [left, right, shape] of BROADCASTS) {
      const n = sizeOf(shape);
      const a = Uint8Array.from({ length: sizeOf(left) }, (_, i) => ((i * 5) % 3) & 1);
      const b = Uint8Array.from({ length: sizeOf(right) }, (_, i) => ((i * 7) % 4) & 1);
      const expected = broadcastReference(shape, left, right, (i, j) => reference(a[i]!, b[j]!));
      onEach((harness, recorder) => {
        const y = putBytes(harness, new Uint8Array(n).fill(9));
        const operands = [
          { pointer: putBytes(harness, a), shape: left },
          { pointer: putBytes(harness, b), shape: right },
        ] as const;
        binary(recorder, 'logical' satisfies BinaryKind, code, y, shape, ...operands);
        expect([...bytesAt(harness, y, n)]).toEqual(expected);
      });
    }
  });

  it('a power is within 0.51 ULP of JavaScript’s, edges included', () => {
    const bases = [...EDGES, 3.7, 1e20, 1e-20, 16777217, 0.99999994, 1.0000001];
    const exponents = [...EDGES, 3, -3, 4, 100, -100, 1e9, 0.333, 2 ** 24, 2 ** 24 - 1];
    const pairs = bases.flatMap((a) => exponents.map((b) => [fround(a), fround(b)] as const));
    for (let i = 0; i < 4000; i++) pairs.push([fround(Math.exp((i % 97) / 3 - 16)), fround(i / 150 - 13)]);
    const shape = [pairs.length];
    let worst = 0;
    onEach((harness, recorder) => {
      const y = harness.out(pairs.length);
      const a = { pointer: harness.put(pairs.map(([base]) => base)), shape };
      const b = { pointer: harness.put(pairs.map(([, exponent]) => exponent)), shape };
      binary(recorder, 'float', abi.BINARY_POW, y, shape, a, b);
      harness.get(y, pairs.length).forEach((got, i) => {
        const [base, exponent] = pairs[i]!;
        const error = ulps(got, base ** exponent);
        if (!(error <= 0.51)) expect.fail(`${base} ** ${exponent}: got ${got}, want ${base ** exponent}`);
        worst = Math.max(worst, error);
      });
    });
    expect(worst).toBeGreaterThan(0.49);
  });
});
