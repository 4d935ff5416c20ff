import { memory, tensor, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ShapeError } from '../../src/errors';
import { averageInto } from '../../src/ops/average';
import { clipInto } from '../../src/ops/clip';
import { hasKernel } from '../../src/ops/kernels';
import { BACKENDS, startBackend } from '../support/backends';

describe.each(BACKENDS)('averageInto and clipInto on %s', (backend) => {
  beforeAll(() => startBackend(backend));

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

  it('clips in place', () => {
    const weight = variable(tensor([-3, -0.5, 0.25, 7, Number.NaN]));
    const before = memory().numTensors;
    clipInto(weight, -0.5, 2);
    expect([...weight.dataSync()]).toEqual([-0.5, -0.5, 0.25, 2, Number.NaN]);
    expect(memory().numTensors).toBe(before);
    weight.dispose();
  });
});

it('kallima has a kernel for every fused op', async () => {
  await startBackend('kallima');
  const names = ['Normalize', 'NormalizeGrad', 'Random', 'AverageStep', 'ClipStep'];
  expect(names.filter((name) => !hasKernel(`Kallima${name}`))).toEqual([]);
});
