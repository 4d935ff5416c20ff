import { OutOfMemoryError, UnsupportedError } from '../errors';
import { inNode, nodeModule } from '../util/host';
import { enableRelaxedSimd, probeWasm } from './features';
import type { KernelExports, KernelModule } from './load';

/** The two builds of assembly/generator.ts, compressed: one dynamic import each, so that a page loads one of them. */
const BUILDS = {
  simd: () => import('../../build/generator-simd.zz.wasm'),
  relaxed: () => import('../../build/generator-relaxed.zz.wasm'),
};

const PAGE_BYTES = 65536;
const MAXIMUM_PAGES = 65536;

type GeneratorVariant = keyof typeof BUILDS;

let compiled: Promise<{ variant: GeneratorVariant; module: WebAssembly.Module }> | undefined;

/**
 * Starts to load and compile the kernels of inference, once for all memories; to be called before they are needed,
 * as when a model is on its way. Relaxed SIMD where the engine has it, which is turned on first in Node 20.
 *
 * @throws {UnsupportedError} if the engine lacks SIMD.
 */
export function compileGeneratorKernels(): NonNullable<typeof compiled> {
  compiled ??= compile().catch((error) => {
    // A chunk that did not load may load another time.
    compiled = undefined;
    throw error;
  });
  return compiled;
}

async function compile(): NonNullable<typeof compiled> {
  const variant = (await enableRelaxedSimd()) ? 'relaxed' : 'simd';
  if (!probeWasm().simd) {
    throw new UnsupportedError('loadGenerator: WebAssembly SIMD is needed, got an engine without it');
  }
  const { default: bytes } = await BUILDS[variant]();
  return { variant, module: await WebAssembly.compile(await inflate(bytes)) };
}

async function inflate(bytes: Uint8Array<ArrayBuffer>): Promise<BufferSource> {
  // Node's streams take fifty times as long to start.
  if (inNode()) return (await nodeModule<typeof import('node:zlib')>('node:zlib')).inflateSync(bytes);
  return new Response(
    new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate')),
  ).arrayBuffer();
}

/**
 * Instantiates the kernels of inference over a new memory of its own, for one thread.
 *
 * @param bytes of the memory, to begin with.
 * @throws {UnsupportedError} if the engine lacks SIMD.
 * @throws {OutOfMemoryError} if the engine has no room for another memory.
 */
export async function loadGeneratorKernels(bytes = 0): Promise<KernelModule> {
  const { variant, module } = await compileGeneratorKernels();
  const initial = Math.max(16, Math.ceil(bytes / PAGE_BYTES));
  const memory = newMemory(initial);
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return { variant, module, memory, exports: instance.exports as KernelExports };
}

function newMemory(initial: number): WebAssembly.Memory {
  try {
    return new WebAssembly.Memory({ initial, maximum: MAXIMUM_PAGES });
  } catch (cause) {
    throw new OutOfMemoryError(
      `loadGenerator: there must be room for a wasm memory, got none for ${initial} pages; drop other generators`,
      { cause },
    );
  }
}
