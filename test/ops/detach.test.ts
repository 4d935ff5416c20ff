import { grad, memory, mul, square, sum, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { detach } from '../../src/ops/detach';
import { BACKENDS, startBackend } from '../support/backends';

describe.each(BACKENDS)('detach on %s', (backend) => {
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
});
