// Bundles kallima/generator as a page would and checks what a page loads, by itself and with the element: min + gzip, KB of 1024 bytes.
// Needs dist/ (npm run build).
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

/** Of JavaScript, before a model is there; and of one build of the kernels, as it is embedded. */
const LIMITS = { javascript: 25, kernels: 30 };

/** Of `kallima/element`: the script of the page, and the file of its worker with kernels and all operators. */
const ELEMENT_LIMITS = { page: 6, worker: 72 };

const PAGE = `import { loadGenerator } from './dist/generator.js';
globalThis.show = async (url, canvas) => (await loadGenerator(url)).draw(canvas, { seed: 7 });`;

const { outputFiles, metafile } = await build({
  stdin: { contents: PAGE, resolveDir: '.', sourcefile: 'page.js' },
  bundle: true,
  splitting: true,
  minify: true,
  format: 'esm',
  platform: 'browser',
  target: 'es2022',
  outdir: 'page',
  write: false,
  metafile: true,
  logLevel: 'error',
});
const sizes = new Map(
  Object.keys(metafile.outputs).map((name) => {
    const file = outputFiles.find(({ path }) => path.replaceAll('\\', '/').endsWith(name));
    return [name, gzipSync(file.contents, { level: 9 }).length / 1024];
  }),
);
const named = (pattern) => [...sizes.keys()].filter((name) => pattern.test(name));
const sum = (names) => names.reduce((total, name) => total + sizes.get(name), 0);

/** A file and all that it imports at once. */
function closure(name, found = new Set()) {
  found.add(name);
  for (const { path, kind } of metafile.outputs[name].imports) {
    if (kind === 'import-statement' && !found.has(path)) closure(path, found);
  }
  return found;
}

const start = closure(named(/stdin/)[0]);
const kernels = named(/generator-(simd|relaxed)/);
const later = [...sizes.keys()].filter((name) => !start.has(name) && !kernels.includes(name));
const javascript = sum([...start]);
const largest = Math.max(...kernels.map((name) => sizes.get(name)));
process.stdout.write(
  `kallima/generator, min + gzip: JavaScript ${javascript.toFixed(1)} KB of ${LIMITS.javascript}, ` +
    `kernels ${largest.toFixed(1)} KB of ${LIMITS.kernels}; ` +
    `for models with other operators, conditions or paths ${sum(later).toFixed(1)} KB more\n`,
);
if (javascript > LIMITS.javascript || largest > LIMITS.kernels || kernels.length !== 2) {
  process.stderr.write(
    `check-size: a page must load at most ${LIMITS.javascript} KB of JavaScript and ${LIMITS.kernels} KB of ` +
      `kernels, got ${javascript.toFixed(2)} and ${largest.toFixed(2)}; see what grew, or split it off\n`,
  );
  process.exitCode = 1;
}

/** A built file and what it imports at once. */
function builtSize(name) {
  const code = readFileSync(`dist/${name}`);
  const imports = [...String(code).matchAll(/(?:from|import)\s*"\.\/([^"]+)"/g)].map(([, file]) => file);
  return imports.reduce((total, file) => total + builtSize(file), gzipSync(code, { level: 9 }).length / 1024);
}

const page = builtSize('element.js');
const worker = Math.max(...['simd', 'relaxed'].map((variant) => builtSize(`element-worker-${variant}.js`)));
process.stdout.write(
  `kallima/element, min + gzip: page ${page.toFixed(1)} KB of ${ELEMENT_LIMITS.page}, ` +
    `worker with kernels and all operators ${worker.toFixed(1)} KB of ${ELEMENT_LIMITS.worker}\n`,
);
if (page > ELEMENT_LIMITS.page || worker > ELEMENT_LIMITS.worker) {
  process.stderr.write(
    `check-size: the element must be at most ${ELEMENT_LIMITS.page} KB in the page and ` +
      `${ELEMENT_LIMITS.worker} KB in the worker, got ${page.toFixed(2)} and ${worker.toFixed(2)}\n`,
  );
  process.exitCode = 1;
}
