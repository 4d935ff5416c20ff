import { KernelHarness } from './harness';

const f32 = new Float32Array(1);
const bits = new Int32Array(f32.buffer);

/** Distance of an f32 from the exact value, in units in the last place of the exact value as f32. */
export function ulpError(actual: number, exact: number): number {
  f32[0] = Math.abs(exact);
  const exponent = Math.max(bits[0]! >>> 23, 1);
  return Math.abs(actual - exact) / 2 ** (exponent - 150);
}

/** Largest {@link ulpError} over two arrays of one length; NaN counts as infinite. */
export function maxUlpError(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  let worst = actual.length === exact.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < exact.length; i++) {
    const error = ulpError(actual[i]!, exact[i]!);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

/** Largest |actual − exact|; NaN counts as infinite. */
export function maxError(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  let worst = actual.length === exact.length ? 0 : Number.POSITIVE_INFINITY;
  for (let i = 0; i < exact.length; i++) {
    const error = Math.abs(actual[i]! - exact[i]!);
    worst = Math.max(worst, Number.isNaN(error) ? Number.POSITIVE_INFINITY : error);
  }
  return worst;
}

/** The same numbers everywhere, in [−1, 1), rounded to f32. */
export function noise(length: number, seed = 1): Float32Array {
  const out = new Float32Array(length);
  let state = seed * 2654435761 + 12345;
  for (let i = 0; i < length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    out[i] = (state >> 8) * 2 ** -23;
  }
  return out;
}

/** A harness for each build and number of threads: plain first, one thread first in each. */
export async function everyHarness(): Promise<KernelHarness[]> {
  const harnesses: KernelHarness[] = [];
  for (const relaxedSimd of [false, true]) {
    for (const threads of [1, 2, 3]) harnesses.push(await KernelHarness.create({ relaxedSimd, threads }));
  }
  return harnesses;
}

/**
 * Runs a kernel on every harness: nothing outside its buffers may be written, and within one build the
 * results of 1, 2 and 3 threads must agree to the bit.
 *
 * @returns the results of the plain and of the relaxed build.
 */
export function onEveryBuild(
  harnesses: readonly KernelHarness[],
  run: (harness: KernelHarness) => Float32Array[],
): Float32Array[][] {
  const results = harnesses.map((harness) => {
    harness.reset();
    const result = run(harness);
    const overrun = harness.overrun();
    if (overrun > 0) throw new Error(`${overrun} words outside the buffers were written`);
    return result;
  });
  const perBuild = results.length / 2;
  results.forEach((result, i) => {
    const first = results[i - (i % perBuild)]!;
    result.forEach((values, k) => {
      const a = new Int32Array(values.buffer, values.byteOffset, values.length);
      const b = new Int32Array(first[k]!.buffer, first[k]!.byteOffset, first[k]!.length);
      const where = a.findIndex((word, j) => word !== b[j]);
      if (where >= 0) {
        throw new Error(
          `output ${k} differs at ${where} between ${harnesses[i]!.threads} threads and one: ` +
            `${values[where]} and ${first[k]![where]}`,
        );
      }
    });
  });
  return [results[0]!, results[perBuild]!];
}
