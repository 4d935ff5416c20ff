import { expect, inject, it } from 'vitest';
import { chooseBackend, kallimaBackend } from '../../src/backend';

it('keeps to one thread where the caller may not block, and says why', async () => {
  expect(await chooseBackend({ backend: 'kallima', threads: 2 })).toMatchObject({ threads: 1 });
  expect(kallimaBackend()!.report().threadsNote).toMatch(/a page's main thread may not wait/);
});

it('computes on three threads in a worker, with the numbers of Node', async () => {
  const worker = new Worker(new URL('./rounds-worker.ts', import.meta.url), { type: 'module' });
  const message = await new Promise<MessageEvent>((resolve, reject) => {
    worker.onmessage = resolve;
    worker.onerror = (event) => reject(new Error(event.message));
  });
  worker.terminate();
  expect(message.data).toEqual({ threads: 3, note: 'as asked for', rounds: inject('nodeRounds').images });
});
