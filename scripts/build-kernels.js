// Compiles assembly/ into build/: plain and relaxed SIMD, each with and without shared memory, and the kernels of
// inference alone, which travel compressed (zlib) since they are embedded in JavaScript.
// Usage: node scripts/build-kernels.js [target …]   (default: all)
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { deflateSync } from 'node:zlib';
import asc from 'assemblyscript/asc';

const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'));
// A build and its twin for shared memory go together: which of them runs depends on the number of threads.
const wanted = process.argv
  .slice(2)
  .flatMap((name) => (/-shared$|^generator/.test(name) ? name : [name, `${name}-shared`]));
mkdirSync('build', { recursive: true });
for (const target of wanted.length ? wanted : Object.keys(targets)) {
  const generator = target.startsWith('generator');
  const entry = generator ? 'assembly/generator.ts' : 'assembly/index.ts';
  const { error, stderr } = await asc.main([entry, '--config', 'asconfig.json', '--target', target]);
  const text = stderr.toString();
  if (text) process.stderr.write(text);
  if (error) {
    process.stderr.write(`build-kernels: ${target} failed: ${error.message}\n`);
    process.exit(1);
  }
  const file = targets[target].outFile;
  if (generator)
    writeFileSync(file.replace(/wasm$/, 'zz.wasm'), deflateSync(readFileSync(file), { level: 9 }));
  process.stdout.write(`${file} ${(statSync(file).size / 1024).toFixed(1)} KiB\n`);
}
