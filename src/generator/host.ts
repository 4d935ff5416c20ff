import type { ProgramHost } from '../program/program';
import { Arena } from '../wasm/arena';
import { loadGeneratorKernels } from '../wasm/load-generator';
import { SingleRunner } from '../wasm/runner';

/** Address 0 is nobody's. */
const FIRST_BYTE = 64;

/** Kernels over a memory of their own, on the calling thread. */
export async function startHost(maximumBytes: number): Promise<ProgramHost> {
  const { memory, exports } = await loadGeneratorKernels();
  return {
    memory,
    arena: new Arena(memory, maximumBytes, FIRST_BYTE),
    runner: new SingleRunner(exports),
    changes: { count: 0 },
  };
}
