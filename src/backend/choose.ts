import { findBackend, findBackendFactory, setBackend } from '@tensorflow/tfjs-core';
import { ArgumentError, UnsupportedError } from '../errors';
import { probeWasm } from '../wasm/features';
import { checkLoad } from '../wasm/load';
import { checkThreads, threadsHindrance } from '../wasm/thread-options';
import type { KallimaOptions } from './backend';
import { describeAdapter, findGpu, type GpuFound } from './gpu';
import { kallimaBackend, registerKallima } from './register';
import { completeTfjsWasm } from './tfjs-wasm';

/** Backends that every game trains on. */
export const BACKEND_NAMES = ['kallima', 'webgpu', 'wasm', 'cpu'] as const;
export type BackendName = (typeof BACKEND_NAMES)[number];

export interface ChooseOptions extends KallimaOptions {
  /** A backend by name, or `auto` (the default) for the best that this host has. */
  readonly backend?: BackendName | 'auto';
  /** Where a page finds TF.js's own .wasm files, as its `setWasmPaths` takes it; not needed in Node. */
  readonly wasmPaths?: string;
}

export interface BackendChoice {
  readonly name: BackendName;
  /** Why, in a sentence. */
  readonly reason: string;
  /** Threads that compute; 1 for TF.js's own backends, which do not tell. */
  readonly threads: number;
}

/**
 * Makes a TF.js backend the current one and tells why it was chosen.
 *
 * `auto` takes WebGPU where a hardware adapter and the package for it are present, else `kallima`, else
 * TF.js's wasm backend, else cpu.
 *
 * @throws {ArgumentError} for an unknown name, or options that a running `kallima` does not have.
 * @throws {UnsupportedError} if the named backend cannot run here, or its package is not installed.
 */
export async function chooseBackend(options: ChooseOptions = {}): Promise<BackendChoice> {
  const { backend = 'auto' } = options;
  switch (backend) {
    case 'auto':
      return chooseBest(options);
    case 'kallima':
      return startKallima(options, 'it was asked for');
    case 'webgpu': {
      const found = await findGpu();
      if (found.kind === 'none')
        throw new UnsupportedError(`chooseBackend: webgpu needs an adapter, got none; ${found.remedy}`);
      return startWebGpu(`it was asked for; the adapter is ${describeAdapter(found)}`);
    }
    case 'wasm':
      return startTfjsWasm(options, 'it was asked for');
    case 'cpu':
      return startCpu('it was asked for');
    default:
      throw new ArgumentError(
        `chooseBackend: backend must be auto, ${BACKEND_NAMES.join(', ')}, got ${JSON.stringify(backend)}`,
      );
  }
}

async function chooseBest(options: ChooseOptions): Promise<BackendChoice> {
  const gpu = await findGpu();
  let gpuNote = noGpu(gpu);
  if (gpu.kind === 'hardware') {
    try {
      return await startWebGpu(`there is a GPU, ${describeAdapter(gpu)}`);
    } catch (error) {
      gpuNote = `the GPU ${describeAdapter(gpu)} cannot be used (${messageOf(error)})`;
    }
  }
  if (probeWasm().simd) return startKallima(options, gpuNote);
  const note = `this engine's WebAssembly has no SIMD and ${gpuNote}`;
  try {
    return await startTfjsWasm(options, note);
  } catch (error) {
    return startCpu(`${note}, and TF.js's wasm backend cannot be used (${messageOf(error)})`);
  }
}

function noGpu(found: GpuFound): string {
  if (found.kind === 'software')
    return `the only WebGPU adapter is a software one, ${describeAdapter(found)}`;
  return 'there is no WebGPU adapter';
}

async function startKallima(options: KallimaOptions, why: string): Promise<BackendChoice> {
  const wanted = {
    threads: options.threads,
    relaxedSimd: options.relaxedSimd,
    maximumBytes: options.maximumBytes,
  };
  const running = kallimaBackend();
  if (running) running.requireOptions(wanted);
  else {
    // TF.js would only log why a backend does not start.
    checkThreads(wanted.threads);
    checkLoad(wanted);
    registerKallima(wanted);
  }
  await start('kallima');
  const { variant, threads, threadsNote } = kallimaBackend()!.report();
  const simd = variant.startsWith('relaxed') ? 'relaxed SIMD' : 'plain SIMD';
  let workers = threads === 1 ? 'one thread' : `${threads} threads`;
  const fewer =
    options.threads === undefined ? threadsHindrance() !== undefined : options.threads !== threads;
  if (fewer) workers += ` (${threadsNote})`;
  return { name: 'kallima', threads, reason: `WebAssembly kernels with ${simd} on ${workers}: ${why}.` };
}

async function startWebGpu(why: string): Promise<BackendChoice> {
  await optionalPackage('webgpu', () => import('@tensorflow/tfjs-backend-webgpu'));
  if (!findBackendFactory('webgpu')) {
    throw new UnsupportedError(
      'chooseBackend: webgpu must be supported here, got a host without navigator.gpu',
    );
  }
  await start('webgpu');
  return { name: 'webgpu', threads: 1, reason: `TF.js's WebGPU backend: ${why}.` };
}

async function startTfjsWasm({ wasmPaths }: ChooseOptions, why: string): Promise<BackendChoice> {
  const { setWasmPaths } = await optionalPackage('wasm', () => import('@tensorflow/tfjs-backend-wasm'));
  if (wasmPaths) setWasmPaths(wasmPaths);
  completeTfjsWasm();
  await start('wasm');
  return {
    name: 'wasm',
    threads: 1,
    reason: `TF.js's wasm backend, the kernels that it lacks for training taken from cpu: ${why}.`,
  };
}

async function startCpu(why: string): Promise<BackendChoice> {
  await start('cpu');
  // In Node its first write greets the user with an advertisement.
  Object.assign(findBackend('cpu'), { firstUse: false });
  return { name: 'cpu', threads: 1, reason: `TF.js's cpu backend, plain JavaScript: ${why}.` };
}

async function start(name: BackendName): Promise<void> {
  if (!(await setBackend(name))) {
    throw new UnsupportedError(
      `chooseBackend: ${name} must start on this host, got a failure; TF.js's warning says why`,
    );
  }
}

/** An optional peer package, or one line that says how to install it. */
async function optionalPackage<M>(backend: 'wasm' | 'webgpu', load: () => Promise<M>): Promise<M> {
  try {
    return await load();
  } catch (error) {
    const name = `@tensorflow/tfjs-backend-${backend}`;
    throw new UnsupportedError(
      `chooseBackend: ${backend} needs the package ${name}, got none that loads; npm install ${name}@4.22.0`,
      { cause: error },
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
