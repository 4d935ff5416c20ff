import type { ProgramHost } from '../program/program';
import { Arena } from '../wasm/arena';
import { enableRelaxedSimd } from '../wasm/features';
import { loadKernels } from '../wasm/load';
import { SingleRunner } from '../wasm/runner';

/** Address 0 is nobody's. */
const FIRST_BYTE = 64;

/** Kernels over a memory of their own, on the calling thread. */
export async function startHost(maximumBytes: number): Promise<ProgramHost> {
  await enableRelaxedSimd();
  const { memory, exports } = await loadKernels({ maximumBytes });
  return {
    memory,
    arena: new Arena(memory, maximumBytes, FIRST_BYTE),
    runner: new SingleRunner(exports),
    changes: { count: 0 },
  };
}
