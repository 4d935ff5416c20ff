import {
  CLAIMS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  DONE,
  FAILED,
  GENERATION,
  RECORD,
  SHARES,
  SLEEPERS,
  STOP,
  WAITING,
} from './control';

/** How long a worker looks for the next record before it sleeps, in milliseconds. */
const WORKER_SPIN_MS = 0.05;

/**
 * A worker's whole program, as text: a worker made of it needs no file of its own, whatever bundles this.
 *
 * It claims shares of the record at hand until none is left, its own first, looks for the next record for a
 * moment, then sleeps. It blocks in JavaScript, since `memory.atomic.wait32` loses wake-ups in Node 20.
 */
export const WORKER_SOURCE = `'use strict';
function serve({ module, memory, thread, threads }, ready) {
  const { run } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const words = new Int32Array(memory.buffer, ${CONTROL_BYTES}, ${CONTROL_WORDS});
  ready();
  for (;;) {
    const seen = Atomics.load(words, ${GENERATION});
    if (Atomics.load(words, ${STOP}) !== 0) return;
    const free = seen << 1;
    const shares = Atomics.load(words, ${SHARES});
    const home = Math.floor((thread * shares) / threads);
    for (let i = 0; i < shares; i++) {
      const share = (home + i) % shares;
      if (Atomics.compareExchange(words, ${CLAIMS} + share, free, free | 1) !== free) continue;
      try {
        run(Atomics.load(words, ${RECORD}), 1, share, Atomics.load(words, ${SHARES}));
      } catch {
        Atomics.store(words, ${FAILED}, 1);
      }
      Atomics.add(words, ${DONE}, 1);
      if (Atomics.load(words, ${WAITING}) !== 0) Atomics.notify(words, ${DONE});
    }
    const end = performance.now() + ${WORKER_SPIN_MS};
    let fresh = false;
    do {
      for (let i = 0; i < 100 && !fresh; i++) fresh = Atomics.load(words, ${GENERATION}) !== seen;
    } while (!fresh && performance.now() < end);
    if (fresh) continue;
    Atomics.add(words, ${SLEEPERS}, 1);
    Atomics.wait(words, ${GENERATION}, seen);
    Atomics.sub(words, ${SLEEPERS}, 1);
  }
}
`;

/** Node: the module and the memory come with the worker. */
export const NODE_WORKER_SOURCE = `${WORKER_SOURCE}
const { workerData, parentPort } = require('node:worker_threads');
serve(workerData, () => parentPort.postMessage('ready'));
`;

/** Browsers: they come in the first message. */
export const BROWSER_WORKER_SOURCE = `${WORKER_SOURCE}
self.onmessage = ({ data }) => serve(data, () => self.postMessage('ready'));
`;
