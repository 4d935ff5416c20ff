import { FAMILY_RANDOM, FAMILY_SHIFT, RECORD_BYTES } from '../../assembly/abi/record';
import { DisposedError } from '../errors';
import type { Arena } from '../wasm/arena';
import { imageBytes, type ProgramImage, writeImage } from '../wasm/program-image';
import type { RecordRunner } from '../wasm/runner';
import { hoist } from './hoist';
import { tasksOf, writeRecord } from './image';
import { type MemoryPlan, planMemory } from './plan';
import type { OptimizerSettings } from './records/optimizer';
import { patchRandom, randomKey } from './records/random';
import { type Stage, schedule } from './schedule';
import type { Operand, Trace, TraceBuffer, TraceRecord } from './trace';

/** Where programs lie and what runs them. */
export interface ProgramHost {
  readonly memory: WebAssembly.Memory;
  readonly arena: Pick<Arena, 'allocate' | 'release'>;
  readonly runner: RecordRunner;
  /** Counts how often weights have been changed in place, by whom ever. */
  readonly changes: { count: number };
}

/** How the settings of an optimizer get into its records; a program that trains nothing does without. */
export interface OptimizerPatch {
  isOptimizer(opcode: number): boolean;
  /** @param words the memory. @param record index of the record's first word. */
  patchOptimizer(words: Int32Array, record: number, settings: OptimizerSettings): void;
}

export interface ProgramOptions {
  /** Number of the captured step's first draw; default 0. */
  readonly draw?: number;
  /** Records as they were captured, before any pass, for the report. */
  readonly recordsCaptured?: number;
  readonly optimizerPatch?: OptimizerPatch;
}

/** What of a program is set before each replay, besides its inputs. */
export interface Step {
  /** Number of the step's first draw of noise. */
  readonly draw: number;
  /** Settings of the optimizer at this step, if the program has one. */
  readonly optimizer?: OptimizerSettings;
}

export interface ProgramReport {
  /** Kernel records as they were captured, and as they are replayed. */
  readonly recordsCaptured: number;
  readonly records: number;
  /** Of these, the ones that run only when weights have changed. */
  readonly recordsHoisted: number;
  /** Groups of independent records: between them threads meet. */
  readonly stages: number;
  /** Memory of its buffers as planned, and if none were reused. */
  readonly bytesPlanned: number;
  readonly bytesNaive: number;
}

interface Patch {
  /** Index of the record in the image. */
  readonly record: number;
  /** Its draw, counted from the step's first. */
  readonly draw: number;
}

/** A captured program in memory, ready to be replayed any number of times. */
export class Program {
  readonly report: ProgramReport;
  private readonly stages: readonly Stage[];
  private readonly plan: MemoryPlan;
  /** Byte address of the first record; the others follow. */
  private readonly records: number;
  private readonly image: ProgramImage;
  /** What only weights and constants go into. */
  private readonly prelude: ProgramImage | undefined;
  /** State of the weights for which the prelude has run. */
  private preludeOf = -1;
  private readonly writesState: boolean;
  private readonly draws: readonly Patch[];
  private readonly optimizers: readonly number[];
  readonly outputs: readonly Operand[];
  /** Start of its memory; 0 once disposed. */
  private block: number;

  /**
   * Plans and writes the program.
   *
   * @param trace as passes have left it.
   * @throws {OutOfMemoryError} if the memory cannot grow to the plan.
   */
  constructor(
    private readonly host: ProgramHost,
    { records, outputs }: Trace,
    private readonly options: ProgramOptions = {},
  ) {
    const { draw = 0, recordsCaptured = records.length, optimizerPatch } = options;
    const { prelude, body } = hoist(records);
    const first = schedule(prelude);
    const rest = schedule(body);
    this.stages = [...first, ...rest];
    this.plan = planMemory(this.stages, outputs, first.length);
    const { memory, arena, runner } = host;
    const ordered = this.stages.flatMap((stage) => stage.records);
    const recordBytes = ordered.length * RECORD_BYTES;
    const walk = (stages: readonly Stage[], address: number) =>
      tasksOf(stages, address, runner.shares, runner.threads);
    const preludeBytes = imageBytes(walk(first, 0));
    this.block = arena.allocate(this.plan.bytes + recordBytes + preludeBytes + imageBytes(walk(rest, 0)));
    this.outputs = outputs;
    this.records = this.block + this.plan.bytes;
    for (const [i, record] of ordered.entries()) {
      const address = this.records + i * RECORD_BYTES;
      writeRecord(memory, address, record, (operand) => this.addressOf(operand));
    }
    const end = this.records + recordBytes;
    if (prelude.length > 0) this.prelude = writeImage(memory, end, walk(first, this.records));
    const bodyAt = this.records + prelude.length * RECORD_BYTES;
    this.image = writeImage(memory, end + preludeBytes, walk(rest, bodyAt));
    this.writesState = rest.some(({ own }) => own);
    const indices = [...ordered.keys()];
    this.draws = indices
      .filter((i) => ordered[i]!.opcode >> FAMILY_SHIFT === FAMILY_RANDOM)
      .map((i) => ({ record: i, draw: randomKey(ordered[i]!.params).draw - draw }));
    this.optimizers = optimizerPatch
      ? indices.filter((i) => optimizerPatch.isOptimizer(ordered[i]!.opcode))
      : [];
    for (const buffer of this.plan.offsets.keys()) {
      if (buffer.values) this.bytes(buffer)?.set(buffer.values);
    }
    this.report = {
      recordsCaptured,
      records: ordered.length,
      recordsHoisted: prelude.length,
      stages: this.stages.length,
      bytesPlanned: this.plan.bytes,
      bytesNaive: this.plan.bytesNaive,
    };
  }

  /** A copy of an output, in the order of the trace's. */
  outputBytes(index: number): Uint8Array<ArrayBuffer> {
    const { address, bytes } = this.output(index);
    return new Uint8Array(this.host.memory.buffer, address, bytes).slice();
  }

  /** An output that is one f32. */
  value(index: number): number {
    return new Float32Array(this.host.memory.buffer, this.output(index).address, 1)[0]!;
  }

  private output(index: number): { address: number; bytes: number } {
    this.requireAlive();
    const { buffer, offset } = this.outputs[index]!;
    return { address: this.addressOf({ buffer, offset }), bytes: buffer.bytes - offset };
  }

  /** Where to write an input, valid until the memory grows; undefined if the program does not read it. */
  bytes(buffer: TraceBuffer): Uint8Array | undefined {
    const offset = this.plan.offsets.get(buffer);
    if (offset === undefined) return undefined;
    return new Uint8Array(this.host.memory.buffer, this.block + offset, buffer.bytes);
  }

  /** Runs it once. State changes at the very end: after an error nothing has changed, and it can run again. */
  replay(step: Step): void {
    this.prepare(step);
    const { runner, changes } = this.host;
    if (this.prelude && this.preludeOf !== changes.count) {
      runner.runProgram(this.prelude);
      this.preludeOf = changes.count;
    }
    runner.runProgram(this.image);
    if (this.writesState) changes.count += 1;
  }

  /** As {@link replay}, record by record: `visit` runs each of them. */
  eachRecord(step: Step, visit: (record: TraceRecord, run: () => void) => void): void {
    this.prepare(step);
    if (this.writesState) this.host.changes.count += 1;
    this.preludeOf = this.host.changes.count;
    let address = this.records;
    for (const { records, own } of this.stages) {
      for (const record of records) {
        visit(record, () => this.host.runner.run(address, own ? 1 : record.parts));
        address += RECORD_BYTES;
      }
    }
  }

  /** Gives its memory back; safe to call twice. */
  dispose(): void {
    if (this.block === 0) return;
    this.host.runner.settle();
    this.host.arena.release(this.block);
    this.block = 0;
  }

  private prepare({ draw, optimizer }: Step): void {
    this.requireAlive();
    const words = new Int32Array(this.host.memory.buffer);
    const wordOf = (record: number) => (this.records + record * RECORD_BYTES) / 4;
    for (const patch of this.draws) patchRandom(words, wordOf(patch.record), draw + patch.draw);
    if (!optimizer) return;
    for (const record of this.optimizers) {
      this.options.optimizerPatch!.patchOptimizer(words, wordOf(record), optimizer);
    }
  }

  private addressOf({ buffer, offset }: Operand): number {
    return (buffer.address ?? this.block + this.plan.offsets.get(buffer)!) + offset;
  }

  private requireAlive(): void {
    if (this.block === 0)
      throw new DisposedError('replay: the program must not be disposed, got one that is');
  }
}
