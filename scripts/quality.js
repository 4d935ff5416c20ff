// Trains, measures and draws: node scripts/quality.js NAME --out DIR [--minutes N] [--rounds N] [--data PATH]
// NAME is a file of bench/quality/, which exports one function of that name.
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { setFlagsFromString } from 'node:v8';
import { build } from 'esbuild';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    minutes: { type: 'string' },
    rounds: { type: 'string' },
    data: { type: 'string' },
  },
});

function refuse(message) {
  process.stderr.write(`quality: ${message}\n`);
  process.exit(2);
}

function numberOf(option) {
  const text = values[option];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (!(number > 0)) refuse(`--${option} must be a number above 0, got ${text}`);
  return number;
}

const folder = 'bench/quality';
const found = readdirSync(folder)
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((file) => file !== 'quality');
const [name] = positionals;
if (!name || !found.includes(name)) refuse(`name must be one of ${found.join(', ')}, got ${name}`);
if (!values.out) refuse('--out must be a folder for the pictures, got none');
const options = {
  out: values.out,
  data: values.data,
  minutes: numberOf('minutes'),
  rounds: numberOf('rounds'),
};

// Node 20 has relaxed SIMD behind a flag, which is to be set before anything is compiled.
setFlagsFromString('--experimental-wasm-relaxed-simd');
// Beside the sources, so that packages are found.
const outfile = resolve(`build/quality/${name}.mjs`);
await build({
  entryPoints: [`${folder}/${name}.ts`],
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  packages: 'external',
  loader: { '.wasm': 'binary' },
  logLevel: 'warning',
});
const functions = Object.values(await import(pathToFileURL(outfile))).filter(
  (value) => typeof value === 'function',
);
if (functions.length !== 1) refuse(`${folder}/${name}.ts must export one function, got ${functions.length}`);

mkdirSync(options.out, { recursive: true });
const start = performance.now();
const report = await functions[0](options);
const minutes = (performance.now() - start) / 60_000;
const width = Math.max(...Object.keys(report.figures).map((figure) => figure.length));
for (const [figure, value] of Object.entries(report.figures)) {
  const text = Number.isInteger(value) ? String(value) : value.toFixed(4);
  process.stdout.write(`${figure.padEnd(width)}  ${text}\n`);
}
process.stdout.write(`${minutes.toFixed(1)} minutes. ${report.pictures.join(' ')}\n`);
writeFileSync(join(options.out, `${name}.json`), `${JSON.stringify({ ...report, minutes }, null, 2)}\n`);
