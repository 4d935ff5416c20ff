import {
  ALIGNMENT,
  FAMILY_OPTIMIZER,
  FAMILY_SHIFT,
  RECORD_ARGS,
  RECORD_BYTES,
  RECORD_INPUTS,
  RECORD_OUTPUTS,
  RECORD_PARTS,
} from '../../assembly/abi/record';
import type { Recorder } from '../../src/program/recorder';
import { CONTROL_END } from '../../src/wasm/control';
import type { KernelModule } from '../../src/wasm/load';
import {
  imageBytes,
  type ProgramImage,
  type ProgramStage,
  type ProgramTask,
  writeImage,
} from '../../src/wasm/program-image';

/**
 * Writes records as a program: each a stage of its own, split into as many shares as it may be; those of the
 * optimizer family are the calling thread's.
 */
export class ProgramWriter implements Recorder {
  private readonly stages: ProgramStage[] = [];
  private next = CONTROL_END;
  /** Addresses of the records. */
  readonly records: number[] = [];

  /**
   * @param threads most shares of a record.
   * @param split shares of a record that says that it can be split into `parts`.
   */
  constructor(
    private readonly kernels: KernelModule,
    readonly threads: number,
    private readonly split = (parts: number): number => Math.min(parts, threads),
  ) {}

  /** Address of `bytes` new bytes, all 0. */
  alloc(bytes: number): number {
    const { memory } = this.kernels;
    const start = Math.ceil(this.next / ALIGNMENT) * ALIGNMENT;
    this.next = start + bytes;
    const missing = this.next + ALIGNMENT - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    return start;
  }

  put(values: ArrayLike<number>): number {
    const pointer = this.alloc(values.length * 4);
    this.view(pointer, values.length).set(values);
    return pointer;
  }

  view(pointer: number, length: number): Float32Array {
    return new Float32Array(this.kernels.memory.buffer, pointer, length);
  }

  scratch(bytes: number): number {
    return this.alloc(bytes);
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
    parts = 1,
  ): void {
    const records = this.alloc(RECORD_BYTES);
    const words = new Int32Array(this.kernels.memory.buffer, records, RECORD_BYTES / 4);
    words[0] = opcode;
    words[RECORD_OUTPUTS] = outputs.length;
    words[RECORD_INPUTS] = inputs.length;
    words[RECORD_PARTS] = parts;
    words.set([...outputs, ...inputs, ...params], RECORD_ARGS);
    this.records.push(records);
    const shares = this.split(parts);
    const tasks = Array.from({ length: shares }, (_, share) => ({ records, count: 1, share, shares }));
    this.stage(tasks, opcode >> FAMILY_SHIFT === FAMILY_OPTIMIZER);
  }

  /** Adds a stage. */
  stage(tasks: readonly ProgramTask[], alone?: boolean): void {
    this.stages.push({ tasks, alone });
  }

  finish(): ProgramImage {
    return writeImage(this.kernels.memory, this.alloc(imageBytes(this.stages)), this.stages);
  }
}
