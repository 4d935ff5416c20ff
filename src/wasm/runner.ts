import type { KernelExports } from './load';
import type { ProgramImage } from './program-image';

/** Runs records that lie in the wasm memory. */
export interface RecordRunner {
  /** How many threads take part; fewer than there were at first if workers ended. */
  readonly threads: number;
  /** Why there are fewer threads than at first, if so. */
  readonly note?: string;
  /** At most how many shares a record is split into. */
  readonly shares: number;
  /**
   * Runs one record and returns when it has run.
   *
   * @param record its byte address.
   * @param parts into how many shares the work can usefully be split.
   * @throws {WorkerError} if a worker ended while it computed, and from then on until `recover`.
   */
  run(record: number, parts: number): void;
  /**
   * Runs a whole program and returns when it has run.
   *
   * @throws {WorkerError} if a worker ended while it computed, and from then on until `recover`. What the stages
   *         that the calling thread runs alone have written is as it was, or all of these stages have run.
   */
  runProgram(image: ProgramImage): void;
  /**
   * Returns when no other thread looks at a program's image any more: to be called before the memory of an
   * image, or of its records, is given back.
   */
  settle(): void;
  /**
   * After a WorkerError: ends all workers and goes on with one less, over the same memory. The number of shares
   * stays, so records and programs that were written before give the same bits. Does nothing without need.
   */
  recover(): Promise<void>;
  dispose(): void;
}

/** Runs records on the calling thread alone, with the kernels of a build without shared memory. */
export class SingleRunner implements RecordRunner {
  readonly threads = 1;
  readonly shares = 1;

  constructor(private readonly kernels: KernelExports) {}

  run(record: number): void {
    this.kernels.run(record, 1, 0, 1);
  }

  runProgram(image: ProgramImage): void {
    this.kernels.walk(image.address, 0, 0, 0, 1);
  }

  settle(): void {
    // Nobody else looks.
  }

  async recover(): Promise<void> {
    // Nobody is lost.
  }

  dispose(): void {
    // Nothing was started.
  }
}
