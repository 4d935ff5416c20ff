import { median } from './statistics';

const SAMPLES = 5;
/** A sample may not be of use: a round that was played op by op. */
const TRIES = 3 * SAMPLES;

/** A profiled repetition. */
export interface Profiled {
  /** Milliseconds of all of it, and of its records. */
  readonly ms: number;
  readonly kernelMs: number;
}

/**
 * The share of a repetition's time that is not spent in kernels, the median of some profiled repetitions. It is what
 * a replay spends outside them at most, since a profiled one calls each record from JavaScript.
 *
 * @param profile undefined if the repetition was not replayed.
 */
export async function shareOutsideKernels(
  profile: () => Promise<Profiled | undefined>,
): Promise<number | undefined> {
  const shares: number[] = [];
  for (let i = 0; i < TRIES && shares.length < SAMPLES; i++) {
    const profiled = await profile();
    if (profiled) shares.push(1 - profiled.kernelMs / profiled.ms);
  }
  return shares.length > 0 ? median(shares) : undefined;
}
