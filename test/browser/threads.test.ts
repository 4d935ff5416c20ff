import * as tf from '@tensorflow/tfjs-core';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { chooseBackend, kallimaBackend } from '../../src/backend';
import { playImages } from './rounds';

afterEach(() => {
  vi.restoreAllMocks();
  if (tf.findBackendFactory('kallima')) tf.removeBackend('kallima');
});

/** What a script posts that runs off the page's main thread. */
async function messageOf(worker: Worker): Promise<unknown> {
  const message = await new Promise<MessageEvent>((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  return message.data;
}

it('keeps to one thread where the caller may not block, says why, and warns once', async () => {
  const warn = vi.spyOn(console, 'warn');
  expect(await chooseBackend({ backend: 'kallima', threads: 2 })).toMatchObject({ threads: 1 });
  expect(kallimaBackend()!.report().threadsNote).toMatch(/a page's main thread may not wait/);
  tf.removeBackend('kallima');
  const { threads, reason } = await chooseBackend({ backend: 'kallima' });
  expect(threads).toBe(1);
  expect(reason).toContain("on one thread (a page's main thread may not wait for others; run in a Worker)");
  const warnings = warn.mock.calls.filter(([text]) =>
    String(text).startsWith('kallima: one thread computes'),
  );
  expect(warnings).toHaveLength(1);
});

it("never waits on a page's main thread", async () => {
  const wait = vi.spyOn(Atomics, 'wait');
  await playImages('kallima');
  // But for the question whether it may, which asks to wait for no time.
  expect(wait.mock.calls.filter(([, , , timeout]) => timeout !== 0)).toEqual([]);
});

it('computes on three threads in a worker, with the numbers of Node', async () => {
  const worker = new Worker(new URL('./rounds-worker.ts', import.meta.url), { type: 'module' });
  const rounds = inject('nodeRounds').images;
  expect(await messageOf(worker)).toEqual({ threads: 3, note: 'as asked for', rounds });
});

it('notices a worker that does not come back, and goes on without it to the same bits', async () => {
  const worker = new Worker(new URL('./lost-worker.ts', import.meta.url), { type: 'module' });
  const outcome = (await messageOf(worker)) as { ms: number };
  expect(outcome).toMatchObject({
    message: expect.stringMatching(
      /^WorkerError: threads: every worker must finish its share, got no progress/,
    ),
    threads: 2,
    differing: 0,
  });
  expect(outcome.ms).toBeLessThan(10_000);
});
