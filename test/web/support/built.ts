import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Rooms whose code ends up in the files that pages load. */
const SOURCES = [
  'src/element.ts',
  'src/element',
  'src/generator',
  'src/formats/onnx',
  'src/program',
  'src/wasm',
  'src/latent',
  'src/util',
];
const BUILT = [
  'generator.js',
  'element.js',
  'element-painter.js',
  'element-worker-simd.js',
  'element-worker-relaxed.js',
];

function newest(path: string): number {
  if (!statSync(path).isDirectory()) return statSync(path).mtimeMs;
  return Math.max(...readdirSync(path).map((name) => newest(join(path, name))));
}

/**
 * The folder of the built package.
 *
 * @throws if it is not built, or was before its sources changed.
 */
export function builtFolder(): string {
  const missing = BUILT.filter((name) => !existsSync(join('dist', name)));
  if (missing.length) throw new Error(`dist/ must be built, got none of ${missing}; npm run build`);
  const built = Math.min(...BUILT.map((name) => statSync(join('dist', name)).mtimeMs));
  const stale = SOURCES.filter((path) => newest(path) > built);
  if (stale.length)
    throw new Error(`dist/ must be newer than its sources, got ${stale} changed; npm run build`);
  return 'dist';
}
