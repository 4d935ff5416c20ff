import { availableParallelism, cpus } from 'node:os';
import { chooseBackend, findGpu, probeWasm } from '../backend';
import { version } from '../index';

/** What this machine can do for training. */
export interface Diagnosis {
  readonly kallima: string;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly simd: boolean;
  readonly relaxedSimd: boolean;
  /** Shared memory, which threads need. */
  readonly sharedMemory: boolean;
  /** Threads that the chosen backend computes with. */
  readonly threads: number;
  readonly webgpu: string;
  readonly backend: string;
  readonly reason: string;
}

export async function diagnose(): Promise<Diagnosis> {
  const { simd, relaxedSimd, sharedMemory } = probeWasm();
  const gpu = await findGpu();
  const { name, reason, threads } = await chooseBackend();
  return {
    kallima: version,
    node: process.versions.node,
    platform: `${process.platform} ${process.arch}`,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    simd,
    relaxedSimd,
    sharedMemory,
    threads,
    webgpu: gpu.kind === 'none' ? `none; ${gpu.remedy}` : `${gpu.kind}, ${gpu.description}`,
    backend: name,
    reason,
  };
}

/** `kallima doctor`: what this machine can do, and which backend a run would use. */
export async function doctor({ json = false }: { readonly json?: boolean }): Promise<void> {
  const found = await diagnose();
  if (json) {
    process.stdout.write(`${JSON.stringify(found)}\n`);
    return;
  }
  const yes = (value: boolean): string => (value ? 'yes' : 'no');
  const rows: [string, string][] = [
    ['kallima', found.kallima],
    ['Node', `${found.node} on ${found.platform}`],
    ['processor', `${found.cpu}, ${found.cores} cores`],
    ['SIMD', yes(found.simd)],
    ['relaxed SIMD', yes(found.relaxedSimd)],
    ['shared memory', yes(found.sharedMemory)],
    ['threads', String(found.threads)],
    ['WebGPU', found.webgpu],
    ['backend', found.backend],
    ['why', found.reason],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  for (const [name, value] of rows) process.stdout.write(`${name.padEnd(width)}  ${value}\n`);
}
