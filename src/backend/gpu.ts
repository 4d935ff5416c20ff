/** What a search for a WebGPU adapter found. */
export type GpuFound =
  | { readonly kind: 'none'; readonly remedy: string }
  | { readonly kind: 'hardware' | 'software'; readonly description: string };

/** The part of the WebGPU interface that is used here; TypeScript's DOM library does not have it. */
interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: AdapterInfo;
  requestAdapterInfo?(): Promise<AdapterInfo>;
}
interface AdapterInfo {
  readonly vendor?: string;
  readonly architecture?: string;
  readonly device?: string;
  readonly description?: string;
  readonly isFallbackAdapter?: boolean;
}
interface Gpu {
  requestAdapter(options: { powerPreference: string }): Promise<Adapter | null>;
}

const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

/** Looks for a WebGPU adapter and tells hardware from software ones, which are slower than `kallima`. */
export async function findGpu(): Promise<GpuFound> {
  const gpu = gpuOf(globalThis.navigator);
  if (!gpu) {
    return {
      kind: 'none',
      remedy: 'use a browser with WebGPU, or in Node an implementation as navigator.gpu',
    };
  }
  const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
  if (!adapter) return { kind: 'none', remedy: 'check that the browser may use the GPU' };
  const info = adapter.info ?? (await adapter.requestAdapterInfo?.()) ?? {};
  const words = [info.vendor, info.architecture, info.device, info.description].filter(Boolean);
  const description = [...new Set(words)].join(' ') || 'of unknown make';
  const software =
    adapter.isFallbackAdapter === true || info.isFallbackAdapter === true || SOFTWARE.test(description);
  return { kind: software ? 'software' : 'hardware', description };
}

/** The adapter's name, for a sentence. */
export function describeAdapter(found: GpuFound): string {
  return found.kind === 'none' ? 'none' : found.description;
}

function gpuOf(navigator: unknown): Gpu | undefined {
  if (typeof navigator !== 'object' || navigator === null || !('gpu' in navigator)) return undefined;
  return (navigator.gpu as Gpu | null | undefined) ?? undefined;
}
