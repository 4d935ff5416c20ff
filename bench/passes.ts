import { chooseBackend } from '../src/index';
import { PASS_NAMES, type PassName } from '../src/program/passes/index';
import { median } from './statistics';
import { WORKLOADS } from './workloads/index';
import type { PreparedWorkload } from './workloads/workload';

/** What one pass over the records of captured updates is worth. */
export interface PassResult {
  /** The pass that was left out, or `none`. */
  readonly without: PassName | 'none';
  /** Median of one repetition. */
  readonly ms: number;
  /** Median of the repetition's time against that of the one before it with all passes; above 1 the pass pays. */
  readonly ratio: number;
}

export interface PassesOptions {
  /** Default `dcgan28`. */
  readonly row?: string;
  readonly threads?: number;
  /** Counted repetitions of each; default 15. */
  readonly samples?: number;
  /** Repetitions of each before any counts, in which updates are captured; default 20. */
  readonly warmUp?: number;
  readonly onPass?: (without: string) => void;
}

/**
 * Times a row with each pass left out in turn. A repetition without it follows one with all passes, so that a
 * machine that slows down or speeds up counts for both.
 */
export async function measurePasses(options: PassesOptions = {}): Promise<PassResult[]> {
  const { row = 'dcgan28', threads = 1, samples = 15, warmUp = 20, onPass = () => {} } = options;
  await chooseBackend({ backend: 'kallima', threads });
  const workload = WORKLOADS.find(({ name }) => name === row)!;
  const prepare = async (withoutPasses: readonly PassName[]): Promise<PreparedWorkload> => {
    const prepared = await workload.prepare({ backend: 'kallima', threads, mode: 'captured', withoutPasses });
    for (let i = 0; i < warmUp; i++) await prepared.run();
    return prepared;
  };
  const whole = await prepare([]);
  const wholeMs: number[] = [];
  const results: PassResult[] = [];
  for (const without of PASS_NAMES) {
    onPass(without);
    const lacking = await prepare([without]);
    const pairs: { ms: number; ratio: number }[] = [];
    for (let i = 0; i < samples; i++) {
      const base = await duration(whole);
      const ms = await duration(lacking);
      wholeMs.push(base);
      pairs.push({ ms, ratio: ms / base });
    }
    lacking.dispose();
    results.push({
      without,
      ms: median(pairs.map(({ ms }) => ms)),
      ratio: median(pairs.map(({ ratio }) => ratio)),
    });
  }
  whole.dispose();
  return [{ without: 'none', ms: median(wholeMs), ratio: 1 }, ...results];
}

async function duration(prepared: PreparedWorkload): Promise<number> {
  const start = performance.now();
  await prepared.run();
  return performance.now() - start;
}
