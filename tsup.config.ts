import { defineConfig } from 'tsup';

export default defineConfig({
  entry: { index: 'src/index.ts', backend: 'src/backend.ts', cli: 'src/cli/index.ts' },
  format: ['esm', 'cjs'],
  dts: true,
  loader: { '.wasm': 'binary' },
  clean: true,
  target: 'es2022',
});
