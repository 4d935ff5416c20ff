import { defineConfig, type Options } from 'tsup';

const shared: Options = {
  loader: { '.wasm': 'binary' },
  target: 'es2022',
  // An ES module only, which older Node 20 cannot require.
  noExternal: ['fast-png', 'iobuffer'],
  // Several configurations write to dist/; `npm run build` empties it.
  clean: false,
};

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
]);
