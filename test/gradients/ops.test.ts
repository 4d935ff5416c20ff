import '@tensorflow/tfjs-backend-cpu';
import { memory, ready, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { installGradients } from '../../src/gradients';
import { compare } from './finite-differences';
import { rows } from './ops';

const TOLERANCE = 5e-4;

describe.each(['cpu'])('gradients on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
    await ready();
    installGradients();
  });

  it.each(rows)('$name: first and second order equal central differences', (row) => {
    const before = memory().numTensors;
    const { first, second } = compare(row);
    for (const { analytic, numeric, scale } of [...first, ...second]) {
      expect(scale).toBeGreaterThan(1e-4);
      expect(Math.abs(analytic - numeric) / Math.max(scale, Math.abs(numeric))).toBeLessThan(TOLERANCE);
    }
    expect(memory().numTensors).toBe(before);
  });
});
