import type { ProgramHost } from '../program/program';
import { loadGeneratorKernels } from '../wasm/load-generator';
import { SingleRunner } from '../wasm/runner';
import { Blocks } from './blocks';

/** Kernels over a memory of their own, on the calling thread. */
export async function startHost(maximumBytes: number): Promise<ProgramHost> {
  const { memory, exports } = await loadGeneratorKernels();
  return {
    memory,
    arena: new Blocks(memory, maximumBytes),
    runner: new SingleRunner(exports),
    changes: { count: 0 },
  };
}
