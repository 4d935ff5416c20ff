import type { Trace } from '../trace';
import { forwardCopies } from './forward-copies';
import { fuseElementwise } from './fuse-elementwise';
import { fuseEpilogue } from './fuse-epilogue';
import { removeDead } from './remove-dead';
import { shareEqual } from './share-equal';

const PASSES = [shareEqual, forwardCopies, removeDead, fuseEpilogue, fuseElementwise];

/** Those of the passes that do something to a program that trains nothing: see `runPasses`. */
export function runInferencePasses(trace: Trace): Trace {
  return PASSES.reduce((before, pass) => pass(before), trace);
}
