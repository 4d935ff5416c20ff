import { afterEach, describe, expect, it } from 'vitest';
import { loadKernels } from '../../src/wasm/load';
import { type RecordRunner, SingleRunner } from '../../src/wasm/runner';
import { ThreadPool } from '../../src/wasm/threads';
import { writeEveryFamily } from './every-family';
import { ProgramWriter } from './program-writer';

const runners: RecordRunner[] = [];
afterEach(() => {
  for (const runner of runners.splice(0)) runner.dispose();
});

/** Runs the program of every family a few times, all records that can be split in `shares`. */
async function bits(threads: number, shares: number, replays = 3): Promise<Uint8Array[]> {
  const kernels = await loadKernels({ shared: threads > 1 });
  const writer = new ProgramWriter(kernels, shares, (parts) => (parts > 1 ? shares : 1));
  const results = writeEveryFamily(writer);
  const image = writer.finish();
  const runner = threads > 1 ? await ThreadPool.start(kernels, threads) : new SingleRunner(kernels.exports);
  runners.push(runner);
  for (let i = 0; i < replays; i++) runner.runProgram(image);
  runner.settle();
  return results.map(([pointer, length]) =>
    new Uint8Array(kernels.memory.buffer, pointer, 4 * length).slice(),
  );
}

describe('a program on several threads', () => {
  it('gives the same bits for any number of threads and of shares, with records of every family', async () => {
    const expected = await bits(1, 1);
    // Nothing is left unwritten, and nothing is trivially the same.
    for (const result of expected) expect(result.some((byte) => byte !== 0)).toBe(true);
    for (const [threads, shares] of [
      [1, 4],
      [2, 2],
      [2, 4],
      [3, 6],
      [8, 16],
    ] as const) {
      const results = await bits(threads, shares);
      results.forEach((result, index) => {
        expect(Buffer.compare(result, expected[index]!), `result ${index}, ${threads} threads`).toBe(0);
      });
    }
  });

  it('takes turns with single records over the same memory', async () => {
    const kernels = await loadKernels({ shared: true });
    const writer = new ProgramWriter(kernels, 4);
    const results = writeEveryFamily(writer);
    const image = writer.finish();
    const runner = await ThreadPool.start(kernels, 2);
    runners.push(runner);
    const sums: number[] = [];
    const [pointer, length] = results[3]!;
    for (let i = 0; i < 50; i++) {
      runner.runProgram(image);
      // The first record draws x: run again by itself it changes nothing.
      writer.view(results[0]![0], 16).fill(i);
      runner.run(writer.records[0]!, 8);
      sums.push(writer.view(pointer, length).reduce((a, b) => a + b, 0));
    }
    expect(new Set(sums).size).toBe(1);
  });
});
