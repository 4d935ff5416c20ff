import {
  PROGRAM_CLAIMS,
  PROGRAM_DONES,
  PROGRAM_REPLAY,
  PROGRAM_STAGE_COUNT,
  PROGRAM_STAGES,
  PROGRAM_WAITERS,
  PROGRAM_WORDS,
  STAGE_TASKS,
  STAGE_WORDS,
} from '../../assembly/abi/program';
import { UnsupportedError, WorkerError } from '../errors';
import {
  CLAIMS,
  CONTROL_BYTES,
  CONTROL_WORDS,
  DONE,
  FAILED,
  GENERATION,
  PROGRAM,
  RECORD,
  SHARES,
  SLEEPERS,
  STOP,
  VISITS,
  WAITING,
} from './control';
import type { KernelModule } from './load';
import type { ProgramImage } from './program-image';
import { Patience, SLICE_MS } from './progress';
import type { RecordRunner } from './runner';
import { SHARES_PER_THREAD } from './thread-options';
import { type ComputeWorker, startWorker } from './workers';

/** How long the calling thread looks for the others' end of a record before it sleeps, in milliseconds. */
const SPIN_MS = 0.05;
const START_MS = 30_000;

/**
 * Runs records and programs on several threads over one shared memory.
 *
 * A record is split into shares, a program's stage into tasks; the calling thread and the workers claim them
 * until none is left, each its own first, so that one kernel after another finds the same part of a tensor in
 * the same core's cache. A worker that wakes late, or has died in its sleep, costs time only: another does its
 * work, and what a share computes does not depend on who runs it. One that dies at work is noticed within a
 * second, and `recover` goes on with fewer.
 */
export class ThreadPool implements RecordRunner {
  private readonly words: Int32Array;
  private workers: ComputeWorker[] = [];
  private readonly patience = new Patience();
  private failure: string | undefined;
  /** The program that ran when a thread was lost: its claims are in disorder. */
  private interrupted: ProgramImage | undefined;
  private generation = 0;
  private started = 1;
  private stopped = false;
  readonly shares: number;

  private constructor(
    private readonly kernels: KernelModule,
    private readonly planned: number,
  ) {
    this.shares = planned * SHARES_PER_THREAD;
    this.words = new Int32Array(kernels.memory.buffer, CONTROL_BYTES, CONTROL_WORDS);
  }

  /**
   * @param kernels of a build with shared memory.
   * @param threads the calling one included, at least 2.
   * @throws {UnsupportedError} if the workers do not start.
   */
  static async start(kernels: KernelModule, threads: number): Promise<ThreadPool> {
    const pool = new ThreadPool(kernels, threads);
    try {
      await pool.startWorkers(threads);
    } catch (error) {
      pool.dispose();
      const reason = error instanceof Error ? error.message : String(error);
      throw new UnsupportedError(
        `threads: ${threads - 1} workers must start, got: ${reason}; use one thread`,
      );
    }
    return pool;
  }

  get threads(): number {
    return this.workers.length + 1;
  }

  /** Why there are fewer threads than there were at first, if so. */
  get note(): string | undefined {
    if (this.threads === this.planned) return undefined;
    return `${this.threads} of ${this.planned} are left, since workers ended`;
  }

  run(record: number, parts: number): void {
    const { words, threads } = this;
    const { run } = this.kernels.exports;
    if (this.failure) throw new WorkerError(this.failure);
    const shares = Math.min(parts, this.shares);
    if (shares <= 1 || threads === 1) {
      run(record, 1, 0, 1);
      return;
    }
    Atomics.store(words, RECORD, record);
    Atomics.store(words, SHARES, shares);
    Atomics.store(words, DONE, 0);
    Atomics.store(words, PROGRAM, 0);
    const free = (this.generation + 1) << 1;
    for (let share = 0; share < shares; share++) Atomics.store(words, CLAIMS + share, free);
    // From here on shares can be claimed: what is written above must be complete.
    this.call(shares - 1);
    let trap: unknown;
    let begin = performance.now();
    for (let share = 0; share < shares; share++) {
      if (Atomics.compareExchange(words, CLAIMS + share, free, free | 1) !== free) continue;
      try {
        run(record, 1, share, shares);
      } catch (error) {
        trap = error;
      }
      Atomics.add(words, DONE, 1);
      const end = performance.now();
      this.patience.took(end - begin);
      begin = end;
    }
    this.waitForShares(shares);
    if (Atomics.exchange(words, FAILED, 0) !== 0 || trap !== undefined) throw trapped(trap);
  }

  runProgram(image: ProgramImage): void {
    if (this.failure) throw new WorkerError(this.failure);
    const { walk } = this.kernels.exports;
    const { address, stages } = image;
    const header = this.header(image);
    const replay = (header[PROGRAM_REPLAY]! + 1) | 0;
    const { threads } = this;
    this.interrupted = image;
    Atomics.store(header, PROGRAM_REPLAY, replay);
    Atomics.store(this.words, PROGRAM, address);
    if (threads > 1) this.call(threads - 1);
    try {
      let stage = walk(address, 0, replay, 0, threads);
      while (stage < stages) {
        this.waitForStage(header, stage, replay);
        stage = walk(address, stage, replay, 0, threads);
      }
    } catch (error) {
      if (error instanceof WorkerError) throw error;
      this.failure = 'threads: every kernel must run to its end, got a trap';
      throw trapped(error);
    }
    this.interrupted = undefined;
  }

  /** Makes known that there is a record or program to run, and wakes `most` workers. */
  private call(most: number): void {
    const { words } = this;
    this.generation = (this.generation + 1) | 0;
    Atomics.store(words, GENERATION, this.generation);
    if (Atomics.load(words, SLEEPERS) > 0) Atomics.notify(words, GENERATION, most);
  }

  private header({ address }: ProgramImage): Int32Array {
    return new Int32Array(this.kernels.memory.buffer, address, PROGRAM_WORDS);
  }

  private waitForShares(shares: number): void {
    const { words } = this;
    if (Atomics.load(words, DONE) === shares) return;
    const end = performance.now() + SPIN_MS;
    do {
      for (let i = 0; i < 100; i++) if (Atomics.load(words, DONE) === shares) return;
    } while (performance.now() < end);
    Atomics.store(words, WAITING, 1);
    this.sleep(words, DONE, shares);
    Atomics.store(words, WAITING, 0);
  }

  private waitForStage(header: Int32Array, stage: number, replay: number): void {
    const { memory } = this.kernels;
    const at = ((header[PROGRAM_STAGES]! >>> 0) >>> 2) + stage * STAGE_WORDS + STAGE_TASKS;
    const all = new Int32Array(memory.buffer);
    const done = ((header[PROGRAM_DONES]! >>> 0) >>> 2) + stage;
    Atomics.add(header, PROGRAM_WAITERS, 1);
    this.sleep(all, done, Math.imul(replay, all[at]!));
    Atomics.sub(header, PROGRAM_WAITERS, 1);
  }

  /**
   * Sleeps until `words[index]` has come to `target`.
   *
   * @throws {WorkerError} if a thread is lost or a kernel trapped on it.
   */
  private sleep(words: Int32Array, index: number, target: number): void {
    const { patience } = this;
    const begin = performance.now();
    let done = Atomics.load(words, index);
    patience.begin(done);
    while (((done - target) | 0) < 0) {
      const outcome = Atomics.wait(words, index, done, SLICE_MS);
      done = Atomics.load(words, index);
      if (outcome !== 'timed-out') continue;
      // A single record's trap still counts its share as done, and is seen after that.
      if (this.interrupted && Atomics.load(this.words, FAILED) !== 0) {
        this.failure = 'threads: every kernel must run to its end, got a trap on a worker';
      } else if (patience.exhausted(done)) {
        this.failure = `threads: every worker must finish its share, got no progress in ${Math.round(patience.limit)} ms; a worker has ended`;
      }
      if (this.failure) throw new WorkerError(this.failure);
    }
    patience.took(performance.now() - begin);
  }

  settle(): void {
    const { words, patience, workers } = this;
    // Without a worker there is nobody to look, whatever went wrong.
    if (this.failure && workers.length > 0) throw new WorkerError(this.failure);
    Atomics.store(words, PROGRAM, 0);
    for (const { thread } of workers) {
      patience.begin(1);
      while (Atomics.load(words, VISITS + thread) !== 0) {
        const outcome = Atomics.wait(words, VISITS + thread, 1, SLICE_MS);
        if (outcome !== 'timed-out' || !patience.exhausted(1)) continue;
        this.failure = 'settle: every worker must leave a program that has run, got one that ended in it';
        throw new WorkerError(this.failure);
      }
    }
  }

  async recover(): Promise<void> {
    if (!this.failure) return;
    // The events of workers that are over come first.
    await new Promise((resolve) => setTimeout(resolve));
    const fewer = Math.max(1, Math.min(this.threads, this.started - 1));
    await this.endWorkers();
    const { words, interrupted } = this;
    const fresh = [SLEEPERS, DONE, WAITING, RECORD, SHARES, FAILED, PROGRAM];
    for (const word of fresh) Atomics.store(words, word, 0);
    for (let thread = 1; thread < this.planned; thread++) Atomics.store(words, VISITS + thread, 0);
    if (interrupted) this.tidy(interrupted);
    this.interrupted = undefined;
    try {
      if (fewer > 1 && !this.stopped) await this.startWorkers(fewer);
    } catch {
      await this.endWorkers();
    }
    this.failure = undefined;
  }

  /** Makes the claims and counts of a program those after its last replay. Nobody else may look at it. */
  private tidy(image: ProgramImage): void {
    const { memory } = this.kernels;
    const header = this.header(image);
    const replay = header[PROGRAM_REPLAY]!;
    const count = header[PROGRAM_STAGE_COUNT]!;
    const stages = new Int32Array(memory.buffer, header[PROGRAM_STAGES]! >>> 0, count * STAGE_WORDS);
    const dones = new Int32Array(memory.buffer, header[PROGRAM_DONES]! >>> 0, count);
    let tasks = 0;
    for (let stage = 0; stage < count; stage++) {
      const own = stages[stage * STAGE_WORDS + STAGE_TASKS]!;
      dones[stage] = Math.imul(replay, own);
      tasks += own;
    }
    new Int32Array(memory.buffer, header[PROGRAM_CLAIMS]! >>> 0, tasks).fill(replay);
    header[PROGRAM_WAITERS] = 0;
  }

  private async startWorkers(threads: number): Promise<void> {
    const { module, memory } = this.kernels;
    this.started = threads;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer in ${START_MS / 1000} s`)), START_MS);
    });
    try {
      const starts = Array.from({ length: threads - 1 }, async (_, i) => {
        const worker = await startWorker({ module, memory, thread: i + 1, threads });
        this.workers.push(worker);
        worker.over.then(() => this.forget(worker));
        await worker.ready;
      });
      await Promise.race([Promise.all(starts), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** One that is over, whoever ended it. */
  private forget(worker: ComputeWorker): void {
    if (!this.workers.includes(worker)) return;
    this.workers = this.workers.filter((other) => other !== worker);
    Atomics.store(this.words, VISITS + worker.thread, 0);
  }

  private async endWorkers(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.end()));
    this.workers = [];
  }

  /** Ends the workers. */
  dispose(): void {
    this.stopped = true;
    Atomics.store(this.words, STOP, 1);
    Atomics.add(this.words, GENERATION, 1);
    Atomics.notify(this.words, GENERATION);
    void this.endWorkers();
  }
}

function trapped(cause: unknown): WorkerError {
  return new WorkerError('threads: every kernel must run to its end, got a trap', { cause });
}
