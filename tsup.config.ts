import type { Plugin } from 'esbuild';
import { minify } from 'terser';
import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  loader: { '.wasm': 'binary' },
  target: 'es2022',
  // An ES module only, which older Node 20 cannot require.
  noExternal: ['fast-png', 'iobuffer'],
  // Several configurations write to dist/; `npm run build` empties it.
  clean: false,
};

/** Leaves out the kernels of the other build: a worker's file holds those that it was chosen for. */
const kernelsOnly = (variant: 'simd' | 'relaxed'): Plugin => ({
  name: 'kernels-only',
  setup(build) {
    build.onResolve({ filter: /\.wasm$/ }, ({ path }) =>
      path.includes(`-${variant}.`) ? undefined : { path, namespace: 'left-out' },
    );
    build.onLoad({ filter: /.*/, namespace: 'left-out' }, () => ({ contents: '', loader: 'binary' }));
  },
});

/** Minified code has no comments; bundlers need to be told again which import is Node's alone. */
const nodeImports: NonNullable<Options['plugins']>[number] = {
  name: 'node-imports',
  renderChunk: (code) => ({
    code: code.replace(/\bimport\(([\w$]+)\)/g, 'import(/* webpackIgnore: true *//* @vite-ignore */$1)'),
  }),
};

/** Terser takes off another twentieth of what esbuild's minifier leaves. */
const terse: NonNullable<Options['plugins']>[number] = {
  name: 'terse',
  async renderChunk(code) {
    const compress = { passes: 3, unsafe_arrows: true, pure_getters: true, keep_fargs: false };
    const short = await minify(code, { ecma: 2020, module: true, compress });
    return { code: short.code! };
  },
};

/** What pages load as it is: there, embedded bytes are not decoded by Node's Buffer. */
const short: Options = {
  ...shared,
  platform: 'browser',
  minify: true,
  plugins: [terse, nodeImports],
  // Fields that constructors assign need not be declared.
  esbuildOptions: (options) => {
    options.tsconfig = undefined;
    options.tsconfigRaw = { compilerOptions: { useDefineForClassFields: false } };
  },
};

/** Where no worker can start, the element loads what draws in the page: a file of its own, beside the generator's. */
const painterApart: Plugin = {
  name: 'painter-apart',
  setup(build) {
    build.onResolve({ filter: /\/local-painter$/ }, () => ({ path: './element-painter.js', external: true }));
  },
};

/** The worker of `kallima/element`, whole in one file. */
const elementWorker = (variant: 'simd' | 'relaxed'): Options => ({
  ...short,
  entry: { [`element-worker-${variant}`]: 'src/element/worker.ts' },
  format: ['esm'],
  splitting: false,
  esbuildPlugins: [kernelsOnly(variant)],
});

export default defineConfig([
  {
    ...shared,
    entry: { index: 'src/index.ts', backend: 'src/backend.ts' },
    format: ['esm', 'cjs'],
    dts: true,
  },
  {
    ...shared,
    entry: { cli: 'src/cli/index.ts' },
    format: ['esm'],
    // A benchmark's peer, used where it is installed.
    external: ['onnxruntime-web'],
  },
  {
    ...short,
    entry: { generator: 'src/generator.ts', 'element-painter': 'src/element/local-painter.ts' },
    format: ['esm'],
    dts: { entry: { generator: 'src/generator.ts' } },
  },
  {
    ...short,
    entry: { generator: 'src/generator.ts' },
    format: ['cjs'],
    dts: true,
  },
  {
    ...shared,
    entry: { latent: 'src/latent.ts' },
    format: ['esm', 'cjs'],
    dts: true,
    minify: true,
  },
  {
    ...short,
    entry: { element: 'src/element.ts' },
    format: ['esm'],
    splitting: false,
    dts: true,
    esbuildPlugins: [painterApart],
  },
  elementWorker('simd'),
  elementWorker('relaxed'),
]);
