import { beforeAll, describe, expect, it } from 'vitest';
import { OP_FILL } from '../../assembly/abi/layout';
import { f32Bits } from '../../src/program/recorder';
import { KernelHarness } from './harness';

describe('fill', () => {
  let harness: KernelHarness;
  beforeAll(async () => {
    harness = await KernelHarness.create();
  });

  it.each([1, 3, 4, 5, 17])('writes %i floats and nothing else', (n) => {
    harness.reset();
    const y = harness.out(n);
    harness.emit(OP_FILL, [y], [], [n, f32Bits(2.5)]);
    expect([...harness.get(y, n)]).toEqual(new Array(n).fill(2.5));
    expect(harness.overrun()).toBe(0);
  });
});
