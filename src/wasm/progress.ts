/** How long a waiting thread sleeps before it looks whether anything has gone wrong, in milliseconds. */
export const SLICE_MS = 50;
/** No progress for this long means that a thread is lost, in milliseconds. */
const LOST_MS = 900;
/** Or for this many times the longest work that was seen, whichever is more. */
const LOST_TIMES = 8;

/**
 * Tells a lost thread from a slow one. No event can reach a thread that blocks, so what it has to go by is time:
 * nothing lets another thread take much longer over a share than this thread took over its own.
 */
export class Patience {
  private longest = 0;
  private slices = 0;
  private seen = 0;

  /** Takes note that a piece of work took `milliseconds`; what is long ago counts less. */
  took(milliseconds: number): void {
    this.longest = Math.max(milliseconds, this.longest * 0.999);
  }

  /** Begins a wait, the count of ended shares being `done`. */
  begin(done: number): void {
    this.slices = 0;
    this.seen = done;
  }

  /**
   * Whether hope is lost after one more slice of waiting, the count now being `done`. Slices are counted, not
   * time: a program that was stopped as a whole (a laptop asleep, a debugger) has lost nothing.
   */
  exhausted(done: number): boolean {
    if (done !== this.seen) this.begin(done);
    this.slices++;
    return this.slices * SLICE_MS >= this.limit;
  }

  /** In milliseconds. */
  get limit(): number {
    return Math.max(LOST_MS, LOST_TIMES * this.longest);
  }
}
