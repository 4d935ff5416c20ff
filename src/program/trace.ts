/**
 * What a buffer of a program is.
 *
 * - `temporary`: made and used within the program; the plan gives it memory.
 * - `input`: filled by the caller before each replay.
 * - `state`: outlives the program at a fixed address: weights, moments, running statistics.
 * - `constant`: its values were known when the program was captured.
 */
export type BufferKind = 'temporary' | 'input' | 'state' | 'constant';

/** A piece of memory that records refer to. Two buffers are the same if they are the same object. */
export interface TraceBuffer {
  readonly kind: BufferKind;
  readonly bytes: number;
  /** Where it lies, kind `state`. */
  readonly address?: number;
  /** What it holds, kind `constant`. */
  readonly values?: Uint8Array;
}

/** A place in a buffer. */
export interface Operand {
  readonly buffer: TraceBuffer;
  /** In bytes, from the buffer's begin. */
  readonly offset: number;
}

/** A kernel record whose pointers are places in buffers; see assembly/abi/record.ts. */
export interface TraceRecord {
  readonly opcode: number;
  /** For people: the kernel that it is of, e.g. `Conv2D 64×7×7×128`; a fused record joins names by ` + `. */
  readonly name: string;
  /** What it writes; an in-place buffer is among the inputs too. */
  readonly outputs: readonly Operand[];
  readonly inputs: readonly Operand[];
  readonly params: readonly number[];
  readonly parts: number;
}

/** A program as data: records in the order in which they ran, and what must be there at the end. */
export interface Trace {
  readonly records: readonly TraceRecord[];
  readonly outputs: readonly Operand[];
}

/** Rewrites a trace into one that computes the same bits. */
export type Pass = (trace: Trace) => Trace;
