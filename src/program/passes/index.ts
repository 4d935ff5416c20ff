import type { Pass, Trace } from '../trace';
import { forwardCopies } from './forward-copies';
import { fuseElementwise } from './fuse-elementwise';
import { fuseEpilogue } from './fuse-epilogue';
import { fuseOptimizer } from './fuse-optimizer';
import { fuseSums } from './fuse-sums';
import { readActivated } from './read-activated';
import { removeDead } from './remove-dead';
import { settleState } from './settle-state';
import { shareEqual } from './share-equal';

/** The passes that may be left out, in the order in which they run. */
const PASSES = {
  shareEqual,
  forwardCopies,
  readActivated,
  removeDead,
  fuseEpilogue,
  fuseSums,
  fuseElementwise,
  fuseOptimizer,
} as const satisfies Record<string, Pass>;

export type PassName = keyof typeof PASSES;

/** Names of the passes that may be left out. */
export const PASS_NAMES = Object.keys(PASSES) as PassName[];

/** Rewrites a trace into the one that is run, to the same bits. */
export function runPasses(trace: Trace, without: readonly PassName[] = []): Trace {
  const wanted = PASS_NAMES.filter((name) => !without.includes(name));
  return settleState(wanted.reduce<Trace>((before, name) => PASSES[name](before), trace));
}
