import { beforeAll, describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/elementwise';
import type { Recorder } from '../../src/program/recorder';
import { type BinaryKind, binary, cast, select, unary } from '../../src/program/records/elementwise';
import { type Shape, sizeOf } from '../../src/util/shape';
import type { KernelHarness } from './harness';
import { eachConfiguration } from './splitting';
import { ulps } from './ulps';

const LENGTHS = [1, 3, 4, 5, 15, 16, 17, 33, 63, 64, 65, 129, 200];
const EDGES = [
  0,
  -0,
  1,
  -1,
  2.5,
  -2.5,
  0.5,
  -0.5,
  1.5,
  7,
  -7,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-40,
  -1e-40,
];

const numbers = (n: number, seed = 1) =>
  Float32Array.from({ length: n }, (_, i) =>
    i % 3 === 0 ? EDGES[(i * 7 + seed) % EDGES.length]! : ((i * 7919 + seed * 104729) % 2003) / 200 - 5,
  );
const integers = (n: number, seed = 1) =>
  Int32Array.from(
    { length: n },
    (_, i) => Math.imul(i + seed, i % 4 ? 7 : 0x9e3779b1) % (i % 4 ? 9 : 2 ** 31),
  );

let configurations: { harness: KernelHarness; recorder: Recorder }[];
beforeAll(async () => {
  configurations = await eachConfiguration();
});

/** Runs on every configuration with fresh buffers; checks the canaries. */
function onEach(run: (harness: KernelHarness, recorder: Recorder) => void): void {
  for (const { harness, recorder } of configurations) {
    harness.reset();
    run(harness, recorder);
    expect(harness.overrun()).toBe(0);
  }
}

const bytesOf = (harness: KernelHarness, pointer: number, n: number) =>
  new Uint8Array(harness.kernels.memory.buffer, pointer, n);

function putBytes(harness: KernelHarness, values: ArrayLike<number>): number {
  const pointer = harness.alloc(values.length);
  bytesOf(harness, pointer, values.length).set(values);
  return pointer;
}

describe('unary', () => {
  const same = Math.fround;
  const table: [string, number, (x: number) => number, number?, number?][] = [
    ['abs', abi.UNARY_ABS, Math.abs],
    ['neg', abi.UNARY_NEG, (x) => -x],
    ['floor', abi.UNARY_FLOOR, Math.floor],
    ['ceil', abi.UNARY_CEIL, Math.ceil],
    [
      'round',
      abi.UNARY_ROUND,
      (x) => (x % 1 === 0.5 || x % 1 === -0.5 ? 2 * Math.round(x / 2) : Math.round(x)),
    ],
    ['sign', abi.UNARY_SIGN, (x) => (x > 0 ? 1 : x < 0 ? -1 : 0)],
    ['step', abi.UNARY_STEP, (x) => (Number.isNaN(x) ? x : x > 0 ? 1 : same(0.3)), 0.3],
    ['clip', abi.UNARY_CLIP, (x) => Math.min(2, Math.max(-1, x)), -1, 2],
    ['relu', abi.UNARY_RELU, (x) => Math.max(0, x)],
    ['relu6', abi.UNARY_RELU6, (x) => Math.min(Math.max(0, x), 6)],
    ['leaky relu', abi.UNARY_LEAKY_RELU, (x) => (x < 0 ? same(same(0.2) * x) : x), 0.2],
  ];

  it.each(table)('%s is exact at every length', (_name, code, reference, first, second) => {
    for (const n of LENGTHS) {
      const x = numbers(n);
      const expected = x.map(reference);
      onEach((harness, recorder) => {
        const y = harness.out(n);
        unary(recorder, code, y, harness.put(x), n, first, second);
        // −0 and 0 are the same here: JavaScript's rounding makes one where a comparison made the other.
        expect([...harness.get(y, n)].map((v) => v + 0)).toEqual([...expected].map((v) => v + 0));
      });
    }
  });

  it('selu is within 2 ULP', () => {
    const x = numbers(200);
    const [scale, alpha] = [1.0507009873554805, 1.7580993408473766].map(same) as [number, number];
    onEach((harness, recorder) => {
      const y = harness.out(x.length);
      unary(recorder, abi.UNARY_SELU, y, harness.put(x), x.length, scale, alpha);
      harness.get(y, x.length).forEach((got, i) => {
        expect(ulps(got, x[i]! >= 0 ? scale * x[i]! : alpha * Math.expm1(x[i]!))).toBeLessThanOrEqual(2);
      });
    });
  });

  it.each([abi.UNARY_EXP, abi.UNARY_TANH, abi.UNARY_SIN])(
    'function %i gives an element the same bits in a body and in a tail, in place or not',
    (code) => {
      const x = numbers(200);
      for (const [index, { harness, recorder }] of configurations.entries()) {
        harness.reset();
        const whole = harness.out(200);
        unary(recorder, code, whole, harness.put(x), 200);
        const inPlace = harness.put(x.subarray(197));
        unary(recorder, code, inPlace, inPlace, 3);
        expect(harness.get(inPlace, 3)).toEqual(harness.get(whole, 200).subarray(197));
        // Threads must not show: configurations 0 and 1 are one build, 2 and 3 the other.
        if (index % 2) {
          const first = configurations[index - 1]!.harness;
          expect(harness.get(whole, 200)).toEqual(first.get(whole, 200));
        }
      }
    },
  );
});

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
          expect([...bytesOf(harness, y, n)]).toEqual(expected);
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
        expect([...bytesOf(harness, y, n)]).toEqual(expected);
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

describe('cast', () => {
  const wide = [...EDGES, 2147483648, -2147483648, 4294967296 * 3 + 4096, -6e9, 1e19, -1e30, 2147483520];
  const floats = (n: number) => Float32Array.from({ length: n }, (_, i) => wide[(i * 5) % wide.length]!);
  const ints = (n: number) => integers(n).map((value, i) => (i % 5 ? value : 0));
  const bytes = (n: number) => Uint8Array.from({ length: n }, (_, i) => ((i * i) % 3) & 1);

  it.each([
    ['f32 to i32', abi.CAST_FLOAT_TO_INT, floats, (x: number) => x | 0, 'i32'],
    ['i32 to f32', abi.CAST_INT_TO_FLOAT, ints, Math.fround, 'f32'],
    ['bool to f32', abi.CAST_BYTE_TO_FLOAT, bytes, (x: number) => x, 'f32'],
    ['bool to i32', abi.CAST_BYTE_TO_INT, bytes, (x: number) => x, 'i32'],
    ['f32 to bool', abi.CAST_FLOAT_TO_BYTE, floats, (x: number) => Number(x !== 0), 'byte'],
    ['i32 to bool', abi.CAST_INT_TO_BYTE, ints, (x: number) => Number(x !== 0), 'byte'],
    ['isNaN', abi.CAST_IS_NAN, floats, (x: number) => Number(Number.isNaN(x)), 'byte'],
    ['isInf', abi.CAST_IS_INFINITE, floats, (x: number) => Number(Math.abs(x) === Infinity), 'byte'],
    ['isFinite', abi.CAST_IS_FINITE, floats, (x: number) => Number(Number.isFinite(x)), 'byte'],
    ['not', abi.CAST_NOT, bytes, (x: number) => 1 - x, 'byte'],
  ] as const)('%s is as JavaScript has it at every length', (_name, code, make, reference, type) => {
    for (const n of LENGTHS) {
      const x = make(n);
      onEach((harness, recorder) => {
        const from =
          x instanceof Uint8Array
            ? putBytes(harness, x)
            : harness.put(x, x instanceof Int32Array ? 'i32' : 'f32');
        const y = type === 'byte' ? putBytes(harness, new Uint8Array(n).fill(9)) : harness.out(n);
        cast(recorder, code, y, from, n);
        const got = type === 'byte' ? bytesOf(harness, y, n) : harness.view(y, n, type);
        expect([...got]).toEqual(Array.from(x, reference));
      });
    }
  });
});

describe('select', () => {
  it('takes the first operand where the condition is 1, in words and in bytes', () => {
    for (const n of LENGTHS) {
      const condition = Uint8Array.from({ length: n }, (_, i) => ((i * 3) % 7) & 1);
      const [a, b] = [numbers(n, 2), numbers(n, 3)];
      const [c, d] = [a, b].map((values) => Uint8Array.from(values, (value) => value * 8));
      onEach((harness, recorder) => {
        const y = harness.out(n);
        select(recorder, 4, y, putBytes(harness, condition), harness.put(a), harness.put(b), n);
        expect([...harness.get(y, n)]).toEqual(Array.from(a, (value, i) => (condition[i] ? value : b[i])));
        const z = putBytes(harness, new Uint8Array(n));
        const operands = [condition, c!, d!].map((values) => putBytes(harness, values));
        select(recorder, 1, z, operands[0]!, operands[1]!, operands[2]!, n);
        expect([...bytesOf(harness, z, n)]).toEqual(
          Array.from(c!, (value, i) => (condition[i] ? value : d![i])),
        );
      });
    }
  });
});
