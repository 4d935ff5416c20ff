// Fuzzes the loading of ONNX models: node scripts/fuzz.js [seconds, default 60] [seed, default the time]
// Changed copies of the fixtures are loaded; those to which something new happens are changed further. What ends in
// another error than this package's own, takes ten seconds, or too much memory, is written to build/fuzz/.
import { mkdirSync, writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';

const FOLDER = 'build/fuzz';
const LONGEST_INPUT = 2 ** 20;
const MOST_MEGABYTES = 1024;
const MOST_SECONDS = 10;

const [seconds, seed] = [Number(process.argv[2] ?? 60), Number(process.argv[3] ?? Date.now() % 2 ** 31)];
if (!(seconds >= 1) || !Number.isSafeInteger(seed)) {
  throw new Error(`fuzz: seconds and seed must be numbers, got '${process.argv.slice(2).join(' ')}'`);
}

mkdirSync(FOLDER, { recursive: true });
const outfile = `./${FOLDER}/onnx.mjs`;
await build({
  entryPoints: ['test/fuzz/onnx.ts'],
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'es2022',
  packages: 'external',
  loader: { '.wasm': 'binary' },
  outfile,
});

const state = new Int32Array(new SharedArrayBuffer(8));
const input = new Uint8Array(new SharedArrayBuffer(LONGEST_INPUT));
let finds = 0;
function found(what, bytes) {
  const file = `${FOLDER}/find-${seed}-${++finds}.onnx`;
  writeFileSync(file, bytes);
  process.stdout.write(`${file}: ${what}\n`);
}

const worker = new Worker(outfile, {
  workerData: { seconds, seed, state, input },
  resourceLimits: { maxOldGenerationSizeMb: MOST_MEGABYTES },
});
let last = 0;
const watch = setInterval(() => {
  const run = Atomics.load(state, 0);
  if (run > 0 && run === last) {
    found(`takes more than ${MOST_SECONDS} s`, input.slice(0, state[1]));
    worker.terminate();
  }
  last = run;
}, MOST_SECONDS * 1000);
worker.on('message', (message) => {
  if (message.bytes) found(message.error, message.bytes);
  else process.stdout.write(`${message.runs} runs, ${message.outcomes} outcomes, seed ${seed}\n`);
});
worker.on('error', (error) => found(error.stack ?? error.message, input.slice(0, state[1])));
worker.on('exit', () => {
  clearInterval(watch);
  process.exitCode = finds > 0 ? 1 : 0;
});
