import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { countCores, physicalCores, quota } from '../../src/wasm/cores';

const processor = (package_: number, core: number) =>
  `processor\t: 0\nphysical id\t: ${package_}\nsiblings\t: 4\ncore id\t\t: ${core}\ncpu cores\t: 2\n`;

describe('physical cores', () => {
  it('are counted once for two threads of one core, and apart on two sockets', () => {
    const text = [processor(0, 0), processor(0, 0), processor(0, 1), processor(1, 0)].join('\n');
    expect(countCores(text)).toBe(3);
  });

  it('are unknown where the system does not name them', () => {
    expect(countCores('processor\t: 0\nBogoMIPS\t: 48.00\n')).toBe(0);
    expect(countCores('')).toBe(0);
  });

  it.each([
    ['200000 100000\n', 2],
    ['150000 100000\n', 1],
    ['50000 100000\n', 1],
    ['max 100000\n', Number.POSITIVE_INFINITY],
    ['', Number.POSITIVE_INFINITY],
  ])('are limited by a container: %j', (text, cores) => {
    expect(quota(text)).toBe(cores);
  });

  it('of this machine are at most its logical ones', async () => {
    const cores = await physicalCores();
    expect(cores).toBeGreaterThanOrEqual(1);
    expect(cores).toBeLessThanOrEqual(availableParallelism());
  });
});
