import type { Trace } from '../trace';
import { findChains, withChains } from './chains';
import { UseMap } from './uses';

/**
 * Makes elementwise records that read each other's results, over one number of elements, one record which runs
 * block by block: what only they read is never in memory.
 */
export function fuseElementwise(trace: Trace): Trace {
  const uses = new UseMap(trace);
  const chains = [...findChains(trace, uses)].filter(({ members }) => members.size > 1);
  return withChains(
    trace,
    chains.map((chain) => ({ chain, at: chain.at, record: chain.record(trace, uses)! })),
  );
}
