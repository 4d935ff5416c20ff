import { beforeAll, describe, expect, it } from 'vitest';
import { recordRandomNormal, recordRandomUniform, recordRandomWords } from '../../src/program/records/random';
import { philox4x32, philoxNormal, philoxUniform } from '../../src/util/philox';
import { everyHarness, maxUlpError, onEveryBuild } from './float';
import type { KernelHarness } from './harness';

const LENGTHS = [1, 3, 4, 5, 15, 16, 17, 31, 64, 8192 * 3 + 7];
const KEYS = [
  { seed: 0, draw: 0 },
  { seed: 7, draw: 123 },
  { seed: 2 ** 52 + 0xdeadbeef, draw: 2 ** 33 + 0xfedcba98 },
];

describe('random', () => {
  let harnesses: KernelHarness[];
  beforeAll(async () => {
    harnesses = await everyHarness();
  });

  it('gives the words of the published vector for key 0', () => {
    const out = new Uint32Array(4);
    philox4x32(out, 0, 0, 0, 0, 0, 0);
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(4);
      recordRandomWords(harness, pointer, 4, { seed: 0, draw: 0 });
      return [harness.get(pointer, 4)];
    })) {
      expect(new Uint32Array(y!.buffer)).toEqual(out);
    }
  });

  it.each(LENGTHS)('makes %i uniform numbers with the bits of philoxUniform', (length) => {
    for (const key of KEYS) {
      const expected = philoxUniform(length, key);
      for (const [y] of onEveryBuild(harnesses, (harness) => {
        const pointer = harness.out(length);
        recordRandomUniform(harness, pointer, length, key);
        return [harness.get(pointer, length)];
      })) {
        expect(maxUlpError(y!, expected)).toBe(0);
      }
    }
  });

  it.each([
    [-1, 1],
    [0.1, 0.7],
    [-3.3e5, 1e-3],
  ])('scales uniform numbers to [%f, %f) in f64', (minimum, maximum) => {
    const key = { seed: 5, draw: 6 };
    const expected = philoxUniform(1001, key).map((value) => minimum + value * (maximum - minimum));
    for (const [y] of onEveryBuild(harnesses, (harness) => {
      const pointer = harness.out(1001);
      recordRandomUniform(harness, pointer, 1001, key, minimum, maximum);
      return [harness.get(pointer, 1001)];
    })) {
      expect(maxUlpError(y!, expected)).toBe(0);
    }
  });

  it.each(LENGTHS)('makes %i normal numbers within 4 ULP of philoxNormal', (length) => {
    for (const key of KEYS) {
      const expected = philoxNormal(length, key);
      for (const [y] of onEveryBuild(harnesses, (harness) => {
        const pointer = harness.out(length);
        recordRandomNormal(harness, pointer, length, key);
        return [harness.get(pointer, length)];
      })) {
        expect(maxUlpError(y!, expected)).toBeLessThanOrEqual(4);
      }
    }
  });

  it('has the moments of its distributions', () => {
    const n = 400_000;
    const harness = harnesses[0]!;
    harness.reset();
    const pointer = harness.out(n);
    const moments = () => {
      const y = harness.get(pointer, n);
      let mean = 0;
      for (const value of y) mean += value / n;
      const central = [0, 0, 0, 0, 0];
      let lag = 0;
      y.forEach((value, i) => {
        for (let k = 2; k <= 4; k++) central[k]! += (value - mean) ** k / n;
        lag += ((value - mean) * (y[(i + 1) % n]! - mean)) / n;
      });
      return { mean, variance: central[2]!, third: central[3]!, fourth: central[4]!, lag };
    };
    // Five standard errors of each estimate: the seed is fixed, so this either always passes or never.
    const close = (value: number, expected: number, variance: number) =>
      expect(Math.abs(value - expected)).toBeLessThan(5 * Math.sqrt(variance / n));

    recordRandomUniform(harness, pointer, n, { seed: 1, draw: 2 });
    const uniform = moments();
    close(uniform.mean, 1 / 2, 1 / 12);
    close(uniform.variance, 1 / 12, 1 / 180);
    close(uniform.lag, 0, 1 / 144);

    recordRandomNormal(harness, pointer, n, { seed: 1, draw: 3 });
    const normal = moments();
    close(normal.mean, 0, 1);
    close(normal.variance, 1, 2);
    close(normal.third, 0, 15);
    close(normal.fourth, 3, 96);
    close(normal.lag, 0, 1);
  });
});
