// The words by which the calling thread and the workers agree, 512 bytes into the shared memory: above
// address 0, below the records. Those that different threads write lie in cache lines of their own.

/** Byte address of the control words, and where they end. */
export const CONTROL_BYTES = 512;
export const CONTROL_WORDS = 352;
export const CONTROL_END = CONTROL_BYTES + 4 * CONTROL_WORDS;

/** Number of the record or program at hand; workers sleep on it. */
export const GENERATION = 0;
/** Workers that sleep, or are about to. */
export const SLEEPERS = 1;
/** Not 0: workers end. */
export const STOP = 2;
/** Shares that have run; the calling thread sleeps on it. */
export const DONE = 16;
/** Not 0: the calling thread sleeps, or is about to. */
export const WAITING = 17;
/** Address of the record at hand. */
export const RECORD = 32;
/** Number of shares it is split into. */
export const SHARES = 33;
/** Not 0: a kernel trapped on a worker. */
export const FAILED = 34;
/** Address of the image of the program at hand; 0: a single record is at hand. */
export const PROGRAM = 35;
/**
 * One word a share: `2 · generation` while nobody has claimed it, one more from then on. So a claim that comes
 * late, for a record that is over, fails.
 */
export const CLAIMS = 64;
export const MOST_SHARES = 192;
/** One word a thread: not 0 while it may look at a program's image. */
export const VISITS = CLAIMS + MOST_SHARES;
export const MOST_THREADS = CONTROL_WORDS - VISITS;
