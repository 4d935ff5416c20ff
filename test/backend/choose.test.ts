import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { findGpu } from '../../src/backend/gpu';
import { ArgumentError, UnsupportedError } from '../../src/errors';
import { physicalCores } from '../../src/wasm/cores';

const forget = () => {
  if (tf.findBackendFactory('kallima')) tf.removeBackend('kallima');
};

describe('choosing a backend', () => {
  afterEach(forget);

  it('takes kallima by itself where there is no GPU, and says why', async () => {
    const choice = await chooseBackend();
    expect(choice).toMatchObject({ name: 'kallima', threads: await physicalCores() });
    expect(choice.reason).toMatch(
      /^WebAssembly kernels with (relaxed|plain) SIMD on (one thread|\d+ threads): there is no WebGPU adapter/,
    );
    expect(tf.getBackend()).toBe('kallima');
  });

  it('takes the named one', async () => {
    for (const backend of ['cpu', 'wasm', 'kallima'] as const) {
      const choice = await chooseBackend({ backend });
      expect(choice.name).toBe(backend);
      expect(choice.reason).toContain('it was asked for');
      expect(tf.getBackend()).toBe(backend);
      expect(tf.tidy(() => tf.sum(tf.ones([3])).dataSync()[0])).toBe(3);
    }
  });

  it('keeps a running backend, but not under other options', async () => {
    await chooseBackend({ backend: 'kallima', relaxedSimd: false });
    const x = tf.tensor1d([1, 2]);
    await chooseBackend({ backend: 'kallima' });
    expect([...x.dataSync()]).toEqual([1, 2]);
    x.dispose();
    await expect(chooseBackend({ backend: 'kallima', relaxedSimd: true })).rejects.toThrow(ArgumentError);
    await expect(chooseBackend({ backend: 'kallima', maximumBytes: 2 ** 24 })).rejects.toThrow(
      'kallima: maximumBytes must stay 4294967296 while the backend runs, got 16777216',
    );
  });

  it('refuses an unknown name, and WebGPU where there is none', async () => {
    // A name from a configuration file, as far as the compiler knows a good one.
    const backend = JSON.parse('"gpu"') as 'cpu';
    await expect(chooseBackend({ backend })).rejects.toThrow(
      'chooseBackend: backend must be auto, kallima, webgpu, wasm, cpu, got "gpu"',
    );
    await expect(chooseBackend({ backend: 'webgpu' })).rejects.toThrow(UnsupportedError);
  });

  it('names the package that is not installed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kallima-choose-'));
    const program = join(folder, 'program.mjs');
    await build({
      stdin: {
        contents: `import { chooseBackend } from './src/backend';
          const say = (error) => console.log(error.message);
          await chooseBackend({ backend: 'wasm' }).catch(say);`,
        resolveDir: process.cwd(),
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      format: 'esm',
      mainFields: ['module', 'main'],
      external: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-webgpu'],
      banner: {
        js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
      },
      loader: { '.wasm': 'binary' },
    });
    const output = execFileSync(process.execPath, [program], { cwd: folder, encoding: 'utf8' });
    rmSync(folder, { recursive: true });
    expect(output).toBe(
      'chooseBackend: wasm needs the package @tensorflow/tfjs-backend-wasm, got none that loads; npm install @tensorflow/tfjs-backend-wasm@4.22.0\n',
    );
  });
});

describe('looking for a GPU', () => {
  const original = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  const pretend = (adapter: object | null) =>
    Object.defineProperty(globalThis, 'navigator', {
      configurable: true,
      value: { gpu: { requestAdapter: async () => adapter } },
    });
  afterEach(() => {
    if (original) Object.defineProperty(globalThis, 'navigator', original);
    else Reflect.deleteProperty(globalThis, 'navigator');
  });

  it.each([
    ['a card', { info: { vendor: 'nvidia', architecture: 'hopper' } }, 'hardware', 'nvidia hopper'],
    ['a browser that hides the name', { info: {} }, 'hardware', 'of unknown make'],
    [
      'SwiftShader',
      { info: { vendor: 'google', architecture: 'swiftshader' } },
      'software',
      'google swiftshader',
    ],
    ['Mesa', { info: { description: 'llvmpipe (LLVM 15)' } }, 'software', 'llvmpipe (LLVM 15)'],
    ['an adapter marked as fallback', { isFallbackAdapter: true, info: { vendor: 'x' } }, 'software', 'x'],
    [
      'the older interface',
      { requestAdapterInfo: async () => ({ vendor: 'intel', device: 'arc' }) },
      'hardware',
      'intel arc',
    ],
  ])('knows %s', async (_, adapter, kind, description) => {
    pretend(adapter);
    expect(await findGpu()).toEqual({ kind, description });
  });

  it('finds none where the host offers no adapter', async () => {
    pretend(null);
    expect(await findGpu()).toMatchObject({ kind: 'none' });
  });
});
