import * as tf from '@tensorflow/tfjs-core';
import { afterAll, describe, expect, it } from 'vitest';
import { formatPasses, formatSoak, measurePasses, soak } from '../../bench/index';
import { shareOutsideKernels } from '../../bench/outside-kernels';
import { changeOf } from '../../bench/soak';
import { median } from '../../bench/statistics';
import { PASS_NAMES } from '../../src/program/passes/index';

afterAll(() => {
  tf.removeBackend('kallima');
});

describe('median', () => {
  it.each([
    [[3], 3],
    [[4, 1], 2.5],
    [[9, 1, 5], 5],
    [[10, 9, 1, 2], 5.5],
  ])('of %j is %d', (values, expected) => {
    expect(median(values)).toBe(expected);
  });
});

describe('shareOutsideKernels', () => {
  it('is the median over replayed repetitions', async () => {
    const kernels = [90, undefined, 99, 98, 97, 50];
    const share = await shareOutsideKernels(async () => {
      const kernelMs = kernels.shift();
      return kernelMs === undefined ? undefined : { ms: 100, kernelMs };
    });
    expect(share).toBeCloseTo(0.03, 10);
  });

  it('is unknown where nothing is replayed', async () => {
    expect(await shareOutsideKernels(async () => undefined)).toBeUndefined();
  });
});

describe('measurePasses', () => {
  it('times a row without each pass', async () => {
    const told: string[] = [];
    const onPass = (name: string) => told.push(name);
    const results = await measurePasses({ row: 'mlp2d-16', samples: 1, warmUp: 4, onPass });
    expect(told).toEqual(PASS_NAMES);
    expect(results.map(({ without }) => without)).toEqual(['none', ...PASS_NAMES]);
    for (const { ms, ratio } of results) {
      expect(ms).toBeGreaterThan(0);
      expect(ratio).toBeGreaterThan(0);
    }
  });

  it('is written as a table', () => {
    const text = formatPasses('dcgan28', [
      { without: 'none', ms: 200, ratio: 1 },
      { without: 'shareEqual', ms: 212, ratio: 1.0601 },
    ]);
    expect(text.split('\n').slice(2)).toEqual(['| nothing | 200 |  |', '| `shareEqual` | 212 | 1.060× |']);
  });
});

describe('soak', () => {
  it('watches memory and speed in ten parts', async () => {
    const tenths: number[] = [];
    const { residentMB, ownMB, usedMB, ms } = await soak({
      rounds: 20,
      warmUp: 10,
      onTenth: (tenth) => tenths.push(tenth),
    });
    expect(tenths).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(residentMB).toHaveLength(11);
    expect(usedMB).toHaveLength(11);
    expect(ms).toHaveLength(10);
    expect(ownMB).toHaveLength(process.platform === 'linux' ? 11 : 0);
    for (const value of [...residentMB, ...ms]) expect(value).toBeGreaterThan(0);
  });

  it('tells the change from first to last', () => {
    expect(changeOf([200, 500, 199])).toBeCloseTo(-0.005, 10);
    const memory = { residentMB: [200, 199], ownMB: [100, 100], usedMB: [40, 40.2] };
    const report = { row: 'mlp2d-16', rounds: 10_000, threads: 2, ...memory, ms: [1, 1.02] };
    const lines = formatSoak(report).split('\n');
    expect(lines[0]).toBe('10000 replayed rounds of `mlp2d-16` on 2 threads');
    expect(lines.slice(4)).toEqual([
      '| resident memory, MB | 200.0 | 199.0 | −0.5 % | 200.0, 199.0 |',
      '| of it without pages of files | 100.0 | 100.0 | +0.0 % | 100.0, 100.0 |',
      '| in use, MB | 40.0 | 40.2 | +0.5 % | 40.0, 40.2 |',
      '| ms a round, median of a tenth | 1.000 | 1.020 | +2.0 % | 1.000, 1.020 |',
    ]);
    expect(formatSoak({ ...report, ownMB: [] })).not.toContain('without pages');
  });
});
