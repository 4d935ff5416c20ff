import { runInferencePasses } from '../../program/passes/inference';
import { patchRandom, randomKey } from '../../program/records/random';
import { fold } from './fold';
import { OPERATORS } from './operators';
import type { Toolbox } from './tools';

/** For every model. */
export const WHOLE: Toolbox = {
  operators: OPERATORS,
  fold,
  passes: runInferencePasses,
  noise: { randomKey, patchRandom },
};
