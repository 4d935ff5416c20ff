import type { Trace } from '../trace';
import { fuseElementwise } from './fuse-elementwise';
import { fuseActivations } from './fuse-epilogue';
import { removeDead } from './remove-dead';

/** Those of the passes that do much to a program that trains nothing: see `runPasses`. */
export function runInferencePasses(trace: Trace): Trace {
  return fuseElementwise(fuseActivations(removeDead(trace)));
}
