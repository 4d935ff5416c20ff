import { describe, expect, it } from 'vitest';
import { Patience, SLICE_MS } from '../../src/wasm/progress';

/** Slices of waiting until hope is lost, the count of ended shares staying as it is. */
function slicesOf(patience: Patience, done = 3): number {
  patience.begin(done);
  for (let slices = 1; slices < 1000; slices++) if (patience.exhausted(done)) return slices;
  return Number.POSITIVE_INFINITY;
}

describe('waiting for other threads', () => {
  it('is given up within a second without progress', () => {
    const patience = new Patience();
    expect(slicesOf(patience) * SLICE_MS).toBe(900);
    patience.took(20);
    expect(slicesOf(patience) * SLICE_MS).toBe(900);
  });

  it('goes on for eight times the longest work that was seen, the longer ago the less', () => {
    const patience = new Patience();
    patience.took(500);
    expect(slicesOf(patience) * SLICE_MS).toBe(4000);
    for (let i = 0; i < 2000; i++) patience.took(1);
    expect(slicesOf(patience) * SLICE_MS).toBe(900);
  });

  it('begins anew with every share that ends', () => {
    const patience = new Patience();
    patience.begin(0);
    for (let slice = 0; slice < 100; slice++) expect(patience.exhausted(slice >> 3)).toBe(false);
    expect(slicesOf(patience)).toBe(18);
  });
});
