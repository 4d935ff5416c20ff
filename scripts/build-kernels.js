// Compiles assembly/ into build/: plain and relaxed SIMD, each with and without shared memory.
// Usage: node scripts/build-kernels.js [target …]   (default: all four)
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import asc from 'assemblyscript/asc';

const { targets } = JSON.parse(readFileSync('asconfig.json', 'utf8'));
// A build and its twin for shared memory go together: which of them runs depends on the number of threads.
const wanted = process.argv
  .slice(2)
  .flatMap((name) => (name.endsWith('-shared') ? name : [name, `${name}-shared`]));
mkdirSync('build', { recursive: true });
for (const target of wanted.length ? wanted : Object.keys(targets)) {
  const { error, stderr } = await asc.main(['--config', 'asconfig.json', '--target', target]);
  const text = stderr.toString();
  if (text) process.stderr.write(text);
  if (error) {
    process.stderr.write(`build-kernels: ${target} failed: ${error.message}\n`);
    process.exit(1);
  }
  const file = targets[target].outFile;
  process.stdout.write(`${file} ${(statSync(file).size / 1024).toFixed(1)} KiB\n`);
}
