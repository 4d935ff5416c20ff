import { FAMILY_RANDOM, FAMILY_SHIFT, RECORD_BYTES } from '../../assembly/abi/record';
import { DisposedError } from '../errors';
import type { Arena } from '../wasm/arena';
import type { KernelExports } from '../wasm/load';
import { hoist } from './hoist';
import { writeRecord } from './image';
import { type MemoryPlan, planMemory } from './plan';
import type { patchRandom, randomKey } from './records/random';
import type { Operand, Trace, TraceBuffer, TraceRecord } from './trace';

/** Where programs lie and what runs them, on the calling thread alone. */
export interface InferenceHost {
  readonly memory: WebAssembly.Memory;
  readonly arena: Pick<Arena, 'allocate' | 'release'>;
  readonly run: KernelExports['run'];
}

/** How draws get into records of noise; a program without any does without. */
export interface NoisePatch {
  readonly randomKey: typeof randomKey;
  readonly patchRandom: typeof patchRandom;
}

/**
 * A program that changes no weights, on one thread: what depends on constants alone runs the first time, the rest
 * each time. Does what `Program` does for training, threads and reports, in less code.
 */
export class InferenceProgram {
  /** What runs each time, in order. */
  readonly body: readonly TraceRecord[];
  private readonly plan: MemoryPlan;
  private readonly outputs: readonly Operand[];
  /** Byte address of the first record of the body. */
  private readonly records: number;
  /** Addresses of records that draw noise, with the number of their draw. */
  private readonly draws: readonly (readonly [address: number, draw: number])[];
  /** Records before the body that have yet to run, once. */
  private prelude: number;
  /** Start of its memory; 0 once disposed. */
  private block: number;

  /** @throws {OutOfMemoryError} if the memory cannot grow to the plan. */
  constructor(
    private readonly host: InferenceHost,
    { records, outputs }: Trace,
    private readonly noise?: NoisePatch,
  ) {
    const { prelude, body } = hoist(records);
    const ordered = [...prelude, ...body];
    const stages = ordered.map((record) => ({ records: [record], own: false }));
    this.body = body;
    this.outputs = outputs;
    this.plan = planMemory(stages, outputs, prelude.length);
    this.block = host.arena.allocate(this.plan.bytes + ordered.length * RECORD_BYTES);
    const first = this.block + this.plan.bytes;
    this.records = first + prelude.length * RECORD_BYTES;
    for (const [i, record] of ordered.entries()) {
      writeRecord(host.memory, first + i * RECORD_BYTES, record, (operand) => this.addressOf(operand));
    }
    for (const buffer of this.plan.offsets.keys()) if (buffer.values) this.bytes(buffer)!.set(buffer.values);
    this.draws = body.flatMap(({ opcode, params }, i) =>
      noise && opcode >> FAMILY_SHIFT === FAMILY_RANDOM
        ? [[this.records + i * RECORD_BYTES, noise.randomKey(params).draw] as const]
        : [],
    );
    this.prelude = prelude.length;
  }

  /** Where to write an input, valid until the memory grows; undefined if the program does not read it. */
  bytes(buffer: TraceBuffer): Uint8Array | undefined {
    const offset = this.plan.offsets.get(buffer);
    if (offset === undefined) return undefined;
    return new Uint8Array(this.host.memory.buffer, this.block + offset, buffer.bytes);
  }

  /**
   * Runs it.
   *
   * @param draw number of its first draw of noise.
   */
  replay(draw = 0): void {
    if (this.block === 0) {
      throw new DisposedError('replay: the program must not be disposed, got one that is');
    }
    const words = new Int32Array(this.host.memory.buffer);
    for (const [address, own] of this.draws) this.noise!.patchRandom(words, address / 4, draw + own);
    this.host.run(this.records - this.prelude * RECORD_BYTES, this.prelude + this.body.length, 0, 1);
    this.prelude = 0;
  }

  /** A copy of an output, in the order of the trace's. */
  outputBytes(index: number): Uint8Array<ArrayBuffer> {
    const operand = this.outputs[index]!;
    return new Uint8Array(this.host.memory.buffer, this.addressOf(operand), operand.buffer.bytes).slice();
  }

  /** Gives its memory back; safe to call twice. */
  dispose(): void {
    if (this.block !== 0) this.host.arena.release(this.block);
    this.block = 0;
  }

  private addressOf({ buffer, offset }: Operand): number {
    return this.block + this.plan.offsets.get(buffer)! + offset;
  }
}
