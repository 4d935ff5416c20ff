import { ArgumentError } from '../errors';
import { MOST_SHARES, MOST_THREADS as MOST_WORDS } from './control';
import { probeWasm } from './features';

/**
 * More shares than threads, so that a thread which lost its core for a while holds up the others by half a
 * thread's work; more still cost more in packing than they save (two cores: 1.8 times one thread's speed on
 * convolutions with 2, 1.55 with 1, 1.75 with 3).
 */
export const SHARES_PER_THREAD = 2;

const MOST_THREADS = Math.min(MOST_WORDS, MOST_SHARES / SHARES_PER_THREAD);

/** @throws {ArgumentError} unless `threads` is undefined or a whole number from 1 to 96. */
export function checkThreads(threads: number | undefined): void {
  if (threads === undefined) return;
  if (Number.isInteger(threads) && threads >= 1 && threads <= MOST_THREADS) return;
  throw new ArgumentError(`threads: must be a whole number from 1 to ${MOST_THREADS}, got ${threads}`);
}

/** Why this host cannot run more than one thread, or undefined if it can. */
export function threadsHindrance(): string | undefined {
  if (!probeWasm().sharedMemory)
    return 'shared memory is missing, which a page has only when cross-origin isolated';
  if (!canBlock()) return "a page's main thread may not wait for others; run in a Worker";
  return undefined;
}

/** Whether the calling thread may block, which a page's main thread may not. */
function canBlock(): boolean {
  if (typeof SharedArrayBuffer !== 'function') return false;
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0);
    return true;
  } catch {
    return false;
  }
}
