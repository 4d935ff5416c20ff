import { ALIGNMENT } from '../../assembly/abi/record';
import { OutOfMemoryError } from '../errors';

const PAGE_BYTES = 65536;

/**
 * The few large blocks of a generator's programs in a wasm memory, which grows as needed: each in the lowest gap that
 * holds it. Kernels may read up to ALIGNMENT bytes past a block.
 */
export class Blocks {
  /** Begin and end of each block, ascending. */
  private readonly taken: [begin: number, end: number][] = [];

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly bytesLimit: number,
  ) {}

  /**
   * Address of a new block, a multiple of ALIGNMENT above 0. May grow the memory, which detaches all views of it.
   *
   * @throws {OutOfMemoryError} if the memory cannot grow to hold it.
   */
  allocate(bytes: number): number {
    let begin = ALIGNMENT;
    let index = 0;
    for (; index < this.taken.length; index++) {
      const [next, end] = this.taken[index]!;
      if (begin + bytes + ALIGNMENT <= next) break;
      begin = Math.ceil(end / ALIGNMENT + 1) * ALIGNMENT;
    }
    const { buffer } = this.memory;
    const end = begin + bytes;
    const missing = end + ALIGNMENT - buffer.byteLength;
    try {
      if (end + ALIGNMENT > this.bytesLimit) throw undefined;
      if (missing > 0) this.memory.grow(Math.ceil(missing / PAGE_BYTES));
    } catch (cause) {
      throw new OutOfMemoryError(
        `allocate: ${bytes} bytes must fit in the memory, got a limit of ${this.bytesLimit}; use a larger maximumBytes or smaller images`,
        { cause },
      );
    }
    this.taken.splice(index, 0, [begin, end]);
    return begin;
  }

  /** Gives a block back. */
  release(pointer: number): void {
    const index = this.taken.findIndex(([begin]) => begin === pointer);
    if (index >= 0) this.taken.splice(index, 1);
  }
}
