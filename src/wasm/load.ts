import { UnsupportedError } from '../errors';
import { probeWasm } from './features';

/** The four builds of `assembly/`. */
export type KernelVariant = 'simd' | 'simd-shared' | 'relaxed' | 'relaxed-shared';

export interface KernelExports extends WebAssembly.Exports {
  /** Runs `count` records from byte address `records` as thread `thread` of `threads`. */
  run(records: number, count: number, thread: number, threads: number): void;
  /**
   * Walks the program whose image is at byte address `image`, from stage `from` on, as thread `thread` of
   * `threads` in replay number `replay`.
   *
   * @returns the stage that others have yet to finish, or the number of stages when all is done.
   */
  walk(image: number, from: number, replay: number, thread: number, threads: number): number;
}

export interface KernelModule {
  readonly variant: KernelVariant;
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly exports: KernelExports;
}

export interface LoadOptions {
  /** Use relaxed SIMD (fused multiply-add); default: where the engine has it. */
  readonly relaxedSimd?: boolean;
  /** Make the memory shared between threads; default false. */
  readonly shared?: boolean;
  /** Most memory that may ever be used, in bytes; default and limit 4 GiB. */
  readonly maximumBytes?: number;
}

const PAGE_BYTES = 65536;
const INITIAL_PAGES = 16;
const MAXIMUM_PAGES = 65536;

/** One dynamic import per build, so that a bundler ships each as its own chunk. */
const BUILDS: Record<KernelVariant, () => Promise<{ default: Uint8Array<ArrayBuffer> }>> = {
  simd: () => import('../../build/kernels-simd.wasm'),
  'simd-shared': () => import('../../build/kernels-simd-shared.wasm'),
  relaxed: () => import('../../build/kernels-relaxed.wasm'),
  'relaxed-shared': () => import('../../build/kernels-relaxed-shared.wasm'),
};

/** Compiled once for all memories, so that a second backend starts with code that is already optimised. */
const compiled = new Map<KernelVariant, Promise<WebAssembly.Module>>();

function compile(variant: KernelVariant): Promise<WebAssembly.Module> {
  let module = compiled.get(variant);
  if (!module) {
    module = BUILDS[variant]().then((build) => WebAssembly.compile(build.default));
    compiled.set(variant, module);
  }
  return module;
}

/**
 * Settles what to load, or says what this host lacks.
 *
 * @throws {UnsupportedError} if the engine lacks SIMD, or lacks what was asked for.
 */
export function checkLoad(options: LoadOptions = {}): { relaxedSimd: boolean; shared: boolean } {
  const features = probeWasm();
  const relaxedSimd = options.relaxedSimd ?? features.relaxedSimd;
  const shared = options.shared ?? false;
  if (!features.simd) {
    throw new UnsupportedError(
      'loadKernels: WebAssembly SIMD is needed, got an engine without it; use backend cpu',
    );
  }
  if (relaxedSimd && !features.relaxedSimd) {
    throw new UnsupportedError(
      'loadKernels: relaxed SIMD was asked for, got an engine without it; on Node 20 call enableRelaxedSimd() first',
    );
  }
  if (shared && !features.sharedMemory) {
    throw new UnsupportedError(
      'loadKernels: shared memory was asked for, got a host without it; a page needs cross-origin isolation',
    );
  }
  return { relaxedSimd, shared };
}

/**
 * Compiles and instantiates the kernels over a new memory.
 *
 * @throws {UnsupportedError} if the engine lacks SIMD, or lacks what was asked for.
 */
export async function loadKernels(options: LoadOptions = {}): Promise<KernelModule> {
  const { relaxedSimd, shared } = checkLoad(options);
  const variant: KernelVariant = `${relaxedSimd ? 'relaxed' : 'simd'}${shared ? '-shared' : ''}`;
  const module = await compile(variant);
  const maximum = Math.min(MAXIMUM_PAGES, Math.ceil((options.maximumBytes ?? 2 ** 32) / PAGE_BYTES));
  const memory = new WebAssembly.Memory({ initial: INITIAL_PAGES, maximum, shared });
  const instance = await WebAssembly.instantiate(module, { env: { memory } });
  return { variant, module, memory, exports: instance.exports as KernelExports };
}
