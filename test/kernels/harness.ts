import {
  ALIGNMENT,
  RECORD_ARGS,
  RECORD_BYTES,
  RECORD_INPUTS,
  RECORD_OUTPUTS,
  RECORD_PARTS,
} from '../../assembly/abi/record';
import type { Recorder } from '../../src/program/recorder';
import { type KernelModule, loadKernels } from '../../src/wasm/load';

const CANARY = 0x7fc0_dead | 0; // a NaN that no kernel computes
const CANARY_WORDS = ALIGNMENT / 4;

/**
 * Raw kernels over their own memory, for tests: a bump allocator, canaries around every buffer, and a
 * recorder that runs each record at once, for `threads` threads in turn.
 */
export class KernelHarness implements Recorder {
  private next = 65536 + RECORD_BYTES;
  private readonly guarded: number[] = [];

  private constructor(
    readonly kernels: KernelModule,
    readonly threads: number,
  ) {}

  static async create(options: { relaxedSimd?: boolean; threads?: number } = {}): Promise<KernelHarness> {
    return new KernelHarness(await loadKernels({ relaxedSimd: options.relaxedSimd }), options.threads ?? 1);
  }

  /** Address of `bytes` bytes with a canary line before and after. */
  alloc(bytes: number): number {
    const { memory } = this.kernels;
    const start = Math.ceil(this.next / ALIGNMENT) * ALIGNMENT + ALIGNMENT;
    const end = start + Math.ceil(bytes / 4) * 4;
    this.next = end + ALIGNMENT;
    const missing = this.next + ALIGNMENT - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    const words = new Int32Array(memory.buffer);
    words.fill(CANARY, start / 4 - CANARY_WORDS, start / 4);
    words.fill(CANARY, end / 4, end / 4 + CANARY_WORDS);
    this.guarded.push(start / 4 - CANARY_WORDS, end / 4);
    return start;
  }

  /** Copies an array in; returns its address. */
  put(values: ArrayLike<number>, kind: 'f32' | 'i32' = 'f32'): number {
    const pointer = this.alloc(values.length * 4);
    this.view(pointer, values.length, kind).set(values);
    return pointer;
  }

  /** An output buffer filled with NaN, so that an element left unwritten shows. */
  out(length: number): number {
    const pointer = this.alloc(length * 4);
    this.view(pointer, length).fill(Number.NaN);
    return pointer;
  }

  view(pointer: number, length: number, kind?: 'f32'): Float32Array;
  view(pointer: number, length: number, kind: 'f32' | 'i32'): Float32Array | Int32Array;
  view(pointer: number, length: number, kind: 'f32' | 'i32' = 'f32'): Float32Array | Int32Array {
    const { buffer } = this.kernels.memory;
    return kind === 'f32'
      ? new Float32Array(buffer, pointer, length)
      : new Int32Array(buffer, pointer, length);
  }

  /** A copy of `length` floats at `pointer`. */
  get(pointer: number, length: number): Float32Array {
    return this.view(pointer, length).slice();
  }

  /** How many canary words were overwritten since the last reset; 0 when every kernel kept to its buffers. */
  overrun(): number {
    const words = new Int32Array(this.kernels.memory.buffer);
    let count = 0;
    for (const first of this.guarded) {
      for (let i = 0; i < CANARY_WORDS; i++) if (words[first + i] !== CANARY) count++;
    }
    return count;
  }

  /** Forgets every buffer. */
  reset(): void {
    this.next = 65536 + RECORD_BYTES;
    this.guarded.length = 0;
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts = 1,
  ): void {
    const record = 65536;
    const words = new Int32Array(this.kernels.memory.buffer, record, RECORD_BYTES / 4);
    words.fill(0);
    words[0] = opcode;
    words[RECORD_OUTPUTS] = outputs.length;
    words[RECORD_INPUTS] = inputs.length;
    words[RECORD_PARTS] = parts;
    words.set([...outputs, ...inputs, ...params], RECORD_ARGS);
    const threads = parts > 1 ? this.threads : 1;
    for (let thread = 0; thread < threads; thread++) this.kernels.exports.run(record, 1, thread, threads);
  }

  scratch(bytes: number): number {
    return this.alloc(bytes);
  }
}
