import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { installGradients } from '../../src/gradients';
import { compare } from './finite-differences';
import { rows } from './ops';

const TOLERANCE = 5e-4;

describe.each(['cpu', 'kallima', 'wasm'] as const)('gradients on %s', (backend) => {
  beforeAll(async () => {
    await chooseBackend({ backend });
    installGradients();
  }, 60_000);

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
