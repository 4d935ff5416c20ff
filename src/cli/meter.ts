import type { Progress } from './reporter';

/** Of the old rate in the shown one, after a second. */
const FADE_PER_SECOND = 0.8;

/** Kept free for the end of a run by the clock: so many times what the last save took, and for the exit. */
const RESERVE_SAVES = 4;
const RESERVE_SECONDS = 0.5;

/** Measures a run: speed, time left, mean losses. */
export class Meter {
  private readonly start = performance.now();
  private last = this.start;
  private rate = 0;
  private readonly sums = new Map<string, { sum: number; count: number }>();
  private recent: Readonly<Record<string, number>> = {};
  private roundSeconds = 0;

  /**
   * @param minutes counted from the start of the process, so that they hold what came before training, too.
   */
  constructor(
    readonly firstRound: number,
    private readonly rounds: number | undefined,
    private readonly minutes: number | undefined,
  ) {}

  /** Seconds since the run began. */
  get seconds(): number {
    return (performance.now() - this.start) / 1000;
  }

  /** Smoothed over a few seconds. */
  get roundsPerSecond(): number {
    return this.rate;
  }

  /** A round has been played. */
  count(losses: Readonly<Record<string, number>>): void {
    const now = performance.now();
    this.roundSeconds = (now - this.last) / 1000;
    const keep = this.rate === 0 ? 0 : FADE_PER_SECOND ** this.roundSeconds;
    this.rate = keep * this.rate + (1 - keep) / this.roundSeconds;
    this.last = now;
    this.recent = losses;
    for (const [player, loss] of Object.entries(losses)) {
      const entry = this.sums.get(player) ?? { sum: 0, count: 0 };
      this.sums.set(player, { sum: entry.sum + loss, count: entry.count + 1 });
    }
  }

  /** The mean of each player's losses since the last call. */
  takeMeanLosses(): Record<string, number> {
    const means = [...this.sums].map(([player, { sum, count }]) => [player, sum / count] as const);
    this.sums.clear();
    return Object.fromEntries(means);
  }

  progress(round: number): Progress {
    const { firstRound, rounds, minutes } = this;
    const byRounds = rounds === undefined ? 0 : (round - firstRound) / (rounds - firstRound);
    const byClock = minutes === undefined ? 0 : performance.now() / (minutes * 60_000);
    const roundsLeft = rounds === undefined ? Number.POSITIVE_INFINITY : (rounds - round) / this.rate;
    const clockLeft =
      minutes === undefined ? Number.POSITIVE_INFINITY : minutes * 60 - performance.now() / 1000;
    return {
      round,
      rounds,
      share: Math.min(1, Math.max(byRounds, byClock)),
      losses: this.recent,
      roundsPerSecond: this.rate,
      secondsLeft: Math.max(0, Math.min(roundsLeft, clockLeft)),
    };
  }

  /** Whether another round and the last save could end after the minutes given, on a machine that grows busy. */
  isTimeUp(saveSeconds: number): boolean {
    if (this.minutes === undefined) return false;
    const needed = RESERVE_SECONDS + 2 * this.roundSeconds + RESERVE_SAVES * saveSeconds;
    return performance.now() / 1000 + needed > this.minutes * 60;
  }
}
