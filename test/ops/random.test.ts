import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { SeededRandom } from '../../src/ops/random';
import { philoxNormal, philoxUniform } from '../../src/util/philox';
import { BACKENDS, startBackend } from '../support/backends';
import { maxDifference } from '../support/numeric';

describe.each(BACKENDS)('SeededRandom on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('numbers its draws and gives each the generator’s numbers', () => {
    const random = new SeededRandom(2 ** 40 + 7, 3);
    const first = random.normal([3, 7]);
    const second = random.uniform([50], -2, 3);
    expect(random.draw).toBe(5);
    expect(first.shape).toEqual([3, 7]);
    const seed = 2 ** 40 + 7;
    expect(maxDifference(first.dataSync(), philoxNormal(21, { seed, draw: 3 }))).toBeLessThan(2e-6);
    const uniform = philoxUniform(50, { seed, draw: 4 }).map((value) => 5 * value - 2);
    expect(maxDifference(second.dataSync(), uniform)).toBeLessThan(1e-6);
    first.dispose();
    second.dispose();
  });

  it('goes on from a draw as if it had never stopped', () => {
    const whole = new SeededRandom(11);
    whole.uniform([5]).dispose();
    const later = whole.normal([1001]);
    const resumed = new SeededRandom(11, 1).normal([1001]);
    expect(resumed.dataSync()).toEqual(later.dataSync());
    later.dispose();
    resumed.dispose();
  });

  it('has the moments of its distributions', () => {
    const before = memory().numTensors;
    const random = new SeededRandom(1);
    const moments = (values: ArrayLike<number>) => {
      let sum = 0;
      let squares = 0;
      for (let i = 0; i < values.length; i++) {
        sum += values[i]!;
        squares += values[i]! ** 2;
      }
      const mean = sum / values.length;
      return { mean, variance: squares / values.length - mean ** 2 };
    };
    const normal = random.normal([40_000]);
    const uniform = random.uniform([40_000], -1, 1);
    const n = moments(normal.dataSync());
    expect(Math.abs(n.mean)).toBeLessThan(0.02);
    expect(Math.abs(n.variance - 1)).toBeLessThan(0.03);
    const u = moments(uniform.dataSync());
    expect(Math.abs(u.mean)).toBeLessThan(0.012);
    expect(Math.abs(u.variance - 1 / 3)).toBeLessThan(0.01);
    normal.dispose();
    uniform.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
