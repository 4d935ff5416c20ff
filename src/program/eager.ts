import {
  ALIGNMENT,
  FAMILY_OPTIMIZER,
  FAMILY_SHIFT,
  RECORD_ARGS,
  RECORD_BYTES,
  RECORD_INPUTS,
  RECORD_OUTPUTS,
  RECORD_PARTS,
  RECORD_WORDS,
} from '../../assembly/abi/record';
import type { Arena } from '../wasm/arena';
import { CONTROL_END } from '../wasm/control';
import type { RecordRunner } from '../wasm/runner';
import type { Recorder } from './recorder';
import type { Tracer } from './tracer';

/** The record's address: behind the threads' control words. */
const RECORD = Math.ceil(CONTROL_END / ALIGNMENT) * ALIGNMENT;
/** First byte that the arena may use. */
export const ARENA_START = RECORD + RECORD_BYTES;

/**
 * Writes each record into the wasm memory and runs it at once. Words past a record's last parameter are 0.
 * Scratch buffers come from the arena and go back by `releaseScratch`.
 */
export class EagerRecorder implements Recorder {
  private words = new Int32Array(0);
  private wordsInUse = RECORD_WORDS;
  private readonly scratches: number[] = [];
  /** Writes down what runs, while a program is being captured. */
  tracer: Tracer | undefined;
  /** How often weights have been changed in place; programs count here, too. */
  readonly changes = { count: 0 };

  constructor(
    private readonly memory: WebAssembly.Memory,
    private readonly arena: Arena,
    private readonly runner: RecordRunner,
  ) {}

  get threads(): number {
    return this.runner.shares;
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts = 1,
  ): void {
    // Growing the memory detaches its views (a shared memory's stay valid: the record does not move).
    if (this.words.length === 0) this.words = new Int32Array(this.memory.buffer, RECORD, RECORD_WORDS);
    const words = this.words;
    words[0] = opcode;
    words[RECORD_OUTPUTS] = outputs.length;
    words[RECORD_INPUTS] = inputs.length;
    words[RECORD_PARTS] = parts;
    let at = RECORD_ARGS;
    for (let i = 0; i < outputs.length; i++) words[at++] = outputs[i]!;
    for (let i = 0; i < inputs.length; i++) words[at++] = inputs[i]!;
    for (let i = 0; i < params.length; i++) words[at++] = params[i]!;
    if (at > RECORD_WORDS) {
      throw new RangeError(`emit: a record has ${RECORD_WORDS} words, got ${at} for opcode ${opcode}`);
    }
    for (let i = at; i < this.wordsInUse; i++) words[i] = 0;
    this.wordsInUse = at;
    if (opcode >> FAMILY_SHIFT === FAMILY_OPTIMIZER) this.changes.count += 1;
    this.tracer?.emit(opcode, outputs, inputs, params, parts);
    this.runner.run(RECORD, parts);
  }

  scratch(bytes: number): number {
    const pointer = this.arena.allocate(bytes);
    this.scratches.push(pointer);
    this.tracer?.allocated(pointer, bytes);
    return pointer;
  }

  /** Scratch buffers handed out so far; pass it to `releaseScratch` to give back the later ones. */
  get scratchMark(): number {
    return this.scratches.length;
  }

  /** Gives back the scratch buffers handed out since `mark`. */
  releaseScratch(mark: number): void {
    while (this.scratches.length > mark) {
      const pointer = this.scratches.pop()!;
      this.tracer?.released(pointer);
      this.arena.release(pointer);
    }
  }
}
