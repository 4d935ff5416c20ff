import { createRequire, syncBuiltinESMExports } from 'node:module';
import type * as WorkerThreads from 'node:worker_threads';
import { PROGRAM_CLAIMS, PROGRAM_DONES } from '../../assembly/abi/program';

const threads = createRequire(import.meta.url)('node:worker_threads') as typeof WorkerThreads;
const { Worker } = threads;

/**
 * Lets workers that are started from now on, those of `doomed` numbers, walk programs by `walk`: a function's
 * text, with the image, the replay and the memory to go by. Shares of single records they claim, and end.
 */
export function doom(doomed: readonly number[], walk: string): void {
  const prelude = `const Instance = WebAssembly.Instance;
    WebAssembly.Instance = function (module, imports) {
      const { exports } = new Instance(module, imports);
      const { thread } = require('node:worker_threads').workerData;
      const words = () => new Int32Array(imports.env.memory.buffer);
      if (!${JSON.stringify(doomed)}.includes(thread)) return { exports };
      const run = () => process.exit();
      return { exports: { ...exports, run, walk: (image, from, replay, ...rest) => { ${walk} } } };
    };`;
  threads.Worker = class extends Worker {
    constructor(source: string | URL, options?: WorkerThreads.WorkerOptions) {
      super(`${prelude}\n${source}`, options);
    }
  };
  syncBuiltinESMExports();
}

/** Claims a share in the midst of the program, as `walk` does, and then does something else. */
const claimAnd = (end: string) => `const all = words();
  const claims = all[image / 4 + ${PROGRAM_CLAIMS}] >>> 2;
  const dones = all[image / 4 + ${PROGRAM_DONES}] >>> 2;
  for (let i = (dones - claims) >> 1; i > 0; i--) {
    if (Atomics.compareExchange(all, claims + i, replay - 1, replay) === replay - 1) ${end};
  }
  return exports.walk(image, from, replay, ...rest);`;
export const END_AT_WORK = claimAnd('process.exit()');
/** The memory's last words are no record. */
export const TRAP_AT_WORK = claimAnd('exports.run(all.byteLength - 256, 1, 0, 1)');

/** Is over before it looks at the program. */
export const END_AT_ONCE = 'process.exit()';

/** Workers that are started from now on live as they should. */
export function restoreWorkers(): void {
  threads.Worker = Worker;
  syncBuiltinESMExports();
}
