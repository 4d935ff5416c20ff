import { PROGRAM_CLAIMS, PROGRAM_DONES } from '../../assembly/abi/program';
import { loadKernels } from '../../src/wasm/load';
import { SingleRunner } from '../../src/wasm/runner';
import { ThreadPool } from '../../src/wasm/threads';
import { writeEveryFamily } from '../wasm/every-family';
import { ProgramWriter } from '../wasm/program-writer';

/** The first worker claims a share in the midst of a program and never comes back. */
const PRELUDE = `const Instance = WebAssembly.Instance;
  WebAssembly.Instance = function (module, imports) {
    const { exports } = new Instance(module, imports);
    const all = new Int32Array(imports.env.memory.buffer);
    const walk = (image, from, replay, thread, threads) => {
      const claims = all[image / 4 + ${PROGRAM_CLAIMS}] >>> 2;
      const dones = all[image / 4 + ${PROGRAM_DONES}] >>> 2;
      for (let i = (dones - claims) >> 1; i > 0 && thread === 1; i--) {
        if (Atomics.compareExchange(all, claims + i, replay - 1, replay) === replay - 1) for (;;) ;
      }
      return exports.walk(image, from, replay, thread, threads);
    };
    return { exports: { ...exports, walk } };
  };\n`;

const PlainBlob = Blob;
class DoomingBlob extends PlainBlob {
  constructor(parts: BlobPart[] = [], options?: BlobPropertyBag) {
    super([PRELUDE, ...parts], options);
  }
}

async function write(threads: number) {
  const kernels = await loadKernels({ shared: threads > 1 });
  const writer = new ProgramWriter(kernels, 4, (parts) => (parts > 1 ? 4 : 1));
  const results = writeEveryFamily(writer);
  const image = writer.finish();
  const bytes = () =>
    results.flatMap(([at, length]) => [...new Uint32Array(kernels.memory.buffer, at, length)]);
  return { kernels, image, bytes };
}

/** Loses a worker, recovers, goes on; tells how that went. */
async function loseOne() {
  const { kernels, image, bytes } = await write(3);
  globalThis.Blob = DoomingBlob;
  const pool = await ThreadPool.start(kernels, 3);
  globalThis.Blob = PlainBlob;
  let replays = 0;
  let message = '';
  let ms = 0;
  while (!message && replays < 1000) {
    const begin = performance.now();
    try {
      pool.runProgram(image);
      replays++;
    } catch (error) {
      message = String(error);
      ms = performance.now() - begin;
    }
  }
  await pool.recover();
  const { threads } = pool;
  for (let i = 0; i < 3; i++) pool.runProgram(image);
  pool.settle();
  const results = bytes();
  pool.dispose();

  const alone = await write(1);
  const single = new SingleRunner(alone.kernels.exports);
  for (let i = 0; i < replays + 3; i++) single.runProgram(alone.image);
  const differing = alone.bytes().filter((word, i) => word !== results[i]).length;
  return { message, ms, threads, differing, words: results.length };
}

self.postMessage(await loseOne());
