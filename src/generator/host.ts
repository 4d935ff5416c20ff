import type { InferenceHost } from '../program/inference-program';
import { loadGeneratorKernels } from '../wasm/load-generator';
import { Blocks } from './blocks';

/** Kernels over a memory of their own, on the calling thread. */
export async function startHost(maximumBytes: number): Promise<InferenceHost> {
  const { memory, exports } = await loadGeneratorKernels();
  return { memory, arena: new Blocks(memory, maximumBytes), run: exports.run };
}
