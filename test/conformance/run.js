// Runs the whole tfjs-core op suite on the backend `kallima` in Node; nothing in it is left out.
// Usage: node test/conformance/run.js [--grep TEXT] [--plain] [--threads N] [--gradients]
// Exits with 1 unless every one of the suite's specs ran and passed. With --gradients, which installs our
// gradients over TF.js's own, the specs in CORRECTED must fail and all others pass.
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import v8 from 'node:v8';
import { build } from 'esbuild';
import Jasmine from 'jasmine';

/** Specs of tfjs-core 4.22.0 that run in Node; the few that the suite itself disables (xit) are not among them. */
const EXPECTED = 4225;

/** Specs that hold TF.js to a wrong gradient or to a missing one; with ours each has to fail. */
const CORRECTED = new Map([
  ['mirrorPad kallima {} grad', 'leaves out what the borders mirror'],
  ['mirrorPad kallima {} gradient with clones', 'leaves out what the borders mirror'],
  ['avgPool kallima {} gradient x=[3,3,1] f=[3,3] s=1 p=explicit', 'divides by the border too'],
  ['depthwiseConv2d gradients kallima {} throws error on dilations > 1', 'ours has that gradient'],
  ['gradients kallima {} errors if relevant ops are missing grads', 'ours has one for LogicalAnd: zero'],
]);

const { values: options } = parseArgs({
  options: {
    grep: { type: 'string' },
    plain: { type: 'boolean', default: false },
    threads: { type: 'string' },
    gradients: { type: 'boolean', default: false },
  },
});
if (!options.plain) v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
globalThis.kallimaOptions = {
  relaxedSimd: options.plain ? false : undefined,
  threads: Number(options.threads ?? 1),
  gradients: options.gradients,
};

const started = performance.now();
const folder = mkdtempSync(join(tmpdir(), 'kallima-conformance-'));
const bundle = join(folder, 'suite.cjs');
await build({
  entryPoints: [join(import.meta.dirname, 'suite.js')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  // The suite's files are marked as free of side effects, which would drop nearly all specs.
  ignoreAnnotations: true,
  mainFields: ['module', 'main'],
  loader: { '.wasm': 'binary' },
  logLevel: 'error',
});

const count = { passed: 0, failed: 0, pending: 0, excluded: 0, corrected: 0 };
const failures = [];
const jasmine = new Jasmine({ projectBaseDir: folder });
// Compiling the kernels on a busy machine may take longer than the default of 5 s.
jasmine.jasmine.DEFAULT_TIMEOUT_INTERVAL = 60_000;
jasmine.exitOnCompletion = false;
jasmine.randomizeTests(false);
jasmine.clearReporters();
jasmine.addReporter({
  specDone(spec) {
    if (options.gradients && CORRECTED.has(spec.fullName)) {
      if (spec.status === 'failed') count.corrected++;
      return;
    }
    count[spec.status]++;
    if (spec.status === 'failed') failures.push(spec);
  },
});
// Specs provoke warnings on purpose; they would bury the report.
for (const level of ['log', 'warn', 'error', 'info', 'debug']) console[level] = () => {};
createRequire(import.meta.url)(bundle);
const done = new Promise((resolve) => jasmine.addReporter({ jasmineDone: resolve }));
jasmine.execute(undefined, options.grep);
const result = await done;
rmSync(folder, { recursive: true });

const say = (text) => process.stdout.write(`${text}\n`);
for (const { fullName, failedExpectations } of failures) {
  say(`✗ ${fullName}`);
  for (const { message, stack } of failedExpectations.slice(0, 2)) {
    say(`    ${message.slice(0, 300)}`);
    const at = (stack ?? '')
      .split('\n')
      .filter((line) => !line.includes('jasmine') && line.includes('suite.cjs'));
    for (const line of at.slice(0, options.grep ? 12 : 3)) say(`    ${line.trim()}`);
  }
}
for (const { message } of result.failedExpectations ?? []) say(`✗ outside of any spec: ${message}`);
const corrected = options.gradients ? CORRECTED.size : 0;
const expected = EXPECTED - corrected;
const ran = count.passed + count.failed;
const complete = options.grep ? ran > 0 : ran === expected && count.corrected === corrected;
// Jasmine calls the whole run failed when a spec of CORRECTED does as it should.
const whole = options.gradients || result.overallStatus === 'passed';
const good = complete && count.failed === 0 && whole;
const seconds = ((performance.now() - started) / 1000).toFixed(1);
say(
  `conformance: ${count.passed} of ${options.grep ? ran : expected} tfjs-core specs passed on kallima` +
    `${options.gradients ? ` with its gradients (and ${count.corrected} that assert errors failed)` : ''}, ` +
    `${count.failed} failed, in ${seconds} s: ${good ? 'ok' : 'NOT ok'}`,
);
process.exit(good ? 0 : 1);
