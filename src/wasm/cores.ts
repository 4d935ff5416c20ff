import { inNode, nodeModule } from '../util/host';

/**
 * Physical cores that this program may use; a second hardware thread on a core adds nothing to kernels that
 * fill its multipliers. Counts Node's cores by Linux's /proc/cpuinfo and halves the logical ones of other
 * x64 systems. A browser tells its hardware threads only: half of them are the physical cores of most x64
 * systems and the fast ones of most others, and leave the page its share. 1 where nothing is known.
 */
export async function physicalCores(): Promise<number> {
  if (!inNode()) return Math.max(1, (globalThis.navigator?.hardwareConcurrency ?? 1) >> 1);
  const [{ availableParallelism }, { readFile }] = await Promise.all([
    nodeModule<typeof import('node:os')>('node:os'),
    nodeModule<typeof import('node:fs/promises')>('node:fs/promises'),
  ]);
  const read = (file: string) => readFile(file, 'utf8').catch(() => '');
  const logical = Math.min(availableParallelism(), quota(await read('/sys/fs/cgroup/cpu.max')));
  const physical = process.platform === 'linux' ? countCores(await read('/proc/cpuinfo')) : 0;
  if (physical > 0) return Math.min(logical, physical);
  return process.arch === 'x64' ? Math.max(1, logical >> 1) : logical;
}

/** Distinct cores in /proc/cpuinfo's text; 0 where it does not name them (most ARM systems). */
export function countCores(cpuinfo: string): number {
  const cores = new Set<string>();
  for (const block of cpuinfo.split(/\n\s*\n/)) {
    const field = (name: string) => block.match(new RegExp(`^${name}\\s*: (\\d+)`, 'm'))?.[1];
    const core = field('core id');
    if (core !== undefined) cores.add(`${field('physical id') ?? 0}/${core}`);
  }
  return cores.size;
}

/** Whole cores that a container may use, from its cpu.max: `200000 100000` allows two. */
export function quota(cpuMax: string): number {
  const [allowed, period] = cpuMax.split(/\s/).map(Number);
  if (!allowed || !period) return Number.POSITIVE_INFINITY;
  return Math.max(1, Math.floor(allowed / period));
}
