import benny from 'benny';

/** Seconds of one repetition. */
export interface Timing {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Counted repetitions. */
  readonly samples: number;
}

export interface TimingOptions {
  /** Repetitions that are not counted, so that the engine's optimising compiler is done; default 20. */
  readonly warmUp?: number;
  /** Least number of counted samples; default 9. */
  readonly samples?: number;
}

const WARM_UP_MS = 2000;
/** What slow repetitions may take together. */
const PATIENCE_MS = 9000;
const FEWEST_SAMPLES = 3;
const ENDLESS_MS = 20_000;

/**
 * Times a repetition, synchronous or not, after a warm-up of about two seconds at most. One of seconds is
 * counted a few times only, and one of more than 20 s once.
 */
export async function time(
  name: string,
  repetition: () => void | Promise<void>,
  { warmUp = 20, samples = 9 }: TimingOptions = {},
): Promise<Timing> {
  const start = performance.now();
  await repetition();
  const first = performance.now() - start;
  if (first > ENDLESS_MS) return { median: first / 1e3, min: first / 1e3, max: first / 1e3, samples: 1 };
  for (let i = 1; i < warmUp && performance.now() - start < WARM_UP_MS; i++) await repetition();
  const affordable = Math.max(FEWEST_SAMPLES, Math.floor(PATIENCE_MS / first));
  const minSamples = Math.min(samples, affordable);
  const details = await withBenny(name, repetition, { minSamples, maxTime: 1, minTime: 0.001, initCount: 1 });
  const { median, min, max, sampleResults } = details;
  return { median, min, max, samples: sampleResults.length };
}

async function withBenny(
  name: string,
  repetition: () => void | Promise<void>,
  // A pause between samples would let other threads fall asleep.
  options: { minSamples: number; maxTime: number; minTime: number; initCount: number },
) {
  // To find out whether a function is asynchronous benny calls it, and does not wait for the end.
  const answer = repetition();
  await answer;
  let preparing = true;
  const entry = benny.add(
    name,
    () => (preparing ? (answer instanceof Promise ? Promise.resolve() : undefined) : repetition()),
    { ...options, delay: 0 },
  );
  const { log } = console;
  // Standard output belongs to the table, and benny tells it what it runs.
  console.log = () => {};
  try {
    const summary = await benny.suite(name, async (config) => {
      const added = await entry(config);
      preparing = false;
      return added;
    });
    return summary.results[0]!.details;
  } finally {
    console.log = log;
  }
}
