import { median } from './statistics';

const SAMPLES = 5;
/** A sample may not be of use: a round that was played op by op. */
const TRIES = 3 * SAMPLES;

/**
 * The share of a repetition's time that is not spent in kernels, the median of some profiled repetitions.
 *
 * @param profile runs one repetition with its records timed, and returns their milliseconds, or undefined if it
 *   was not replayed.
 */
export async function shareOutsideKernels(
  profile: () => Promise<number | undefined>,
): Promise<number | undefined> {
  // The first one takes the machine's peaks.
  await profile();
  const shares: number[] = [];
  for (let i = 0; i < TRIES && shares.length < SAMPLES; i++) {
    const start = performance.now();
    const kernelMs = await profile();
    const ms = performance.now() - start;
    if (kernelMs !== undefined) shares.push(1 - kernelMs / ms);
  }
  return shares.length > 0 ? median(shares) : undefined;
}
