// The words by which the calling thread and the workers agree, 512 bytes into the shared memory: below the
// records, above address 0. Those that different threads write lie in cache lines of their own.

/** Byte address of the control words. */
export const CONTROL_BYTES = 512;
export const CONTROL_WORDS = 64;

/** Counts the records handed out; workers sleep on it. */
export const GENERATION = 0;
/** Workers that sleep, or are about to. */
export const SLEEPERS = 1;
/** Not 0: workers end. */
export const STOP = 2;
/** Shares that nobody has claimed, 0 or below between records: who lowers it from n > 0 has share n − 1. */
export const UNCLAIMED = 16;
/** Shares that have run; the calling thread sleeps on it. */
export const DONE = 32;
/** Not 0: the calling thread sleeps, or is about to. */
export const WAITING = 33;
/** Address of the record at hand. */
export const RECORD = 48;
/** Number of shares it is split into. */
export const SHARES = 49;
/** Not 0: a kernel trapped on a worker. */
export const FAILED = 50;
