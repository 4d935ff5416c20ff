import { inNode, nodeModule } from '../util/host';

/** What this host's WebAssembly engine can do. */
export interface WasmFeatures {
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Shared memory can be made here: in a browser this needs cross-origin isolation. */
  readonly sharedMemory: boolean;
}

// (module (func (result v128) (i8x16.splat (i32.const 0))))
const SIMD_MODULE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11,
];
// (module (func (param v128) (result v128) (f32x4.relaxed_madd (local.get 0) (local.get 0) (local.get 0))))
const RELAXED_MODULE = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 6, 1, 96, 1, 123, 1, 123, 3, 2, 1, 0, 10, 13, 1, 11, 0, 32, 0, 32, 0, 32, 0,
  253, 133, 2, 11,
];

const validates = (bytes: number[]): boolean =>
  typeof WebAssembly === 'object' && WebAssembly.validate(new Uint8Array(bytes));

/** Probes the engine; cheap, and never cached, since Node's flags can change what it answers. */
export function probeWasm(): WasmFeatures {
  const isolated = !('crossOriginIsolated' in globalThis) || globalThis.crossOriginIsolated === true;
  return {
    simd: validates(SIMD_MODULE),
    relaxedSimd: validates(RELAXED_MODULE),
    sharedMemory: typeof SharedArrayBuffer === 'function' && isolated,
  };
}

/**
 * Turns relaxed SIMD on where the engine has it behind a flag: Node 20. To be called before the backend
 * starts; in Node 22 and in browsers that have it, it is on already.
 *
 * @returns whether relaxed SIMD can be used from now on.
 */
export async function enableRelaxedSimd(): Promise<boolean> {
  if (!probeWasm().relaxedSimd && inNode()) {
    const v8 = await nodeModule<typeof import('node:v8')>('node:v8');
    v8.setFlagsFromString('--experimental-wasm-relaxed-simd');
  }
  return probeWasm().relaxedSimd;
}
