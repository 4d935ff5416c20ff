import { beforeAll, describe, expect, it } from 'vitest';
import * as abi from '../../assembly/abi/elementwise';
import { f32Bits } from '../../src/program/recorder';
import { KernelHarness } from './harness';
import { ulps } from './ulps';

const { expm1, log1p } = Math;

/** erf to f64 accuracy: the Taylor series near 0, Lentz's continued fraction of erfc beyond 2. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (a === 0) return x;
  if (a < 2) {
    let term = x;
    let sum = x;
    for (let k = 1; k < 60; k++) {
      term *= (-x * x) / k;
      sum += term / (2 * k + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  if (!(a < 6)) return a >= 6 ? Math.sign(x) : Number.NaN;
  let fraction = a;
  for (let k = 60; k >= 1; k--) fraction = a + k / 2 / fraction;
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / fraction);
}

/**
 * Function, its opcode, its value in f64, and its largest error in units in the last place of the exact
 * result. An error much smaller than the table's fails as well: then the table is stale.
 */
const TABLE: [string, number, (x: number) => number, number][] = [
  ['sqrt', abi.UNARY_SQRT, Math.sqrt, 0.5],
  ['rsqrt', abi.UNARY_RSQRT, (x) => 1 / Math.sqrt(x), 1.5],
  ['reciprocal', abi.UNARY_RECIPROCAL, (x) => 1 / x, 0.5],
  ['square', abi.UNARY_SQUARE, (x) => x * x, 0.5],
  ['exp', abi.UNARY_EXP, Math.exp, 1],
  ['expm1', abi.UNARY_EXPM1, expm1, 1.5],
  ['log', abi.UNARY_LOG, Math.log, 0.8],
  ['log1p', abi.UNARY_LOG1P, log1p, 0.8],
  ['tanh', abi.UNARY_TANH, Math.tanh, 2.2],
  [
    'sigmoid',
    abi.UNARY_SIGMOID,
    (x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
    2.2,
  ],
  ['softplus', abi.UNARY_SOFTPLUS, (x) => Math.max(x, 0) + log1p(Math.exp(-Math.abs(x))), 1.6],
  ['elu', abi.UNARY_ELU, (x) => (x >= 0 ? x : expm1(x)), 1],
  ['sin', abi.UNARY_SIN, Math.sin, 1.5],
  ['cos', abi.UNARY_COS, Math.cos, 1.5],
  ['erf', abi.UNARY_ERF, erf, 1.1],
];

const EDGES = [
  0,
  -0,
  Infinity,
  -Infinity,
  Number.NaN,
  1,
  -1,
  0.5,
  -0.5,
  2,
  88.72284,
  88.7229,
  -87.3,
  -103.9,
  -104.1,
]
  .concat([1.401298464324817e-45, -1.401298464324817e-45, 1.1754943508222875e-38, 3.4028234663852886e38])
  .concat([
    -3.4028234663852886e38,
    1e-20,
    -1e-20,
    2 ** 28,
    -(2 ** 28),
    1e30,
    16777216,
    Math.PI,
    -Math.PI / 2,
  ]);

/** The edges, every 20 011th float there is, and floats evenly spread in [−16, 16], [−110, 90] and [0.25, 4]. */
function inputs(): Float32Array {
  const every = new Uint32Array(Math.floor(2 ** 32 / 20011)).map((_, i) => i * 20011);
  const spread = (low: number, high: number) =>
    Float32Array.from({ length: 50000 }, (_, i) => low + ((high - low) * i) / 49999);
  const parts = [
    Float32Array.from(EDGES),
    new Float32Array(every.buffer),
    spread(-16, 16),
    spread(-110, 90),
    spread(0.25, 4),
  ];
  const all = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

describe.each([
  ['plain', false],
  ['relaxed', true],
] as const)('accuracy, %s SIMD', (_, relaxedSimd) => {
  let harness: KernelHarness;
  const x = inputs();
  beforeAll(async () => {
    harness = await KernelHarness.create({ relaxedSimd });
  });

  it.each(TABLE)('%s', (_name, code, reference, bound) => {
    harness.reset();
    const from = harness.put(x);
    const to = harness.out(x.length);
    harness.emit(abi.OP_UNARY, [to], [from], [x.length, code, f32Bits(0), f32Bits(0)]);
    const y = harness.get(to, x.length);
    let worst = 0;
    for (let i = 0; i < x.length; i++) {
      const error = ulps(y[i]!, reference(x[i]!));
      if (error > worst) worst = error;
    }
    expect(worst).toBeLessThanOrEqual(bound);
    expect(worst).toBeGreaterThan(bound * 0.8);
    expect(harness.overrun()).toBe(0);
  });
});
