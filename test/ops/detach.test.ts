import { grad, memory, mul, square, sum, tensor, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/errors';
import { averageInto } from '../../src/ops/average';
import { detach } from '../../src/ops/detach';
import { BACKENDS, startBackend } from '../support/backends';

describe.each(BACKENDS)('detach and averageInto on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('makes a constant of what was computed', () => {
    const x = tensor([1, 2, 3]);
    const before = memory().numTensors;
    // d/dx Σ x · [x²] with the bracket constant: x², and not 3x².
    const gradient = grad((v) =>
      sum(
        mul(
          v,
          detach(() => square(v)),
        ),
      ),
    )(x);
    expect([...gradient.dataSync()]).toEqual([1, 4, 9]);
    gradient.dispose();
    expect(memory().numTensors).toBe(before);
    x.dispose();
  });

  it('disposes what its function leaves behind', () => {
    const x = tensor([1, 2, 3]);
    const before = memory().numTensors;
    const y = detach(() => square(square(x)));
    expect(memory().numTensors).toBe(before + 1);
    y.dispose();
    x.dispose();
  });

  it('moves an average by 1 − decay, and copies at decay 0', () => {
    const average = variable(tensor([1, 10]));
    const value = tensor([3, -10]);
    const before = memory().numTensors;
    averageInto(average, value, 0.75);
    expect([...average.dataSync()]).toEqual([1.5, 5]);
    averageInto(average, value, 0);
    expect([...average.dataSync()]).toEqual([3, -10]);
    averageInto(average, average, 0.5);
    expect([...average.dataSync()]).toEqual([3, -10]);
    expect([...value.dataSync()]).toEqual([3, -10]);
    expect(memory().numTensors).toBe(before);
    const short = tensor([1]);
    expect(() => averageInto(average, short, 0.5)).toThrow(ShapeError);
    for (const used of [average, value, short]) used.dispose();
  });
});
