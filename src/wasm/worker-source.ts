import {
  PROGRAM_DONES,
  PROGRAM_REPLAY,
  PROGRAM_STAGE_COUNT,
  PROGRAM_STAGES,
  PROGRAM_WAITERS,
  STAGE_TASKS,
  STAGE_WORDS,
} from '../../assembly/abi/program';
import {
  CLAIMS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  DONE,
  FAILED,
  GENERATION,
  PROGRAM,
  RECORD,
  SHARES,
  SLEEPERS,
  STOP,
  VISITS,
  WAITING,
} from './control';

/** How long a worker looks for the next record before it sleeps, in milliseconds. */
const WORKER_SPIN_MS = 0.05;

/**
 * A worker's whole program, as text: a worker made of it needs no file of its own, whatever bundles this.
 *
 * It claims shares of the record at hand until none is left, its own first, or walks the program at hand; looks
 * for the next one for a moment, then sleeps. It blocks in JavaScript, since `memory.atomic.wait32` loses
 * wake-ups in Node 20.
 */
export const WORKER_SOURCE = `'use strict';
function serve({ module, memory, thread, threads }, ready) {
  const { run, walk } = new WebAssembly.Instance(module, { env: { memory } }).exports;
  const words = new Int32Array(memory.buffer, ${CONTROL_BYTES}, ${CONTROL_WORDS});

  function runShares(seen) {
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
  }

  function runProgram() {
    // The image cannot go away while this is said, and is read only after.
    Atomics.store(words, ${VISITS} + thread, 1);
    try {
      const image = Atomics.load(words, ${PROGRAM});
      if (image !== 0) visit(image >>> 0);
    } catch {
      Atomics.store(words, ${FAILED}, 1);
    } finally {
      Atomics.store(words, ${VISITS} + thread, 0);
    }
  }

  function visit(image) {
    const all = new Int32Array(memory.buffer);
    const header = image / 4;
    const replay = Atomics.load(all, header + ${PROGRAM_REPLAY});
    const count = all[header + ${PROGRAM_STAGE_COUNT}];
    const stages = (all[header + ${PROGRAM_STAGES}] >>> 0) / 4;
    const dones = (all[header + ${PROGRAM_DONES}] >>> 0) / 4;
    let stage = 0;
    while ((stage = walk(image, stage, replay, thread, threads)) < count) {
      const target = Math.imul(replay, all[stages + stage * ${STAGE_WORDS} + ${STAGE_TASKS}]);
      Atomics.add(all, header + ${PROGRAM_WAITERS}, 1);
      for (;;) {
        const done = Atomics.load(all, dones + stage);
        if (((done - target) | 0) >= 0) break;
        Atomics.wait(all, dones + stage, done);
      }
      Atomics.sub(all, header + ${PROGRAM_WAITERS}, 1);
    }
  }

  ready();
  for (;;) {
    const seen = Atomics.load(words, ${GENERATION});
    if (Atomics.load(words, ${STOP}) !== 0) return;
    if (Atomics.load(words, ${PROGRAM}) !== 0) runProgram();
    else runShares(seen);
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

/** Browsers: they come in the first message, with the name of a lock to hold for life. */
export const BROWSER_WORKER_SOURCE = `${WORKER_SOURCE}
self.onmessage = async ({ data }) => {
  if (data.lock) {
    await new Promise((granted) => {
      navigator.locks.request(data.lock, () => {
        granted();
        return new Promise(() => {});
      });
    });
  }
  serve(data, () => self.postMessage('ready'));
};
`;
