import { describe, expect, it } from 'vitest';
import { type GemmArgs, gemm, maddPeak } from '../../src/program/records/gemm';
import { KernelHarness } from './harness';
import { expectClose, expectSameBits, values } from './product-reference';

type Shape = Omit<GemmArgs, 'a' | 'b' | 'c' | 'bias'>;

function reference(shape: Shape, a: Float32Array, b: Float32Array, bias?: Float32Array) {
  const { m, n, k, transposeA, transposeB, batch = 1, sharedA, sharedB } = shape;
  const sum = new Float64Array(batch * m * n);
  const size = new Float64Array(batch * m * n);
  for (let s = 0; s < batch; s++) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const out = (s * m + i) * n + j;
        let total = bias?.[j] ?? 0;
        let magnitude = Math.abs(total);
        for (let p = 0; p < k; p++) {
          const x = a[(sharedA ? 0 : s * m * k) + (transposeA ? p * m + i : i * k + p)]!;
          const y = b[(sharedB ? 0 : s * n * k) + (transposeB ? j * k + p : p * n + j)]!;
          total += x * y;
          magnitude += Math.abs(x * y);
        }
        sum[out] = total;
        size[out] = magnitude;
      }
    }
  }
  return { sum, size };
}

function run(harness: KernelHarness, shape: Shape, withBias = false, check = true): Float32Array {
  harness.reset();
  const { m, n, k, batch = 1, sharedA, sharedB } = shape;
  const a = values((sharedA ? 1 : batch) * m * k, 1);
  const b = values((sharedB ? 1 : batch) * n * k, 2);
  const bias = withBias ? values(n, 3) : undefined;
  const c = harness.out(batch * m * n);
  gemm(harness, {
    ...shape,
    a: harness.put(a),
    b: harness.put(b),
    c,
    bias: bias && harness.put(bias),
  });
  const result = harness.get(c, batch * m * n);
  if (check) expectClose(result, reference(shape, a, b, bias), k);
  expect(harness.overrun()).toBe(0);
  return result;
}

const TRANSPOSES = [false, true].flatMap((transposeA) =>
  [false, true].map((transposeB) => ({ transposeA, transposeB })),
);

describe.each([true, false])('gemm, relaxed SIMD %s', (relaxedSimd) => {
  it.each(TRANSPOSES)('is right on every edge of a tile, %j', async (transposes) => {
    const harness = await KernelHarness.create({ relaxedSimd });
    for (const m of [1, 2, 3, 4, 5, 6, 7, 11, 13]) {
      for (const n of [1, 2, 3, 4, 7, 8, 9, 17]) {
        for (const k of [0, 1, 3, 4, 5, 9]) {
          for (const bias of [false, true]) run(harness, { m, n, k, ...transposes }, bias);
        }
      }
    }
  });

  it.each(TRANSPOSES)(
    'is right over several blocks, the same bits for 1, 2 and 3 threads, %j',
    async (transposes) => {
      const shapes: Shape[] = [
        { m: 65, n: 530, k: 33, ...transposes },
        { m: 62, n: 130, k: 1027, ...transposes },
        { m: 13, n: 17, k: 2050, ...transposes },
        { m: 3, n: 600, k: 290, ...transposes },
        { m: 600, n: 3, k: 290, ...transposes },
        { m: 700, n: 1, k: 900, ...transposes },
        { m: 1, n: 700, k: 900, ...transposes },
        { m: 700, n: 250, k: 3, ...transposes },
      ];
      const results: Float32Array[][] = [];
      for (const threads of [1, 2, 3]) {
        const harness = await KernelHarness.create({ relaxedSimd, threads });
        results.push(shapes.map((shape) => run(harness, shape, false, threads === 1)));
      }
      for (const other of results.slice(1)) {
        other.forEach((bits, i) => {
          expectSameBits(bits, results[0]![i]!);
        });
      }
    },
  );

  it.each(TRANSPOSES)('takes a batch, one side shared or neither, %j', async (transposes) => {
    const harness = await KernelHarness.create({ relaxedSimd, threads: 2 });
    for (const shared of [{}, { sharedA: true }, { sharedB: true }]) {
      run(harness, { m: 5, n: 9, k: 6, batch: 3, ...shared, ...transposes }, true);
      run(harness, { m: 65, n: 66, k: 67, batch: 3, ...shared, ...transposes });
      run(harness, { m: 1, n: 9, k: 6, batch: 3, ...shared, ...transposes });
      run(harness, { m: 9, n: 1, k: 6, batch: 3, ...shared, ...transposes });
      run(harness, { m: 0, n: 9, k: 6, batch: 3, ...shared, ...transposes });
    }
  });

  it('keeps NaN and infinity', async () => {
    const harness = await KernelHarness.create({ relaxedSimd });
    const a = harness.put([Number.NaN, 1, Number.POSITIVE_INFINITY, 1, 1, 1, 1, 1]);
    const b = harness.put(new Array(8).fill(1));
    const c = harness.out(16);
    gemm(harness, { a, b, c, m: 4, n: 4, k: 2 });
    const result = [...harness.get(c, 16)];
    expect(result.slice(0, 4)).toEqual(new Array(4).fill(Number.NaN));
    expect(result.slice(4, 8)).toEqual(new Array(4).fill(Number.POSITIVE_INFINITY));
    expect(result.slice(8)).toEqual(new Array(8).fill(2));
  });

  it('measures the peak without overflow or a denormal', async () => {
    const harness = await KernelHarness.create({ relaxedSimd });
    const y = harness.out(1);
    maddPeak(harness, { y, rounds: 1000 });
    expect(harness.get(y, 1)[0]).toBeCloseTo(48, 3);
  });
});
