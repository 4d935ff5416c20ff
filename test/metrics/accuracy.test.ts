import { describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { accuracy, bestClasses } from '../../src/metrics/accuracy';

describe('bestClasses', () => {
  it('takes the largest logit of each row, the first of equal ones', () => {
    expect([...bestClasses([0, 2, 1, -5, -7, -5, 3, 3, 4], 3)]).toEqual([1, 0, 2]);
    expect([...bestClasses([], 3)]).toEqual([]);
  });

  it('refuses parts of rows', () => {
    expect(() => bestClasses([1, 2, 3, 4], 3)).toThrow(ArgumentError);
    expect(() => bestClasses([1], 0)).toThrow(/got 1 values and 0 classes/);
  });
});

describe('accuracy', () => {
  it('is the share told right', () => {
    expect(accuracy([1, 2, 3, 4], Int32Array.of(1, 2, 0, 0))).toBe(0.5);
    expect(accuracy([1], [1])).toBe(1);
  });

  it('refuses what cannot be compared', () => {
    expect(() => accuracy([1], [1, 2])).toThrow(ArgumentError);
    expect(() => accuracy([], [])).toThrow(/got 0 and 0/);
  });
});
