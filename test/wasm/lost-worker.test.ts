import { afterEach, describe, expect, it } from 'vitest';
import { WorkerError } from '../../src/errors';
import { loadKernels } from '../../src/wasm/load';
import { SingleRunner } from '../../src/wasm/runner';
import { ThreadPool } from '../../src/wasm/threads';
import { doom, END_AT_ONCE, END_AT_WORK, restoreWorkers, TRAP_AT_WORK } from '../support/doomed-workers';
import { writeEveryFamily } from './every-family';
import { ProgramWriter } from './program-writer';

afterEach(restoreWorkers);

async function start(count: number) {
  const kernels = await loadKernels({ shared: count > 1 });
  const writer = new ProgramWriter(kernels, 2 * count, (parts) => (parts > 1 ? 2 * count : 1));
  const results = writeEveryFamily(writer);
  const image = writer.finish();
  const bits = () =>
    results.map(([at, length]) => new Uint8Array(kernels.memory.buffer, at, 4 * length).slice());
  return { kernels, image, bits, records: writer.records };
}

/** What one thread computes in `replays` replays. */
async function expected(replays: number): Promise<Uint8Array[]> {
  const { kernels, image, bits } = await start(1);
  const runner = new SingleRunner(kernels.exports);
  for (let i = 0; i < replays; i++) runner.runProgram(image);
  return bits();
}

function expectSame(results: Uint8Array[], expected: Uint8Array[]): void {
  const differing = results.filter((result, i) => Buffer.compare(result, expected[i]!) !== 0);
  expect(differing.length).toBe(0);
}

/** Runs until that fails; tells how often it went well, and how long the last time took. */
function runUntilLost(run: () => void): { runs: number; error: unknown; ms: number } {
  for (let runs = 0; runs < 10_000; runs++) {
    const begin = performance.now();
    try {
      run();
    } catch (error) {
      return { runs, error, ms: performance.now() - begin };
    }
  }
  throw new Error('no worker was lost');
}

describe('a worker that ends while it computes', () => {
  const pools: ThreadPool[] = [];
  afterEach(() => {
    for (const pool of pools.splice(0)) pool.dispose();
  });

  async function startPool(count: number) {
    const program = await start(count);
    const pool = await ThreadPool.start(program.kernels, count);
    pools.push(pool);
    return { ...program, pool };
  }

  it.each([2, 3])('is noticed soon; of %i threads the others go on to the same bits', async (count) => {
    doom([count - 1], END_AT_WORK);
    const { image, bits, pool } = await startPool(count);
    const { runs, error, ms } = runUntilLost(() => pool.runProgram(image));
    expect(error).toBeInstanceOf(WorkerError);
    expect(String(error)).toMatch(/every worker must finish its share, got no progress in \d+ ms/);
    // A busy machine, on which a share was once long in coming, has more patience.
    expect(ms).toBeGreaterThan(800);
    expect(ms).toBeLessThan(10_000);
    expect(() => pool.runProgram(image)).toThrow(WorkerError);
    expect(() => pool.run(image.address, 1)).toThrow(WorkerError);
    expect(() => pool.settle()).toThrow(WorkerError);

    restoreWorkers();
    await pool.recover();
    expect(pool.threads).toBe(count - 1);
    expect(pool.note).toBe(`${count - 1} of ${count} are left, since workers ended`);
    for (let i = 0; i < 3; i++) pool.runProgram(image);
    pool.settle();
    expectSame(bits(), await expected(runs + 3));
  });

  it('has trapped: that is noticed too', async () => {
    doom([1], TRAP_AT_WORK);
    const { image, bits, pool } = await startPool(2);
    const { runs, error } = runUntilLost(() => pool.runProgram(image));
    expect(error).toBeInstanceOf(WorkerError);
    expect(String(error)).toMatch(/every kernel must run to its end, got a trap/);
    restoreWorkers();
    await pool.recover();
    pool.runProgram(image);
    expectSame(bits(), await expected(runs + 1));
  });

  it('had a share of a single record: that fails, and can be run again', async () => {
    doom([1], END_AT_ONCE);
    const { records, image, bits, pool } = await startPool(2);
    const { error } = runUntilLost(() => pool.run(records[0]!, 8));
    expect(error).toBeInstanceOf(WorkerError);
    await pool.recover();
    pool.run(records[0]!, 8);
    pool.runProgram(image);
    expectSame(bits(), await expected(1));
  });

  it('had claimed nothing: the others do its work, and do not wait', async () => {
    doom([1, 2], END_AT_ONCE);
    const { image, bits, pool } = await startPool(3);
    for (let i = 0; i < 3; i++) {
      pool.runProgram(image);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expectSame(bits(), await expected(3));
    await expect.poll(() => pool.threads).toBe(1);
    // Nobody has to leave the program any more.
    pool.settle();
    pool.runProgram(image);
    expectSame(bits(), await expected(4));
  });
});
