import { describe, expect, it } from 'vitest';
import { RING8_MODES } from '../../src/data/toy';
import { ArgumentError } from '../../src/errors';
import { modeCoverage } from '../../src/metrics/modes';

const modes = {
  centers: [
    [0, 0],
    [10, 0],
  ] as const,
  sigma: 1,
};

describe('modeCoverage', () => {
  it('counts a sample for its nearest mode if it is less than 3 σ away', () => {
    const points = [0, 2.9, 2.2, 2.2, 3, 0, 12, 0, 5, 0];
    expect(modeCoverage(points, modes)).toEqual({ covered: 2, modes: 2, highQuality: 2 / 5, counts: [1, 1] });
  });

  it('covers a mode by one sample, and none by none', () => {
    expect(modeCoverage([1, 0], RING8_MODES)).toMatchObject({ covered: 1, modes: 8, highQuality: 1 });
    expect(modeCoverage([0, 0], RING8_MODES)).toMatchObject({ covered: 0, highQuality: 0 });
  });

  it('counts NaN as a poor sample', () => {
    expect(modeCoverage([Number.NaN, 0], modes)).toMatchObject({ covered: 0, highQuality: 0 });
  });

  it.each([[[]], [[1, 2, 3]]])('refuses %j', (points) => {
    expect(() => modeCoverage(points, modes)).toThrow(
      new ArgumentError(`modeCoverage: points must be pairs of x and y, got ${points.length} values`),
    );
  });
});
