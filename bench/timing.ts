import benny from 'benny';

/** Seconds of one repetition. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export interface TimingOptions {
  /** Repetitions that are not counted, so that the engine's optimising compiler is done; default 10. */
  readonly warmUp?: number;
  /** Least number of counted samples; default 9. */
  readonly samples?: number;
}

const SLOW_MS = 1000;
const SLOW_SAMPLES = 3;
const ENDLESS_MS = 20_000;

/** Times a repetition, synchronous or not, after a warm-up bounded by about two seconds. */
export async function time(
  name: string,
  repetition: () => void | Promise<void>,
  { warmUp = 10, samples = 9 }: TimingOptions = {},
): Promise<Timing> {
  const start = performance.now();
  await repetition();
  const first = performance.now() - start;
  // A repetition of minutes is not asked for twice: a gradient that TF.js's cpu kernels compute for another backend.
  if (first > ENDLESS_MS) return { median: first / 1e3, min: first / 1e3, max: first / 1e3 };
  // One of seconds needs no warm-up, and nine of them nobody's patience.
  const slow = first > SLOW_MS;
  for (let i = 1; i < warmUp && performance.now() - start < 2000; i++) await repetition();
  const summary = await benny.suite(
    name,
    benny.add(name, repetition, {
      minSamples: slow ? SLOW_SAMPLES : samples,
      maxTime: 1,
      minTime: 0.001,
      initCount: 1,
    }),
  );
  const { median, min, max } = summary.results[0]!.details;
  return { median, min, max };
}
