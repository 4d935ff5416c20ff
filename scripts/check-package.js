// Packs the package as npm would publish it and checks the tarball: what is in it, publint, and whether
// the types resolve under every module system. Needs dist/ (npm run build).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const NEEDED = [
  'package.json',
  'README.md',
  'LICENSE',
  'CHANGELOG.md',
  'dist/index.js',
  'dist/index.cjs',
  'dist/index.d.ts',
  'dist/index.d.cts',
  'dist/backend.js',
  'dist/backend.cjs',
  'dist/backend.d.ts',
  'dist/backend.d.cts',
  'dist/cli.js',
  'dist/generator.js',
  'dist/generator.cjs',
  'dist/generator.d.ts',
  'dist/generator.d.cts',
  'dist/latent.js',
  'dist/latent.cjs',
  'dist/latent.d.ts',
  'dist/latent.d.cts',
  'dist/element.js',
  'dist/element.d.ts',
  'dist/element-painter.js',
  'dist/element-worker-simd.js',
  'dist/element-worker-relaxed.js',
];
const ALLOWED = /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|dist\/[\w.-]+\.(js|cjs|d\.ts|d\.cts))$/;

const run = (command, args) => execFileSync(command, args, { encoding: 'utf8', shell: false });

const folder = mkdtempSync(join(tmpdir(), 'kallima-pack-'));
try {
  const [{ filename, files, size }] = JSON.parse(
    run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder]),
  );
  const names = files.map(({ path }) => path);
  const missing = NEEDED.filter((name) => !names.includes(name));
  const surplus = names.filter((name) => !ALLOWED.test(name));
  if (missing.length || surplus.length) {
    throw new Error(
      `check-package: missing ${JSON.stringify(missing)}, not wanted ${JSON.stringify(surplus)}`,
    );
  }
  const tarball = join(folder, filename);
  process.stdout.write(run('npx', ['publint', tarball, '--strict']));
  process.stdout.write(
    run('npx', ['attw', tarball, '--format', 'ascii', '--exclude-entrypoints', 'element']),
  );
  // Pages load ES modules only.
  run('npx', ['attw', tarball, '--entrypoints', 'element', '--profile', 'esm-only']);
  process.stdout.write(`${filename}: ${names.length} files, ${(size / 1024).toFixed(0)} KiB packed\n`);
} catch (error) {
  process.stdout.write(error.stdout ?? '');
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
