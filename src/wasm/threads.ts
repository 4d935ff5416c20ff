import { ArgumentError, UnsupportedError, WorkerError } from '../errors';
import { inNode, nodeModule } from '../util/host';
import {
  CLAIMS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  DONE,
  FAILED,
  GENERATION,
  MOST_SHARES,
  RECORD,
  SHARES,
  SLEEPERS,
  STOP,
  WAITING,
} from './control';
import { probeWasm } from './features';
import type { KernelModule } from './load';
import type { ProgramImage } from './program-image';
import type { RecordRunner } from './runner';
import { BROWSER_WORKER_SOURCE, NODE_WORKER_SOURCE } from './worker-source';

/** How long the calling thread looks for the others' end before it sleeps, in milliseconds. */
const SPIN_MS = 0.05;
/** A share that takes this long after all others have ended is lost with its worker. */
const LOST_MS = 60_000;
const START_MS = 30_000;
/**
 * More shares than threads, so that a thread which lost its core for a while holds up the others by half a
 * thread's work; more still cost more in packing than they save (two cores: 1.8 times one thread's speed on
 * convolutions with 2, 1.55 with 1, 1.75 with 3).
 */
const SHARES_PER_THREAD = 2;

/** What a worker is given. */
interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  /** Its number, from 1; the calling thread is 0. */
  readonly thread: number;
  readonly threads: number;
}

/** A started worker, Node's or a browser's. */
interface Stoppable {
  terminate(): void;
}

const MOST_THREADS = MOST_SHARES / SHARES_PER_THREAD;

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

/**
 * Runs records on several threads over one shared memory.
 *
 * A record is split into shares; the calling thread and the workers claim shares until none is left, each its
 * own first, so that one kernel after another finds the same part of a tensor in the same core's cache. A
 * worker that wakes late, or has died, costs time only: another does its share, and what a share computes does
 * not depend on who runs it.
 */
export class ThreadPool implements RecordRunner {
  private readonly words: Int32Array;
  private readonly workers: Stoppable[] = [];
  private failure: string | undefined;
  private generation = 0;
  readonly shares: number;

  private constructor(
    private readonly kernels: KernelModule,
    readonly threads: number,
  ) {
    this.shares = threads * SHARES_PER_THREAD;
    this.words = new Int32Array(kernels.memory.buffer, CONTROL_BYTES, CONTROL_WORDS);
  }

  /**
   * @param kernels of a build with shared memory.
   * @param threads the calling one included, at least 2.
   * @throws {UnsupportedError} if the workers do not start.
   */
  static async start(kernels: KernelModule, threads: number): Promise<ThreadPool> {
    const pool = new ThreadPool(kernels, threads);
    const startWorker = inNode() ? startNodeWorker : startBrowserWorker;
    const { module, memory } = kernels;
    const starts = Array.from({ length: threads - 1 }, (_, i) =>
      startWorker({ module, memory, thread: i + 1, threads }, pool.workers),
    );
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${START_MS / 1000} s`)), START_MS);
    });
    try {
      await Promise.race([Promise.all(starts), late]);
    } catch (error) {
      pool.dispose();
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnsupportedError(
        `threads: ${threads - 1} workers must start, got: ${reason}; use one thread`,
      );
    } finally {
      clearTimeout(timer);
    }
    return pool;
  }

  run(record: number, parts: number): void {
    const { words } = this;
    const { run } = this.kernels.exports;
    const shares = Math.min(parts, this.shares);
    if (shares <= 1) {
      run(record, 1, 0, 1);
      return;
    }
    if (this.failure) throw new WorkerError(this.failure);
    this.generation = (this.generation + 1) | 0;
    const free = this.generation << 1;
    Atomics.store(words, RECORD, record);
    Atomics.store(words, SHARES, shares);
    Atomics.store(words, DONE, 0);
    for (let share = 0; share < shares; share++) Atomics.store(words, CLAIMS + share, free);
    // From here on shares can be claimed: what is written above must be complete.
    Atomics.store(words, GENERATION, this.generation);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, GENERATION, shares - 1);
    let trap: unknown;
    for (let share = 0; share < shares; share++) {
      if (Atomics.compareExchange(words, CLAIMS + share, free, free | 1) !== free) continue;
      try {
        run(record, 1, share, shares);
      } catch (error) {
        trap = error;
      }
      Atomics.add(words, DONE, 1);
    }
    this.waitFor(shares);
    if (Atomics.exchange(words, FAILED, 0) !== 0 || trap !== undefined) {
      throw new WorkerError('threads: every kernel must run to its end, got a trap', { cause: trap });
    }
  }

  runProgram(image: ProgramImage): void {
    this.kernels.exports.walk(image.address, 0, 0, 0, 1);
  }

  settle(): void {
    // Nobody else looks.
  }

  private waitFor(shares: number): void {
    const { words } = this;
    if (Atomics.load(words, DONE) === shares) return;
    const end = performance.now() + SPIN_MS;
    do {
      for (let i = 0; i < 100; i++) if (Atomics.load(words, DONE) === shares) return;
    } while (performance.now() < end);
    Atomics.store(words, WAITING, 1);
    for (;;) {
      const done = Atomics.load(words, DONE);
      if (done === shares) break;
      if (Atomics.wait(words, DONE, done, LOST_MS) === 'timed-out') {
        this.failure = `threads: every worker must finish its share, got ${shares - done} that ended in ${LOST_MS / 1000} s of no progress; start the backend anew`;
        throw new WorkerError(this.failure);
      }
    }
    Atomics.store(words, WAITING, 0);
  }

  /** Ends the workers. */
  dispose(): void {
    Atomics.store(this.words, STOP, 1);
    Atomics.add(this.words, GENERATION, 1);
    Atomics.notify(this.words, GENERATION);
    for (const worker of this.workers.splice(0)) worker.terminate();
  }
}

async function startNodeWorker(data: WorkerData, workers: Stoppable[]): Promise<void> {
  const { Worker } = await nodeModule<typeof import('node:worker_threads')>('node:worker_threads');
  const worker = new Worker(NODE_WORKER_SOURCE, {
    eval: true,
    // The program's own flags need not suit a worker.
    execArgv: [],
    workerData: data,
  });
  workers.push(worker);
  await new Promise<void>((resolve, reject) => {
    worker.once('message', () => resolve());
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a worker ended with code ${code}`)));
  });
  // Without a listener a worker's later error would end the program; the pool does without that worker.
  worker.on('error', () => {});
  worker.unref();
}

async function startBrowserWorker(data: WorkerData, workers: Stoppable[]): Promise<void> {
  const url = URL.createObjectURL(new Blob([BROWSER_WORKER_SOURCE], { type: 'text/javascript' }));
  try {
    const worker = new Worker(url);
    workers.push(worker);
    await new Promise<void>((resolve, reject) => {
      worker.onmessage = () => resolve();
      worker.onerror = (event) => reject(new Error(event.message || 'the worker was refused'));
      worker.postMessage(data);
    });
  } finally {
    URL.revokeObjectURL(url);
  }
}
