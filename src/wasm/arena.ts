import { ALIGNMENT } from '../../assembly/abi/record';
import { OutOfMemoryError } from '../errors';

const PAGE_BYTES = 65536;
const PAGE_UNITS = PAGE_BYTES / ALIGNMENT;
/** Size classes: each power of two is cut in 2^SPLIT_BITS; the smallest sizes have a class each. */
const SPLIT_BITS = 4;
const SPLIT = 1 << SPLIT_BITS;
const CLASSES = (26 - SPLIT_BITS + 2) * SPLIT;
/** Blocks of a request's own class that are looked at for one that fits, before a larger class is taken. */
const LOOK = 8;
const NONE = -1;

export interface ArenaStatistics {
  /** Bytes of live buffers, each rounded up to 64. */
  readonly bytesInUse: number;
  /** Bytes of the wasm memory. */
  readonly bytesReserved: number;
  /** The most the memory may grow to. */
  readonly bytesLimit: number;
  /** Live buffers. */
  readonly buffers: number;
}

/**
 * Buffers in a wasm memory, on 64-byte boundaries, each address known to be above 0.
 *
 * Two-level segregated fit: free blocks hang in lists by size class, two bitmaps find the first list that
 * serves a request, a block's neighbours are merged with it when it is freed. Both operations take constant
 * time. What is known of a block lives in JavaScript, so a kernel that writes astray cannot break the arena.
 * Sizes are counted in units of 64 bytes. The last unit of the memory stays free, since a kernel may read
 * (not write) up to 64 bytes past a buffer's end.
 *
 * @see Masmano et al. 2004, TLSF: a new dynamic memory allocator for real-time systems.
 */
export class Arena {
  private start = new Int32Array(1024);
  private size = new Int32Array(1024);
  private before = new Int32Array(1024);
  private after = new Int32Array(1024);
  private nextFree = new Int32Array(1024);
  private previousFree = new Int32Array(1024);
  private free = new Uint8Array(1024);
  private blocks = 0;
  private readonly unusedBlocks: number[] = [];

  private readonly heads = new Int32Array(CLASSES).fill(NONE);
  private rowBits = 0;
  private readonly columnBits = new Int32Array(CLASSES / SPLIT);

  private readonly blockAt = new Map<number, number>();
  private lastBlock = NONE;
  private unitsInUse = 0;
  private units: number;

  /**
   * @param memory grown as needed, by this arena alone.
   * @param bytesLimit the memory's maximum.
   * @param firstByte where the arena begins; the bytes before it belong to others.
   */
  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly bytesLimit: number,
    firstByte: number,
  ) {
    this.units = memory.buffer.byteLength / ALIGNMENT;
    const first = Math.max(1, Math.ceil(firstByte / ALIGNMENT));
    if (first + 1 < this.units) this.append(first, this.units - 1 - first);
    else this.append(first, 0);
  }

  get bytesInUse(): number {
    return this.unitsInUse * ALIGNMENT;
  }

  get bytesReserved(): number {
    return this.units * ALIGNMENT;
  }

  statistics(): ArenaStatistics {
    return {
      bytesInUse: this.bytesInUse,
      bytesReserved: this.bytesReserved,
      bytesLimit: this.bytesLimit,
      buffers: this.blockAt.size,
    };
  }

  /**
   * Address of a new buffer of at least `bytes` bytes, its contents undefined. May grow the memory, and then
   * detaches every view of it that JavaScript holds.
   *
   * @throws {OutOfMemoryError} if the memory cannot grow to hold it.
   */
  allocate(bytes: number): number {
    const wanted = Math.max(1, Math.ceil(bytes / ALIGNMENT));
    let block = this.find(wanted);
    if (block === NONE) {
      this.grow(wanted, bytes);
      block = this.find(wanted);
      if (block === NONE) throw this.outOfMemory(bytes);
    }
    this.unlink(block);
    const rest = this.size[block]! - wanted;
    if (rest > 0) this.split(block, wanted, rest);
    const start = this.start[block]!;
    this.blockAt.set(start, block);
    this.unitsInUse += wanted;
    return start * ALIGNMENT;
  }

  /** Gives a buffer back; an address that is no live buffer's is ignored. */
  release(pointer: number): void {
    const key = pointer / ALIGNMENT;
    let block = this.blockAt.get(key);
    if (block === undefined) return;
    this.blockAt.delete(key);
    this.unitsInUse -= this.size[block]!;
    const after = this.after[block]!;
    if (after !== NONE && this.free[after] === 1) {
      this.unlink(after);
      this.absorb(block, after);
    }
    const before = this.before[block]!;
    if (before !== NONE && this.free[before] === 1) {
      this.unlink(before);
      this.absorb(before, block);
      block = before;
    }
    this.link(block);
  }

  /** A free block of at least `wanted` units, or NONE. */
  private find(wanted: number): number {
    const own = classOf(wanted);
    let best = NONE;
    let block = this.heads[own]!;
    for (let i = 0; i < LOOK && block !== NONE; i++) {
      const size = this.size[block]!;
      if (size >= wanted && (best === NONE || size < this.size[best]!)) best = block;
      block = this.nextFree[block]!;
    }
    if (best !== NONE) return best;
    // Every block of a class above the request's own is large enough.
    const next = own + 1;
    let row = next >> SPLIT_BITS;
    let columns = row < this.columnBits.length ? this.columnBits[row]! & (-1 << (next & (SPLIT - 1))) : 0;
    if (columns === 0) {
      const rows = row + 1 < 32 ? this.rowBits & (-1 << (row + 1)) : 0;
      if (rows === 0) return NONE;
      row = lowestBit(rows);
      columns = this.columnBits[row]!;
    }
    return this.heads[(row << SPLIT_BITS) + lowestBit(columns)]!;
  }

  /** Grows the memory so that a block of `wanted` units is at its end. */
  private grow(wanted: number, bytes: number): void {
    const last = this.lastBlock;
    const tail = this.free[last] === 1 ? this.size[last]! : 0;
    const least = Math.ceil((wanted - tail) / PAGE_UNITS);
    // Growing by an eighth keeps the number of growths, each of which detaches all views, logarithmic.
    const usual = Math.max(least, Math.ceil(this.units / PAGE_UNITS / 8));
    const room = Math.floor(this.bytesLimit / PAGE_BYTES) - this.units / PAGE_UNITS;
    if (least > room) throw this.outOfMemory(bytes);
    let pages = Math.min(usual, room);
    try {
      this.memory.grow(pages);
    } catch {
      pages = least;
      try {
        this.memory.grow(pages);
      } catch {
        throw this.outOfMemory(bytes);
      }
    }
    const added = pages * PAGE_UNITS;
    this.units += added;
    if (this.free[last] === 1) {
      this.unlink(last);
      this.size[last]! += added;
      this.link(last);
    } else {
      this.append(this.start[last]! + this.size[last]!, added);
    }
  }

  private outOfMemory(bytes: number): OutOfMemoryError {
    return new OutOfMemoryError(
      `allocate: ${bytes} bytes must fit in the wasm memory, got ${this.bytesInUse} bytes in use and a limit of ` +
        `${this.bytesLimit}; dispose tensors, or use a smaller batch or model, or a larger maximumBytes`,
    );
  }

  /** Adds a free block at the end of the memory. */
  private append(start: number, size: number): void {
    const block = this.newBlock(start, size);
    this.before[block] = this.lastBlock;
    this.after[block] = NONE;
    if (this.lastBlock !== NONE) this.after[this.lastBlock] = block;
    this.lastBlock = block;
    this.link(block);
  }

  /** Cuts a block to `wanted` units; the rest becomes a free block. */
  private split(block: number, wanted: number, rest: number): void {
    const added = this.newBlock(this.start[block]! + wanted, rest);
    const after = this.after[block]!;
    this.size[block] = wanted;
    this.before[added] = block;
    this.after[added] = after;
    this.after[block] = added;
    if (after !== NONE) this.before[after] = added;
    else this.lastBlock = added;
    this.link(added);
  }

  /** Joins `right` to `left`, its neighbour. */
  private absorb(left: number, right: number): void {
    const after = this.after[right]!;
    this.size[left]! += this.size[right]!;
    this.after[left] = after;
    if (after !== NONE) this.before[after] = left;
    else this.lastBlock = left;
    this.unusedBlocks.push(right);
  }

  private newBlock(start: number, size: number): number {
    const block = this.unusedBlocks.pop() ?? this.blocks++;
    if (block === this.start.length) this.enlarge();
    this.start[block] = start;
    this.size[block] = size;
    return block;
  }

  private enlarge(): void {
    const larger = (old: Int32Array) => {
      const made = new Int32Array(old.length * 2);
      made.set(old);
      return made;
    };
    this.start = larger(this.start);
    this.size = larger(this.size);
    this.before = larger(this.before);
    this.after = larger(this.after);
    this.nextFree = larger(this.nextFree);
    this.previousFree = larger(this.previousFree);
    const free = new Uint8Array(this.free.length * 2);
    free.set(this.free);
    this.free = free;
  }

  private link(block: number): void {
    const index = classOf(this.size[block]!);
    const head = this.heads[index]!;
    this.free[block] = 1;
    this.nextFree[block] = head;
    this.previousFree[block] = NONE;
    if (head !== NONE) this.previousFree[head] = block;
    this.heads[index] = block;
    this.columnBits[index >> SPLIT_BITS]! |= 1 << (index & (SPLIT - 1));
    this.rowBits |= 1 << (index >> SPLIT_BITS);
  }

  private unlink(block: number): void {
    const index = classOf(this.size[block]!);
    const next = this.nextFree[block]!;
    const previous = this.previousFree[block]!;
    this.free[block] = 0;
    if (next !== NONE) this.previousFree[next] = previous;
    if (previous !== NONE) {
      this.nextFree[previous] = next;
      return;
    }
    this.heads[index] = next;
    if (next !== NONE) return;
    const row = index >> SPLIT_BITS;
    this.columnBits[row]! &= ~(1 << (index & (SPLIT - 1)));
    if (this.columnBits[row] === 0) this.rowBits &= ~(1 << row);
  }
}

/** Class of a size in units: exact below 2·SPLIT, then 2^SPLIT_BITS classes for each power of two. */
function classOf(units: number): number {
  if (units < SPLIT) return units;
  const exponent = 31 - Math.clz32(units);
  return ((exponent - SPLIT_BITS + 1) << SPLIT_BITS) + ((units >>> (exponent - SPLIT_BITS)) & (SPLIT - 1));
}

function lowestBit(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}
