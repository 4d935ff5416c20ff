import { describe, expect, it } from 'vitest';
import { BINARY_ADD, UNARY_TANH } from '../../assembly/abi/elementwise';
import { binary, unary } from '../../src/program/records/elementwise';
import { loadKernels } from '../../src/wasm/load';
import { SingleRunner } from '../../src/wasm/runner';
import { ProgramWriter } from './program-writer';

describe('a program on one thread', () => {
  it('runs its records in their order, each time from what its inputs hold', async () => {
    const kernels = await loadKernels();
    const writer = new ProgramWriter(kernels, 4);
    const n = 40_000;
    const x = writer.put(new Float32Array(n).fill(0.5));
    const [y, sum] = [writer.alloc(4 * n), writer.alloc(4 * n)];
    unary(writer, UNARY_TANH, y, x, n);
    const shape = [n];
    binary(writer, 'float', BINARY_ADD, sum, shape, { pointer: x, shape }, { pointer: y, shape });
    const image = writer.finish();
    const runner = new SingleRunner(kernels.exports);
    for (const value of [0.5, -1]) {
      writer.view(x, n).fill(value);
      runner.runProgram(image);
      const expected = value + Math.tanh(value);
      expect(writer.view(sum, n).every((v) => Math.abs(v - expected) < 1e-6)).toBe(true);
    }
  });

  it('has tasks in every stage', async () => {
    const writer = new ProgramWriter(await loadKernels(), 4);
    writer.stage([]);
    expect(() => writer.finish()).toThrow('writeImage: a stage must have tasks, got none in 0');
  });
});
