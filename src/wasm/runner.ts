import type { KernelExports } from './load';
import type { ProgramImage } from './program-image';

/** Runs records that lie in the wasm memory. */
export interface RecordRunner {
  /** How many threads take part. */
  readonly threads: number;
  /** At most how many shares a record is split into. */
  readonly shares: number;
  /**
   * Runs one record and returns when it has run.
   *
   * @param record its byte address.
   * @param parts into how many shares the work can usefully be split.
   */
  run(record: number, parts: number): void;
  /** Runs a whole program and returns when it has run. */
  runProgram(image: ProgramImage): void;
  /**
   * Returns when no other thread looks at a program's image any more: to be called before the memory of an
   * image, or of its records, is given back.
   */
  settle(): void;
  dispose(): void;
}

/** Runs records on the calling thread alone. */
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

  dispose(): void {
    // Nothing was started.
  }
}
