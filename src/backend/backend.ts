import {
  type BackendValues,
  type DataType,
  engine,
  KernelBackend,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
  type Variable,
} from '@tensorflow/tfjs-core';
import { ArgumentError, DisposedError, UnsupportedOpError } from '../errors';
import { ARENA_START, EagerRecorder } from '../program/eager';
import { type PassName, runPasses } from '../program/passes/index';
import { Program } from '../program/program';
import { isOptimizer, patchOptimizer } from '../program/records/optimizer';
import type { Trace, TraceBuffer } from '../program/trace';
import { Tracer } from '../program/tracer';
import { formatShape } from '../util/shape';
import { Arena, type ArenaStatistics } from '../wasm/arena';
import { type EngineOptions, startEngine } from '../wasm/engine';
import type { KernelModule, KernelVariant } from '../wasm/load';
import type { RecordRunner } from '../wasm/runner';
import { threadsHindrance } from '../wasm/thread-options';
import { EagerCall } from './call';
import { CpuForwarder } from './forward';
import type { KernelFunction } from './kernel';
import { measurePeaks, type Peaks } from './peaks';
import { elementBytes, inArena } from './stored';
import { TensorData } from './tensor-data';

type DataId = TensorInfo['dataId'];

export type KallimaOptions = EngineOptions;

/** What a `kallima` backend runs on, and how much memory it holds. */
export interface KallimaReport extends ArenaStatistics {
  readonly variant: KernelVariant;
  readonly threads: number;
  /** Why it is that many threads, e.g. `as asked for`. */
  readonly threadsNote: string;
}

/** Work that has been traced. */
export interface Traced {
  /** @throws {CaptureError} if it did what no replay can. */
  finish(): Trace;
  /** The variables that there were, by the buffers that they are in the trace. */
  readonly variables: ReadonlyMap<TraceBuffer, Variable>;
}

/**
 * The TF.js backend `kallima`: tensors live in one wasm memory, a kernel of ours runs as records at once,
 * and a kernel that we lack (or decline) is forwarded to TF.js's cpu kernel over the same memory.
 *
 * dtype float32 and int32 take four bytes an element, bool one; string and complex64 stay outside.
 */
export class KallimaBackend extends KernelBackend {
  private readonly arena: Arena;
  private readonly recorder: EagerRecorder;
  /** Where tensors lie. */
  readonly tensors: TensorData;
  private readonly forwarder: CpuForwarder;
  /** One call object for each level of kernels calling kernels; nearly always one. */
  private readonly calls: EagerCall[] = [];
  private depth = 0;
  private disposed = false;

  private constructor(
    private readonly kernels: KernelModule,
    private readonly runner: RecordRunner,
    private readonly bytesLimit: number,
    private readonly threadsNote: string,
  ) {
    super();
    this.arena = new Arena(kernels.memory, bytesLimit, ARENA_START);
    this.recorder = new EagerRecorder(kernels.memory, this.arena, runner);
    this.tensors = new TensorData(this, kernels.memory, this.arena, this.recorder);
    this.forwarder = new CpuForwarder(this.tensors);
  }

  /**
   * @throws {UnsupportedError} if this host's WebAssembly lacks what is needed or asked for.
   * @throws {ArgumentError} if the number of threads is not a whole number from 1 to 96.
   */
  static async create(options: KallimaOptions = {}): Promise<KallimaBackend> {
    const { kernels, runner, threadsNote } = await startEngine(options);
    return new KallimaBackend(kernels, runner, options.maximumBytes ?? 2 ** 32, threadsNote);
  }

  report(): KallimaReport {
    const { threads } = this.runner;
    return {
      variant: this.kernels.variant,
      threads,
      threadsNote: this.runner.note ?? this.threadsNote,
      ...this.arena.statistics(),
    };
  }

  /** @throws {ArgumentError} if an option that is given differs from what this backend runs with. */
  requireOptions(options: KallimaOptions): void {
    const { variant, threads } = this.report();
    const has = { threads, relaxedSimd: variant.startsWith('relaxed'), maximumBytes: this.bytesLimit };
    for (const name of ['threads', 'relaxedSimd', 'maximumBytes'] as const) {
      let wanted = options[name];
      if (name === 'threads' && wanted !== undefined && threadsHindrance()) wanted = 1;
      if (wanted === undefined || wanted === has[name]) continue;
      throw new ArgumentError(
        `kallima: ${name} must stay ${has[name]} while the backend runs, got ${wanted}; call tf.removeBackend('kallima') first`,
      );
    }
  }

  /**
   * Runs a TF.js kernel: ours if there is one and it takes the call, else TF.js's cpu kernel.
   * The engine calls this; `own` or `cpu` is given.
   */
  runKernel(
    name: string,
    own: KernelFunction | undefined,
    cpu: KernelFunc | undefined,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap | undefined,
  ): TensorInfo | TensorInfo[] {
    if (this.disposed) throw new DisposedError('kallima: the backend must be in use, got a disposed one');
    const { tracer } = this.recorder;
    tracer?.begin(name);
    if (own) {
      const result = this.runOwn(own, inputs, attrs);
      if (result) return result;
      if (!cpu) {
        throw new UnsupportedOpError(
          `${name}: inputs must be as its docstring says, got ${describe(inputs)}`,
        );
      }
    }
    tracer?.refuse(`every op must have a kernel, got ${name} on ${describe(inputs)}, which has none`);
    return this.forwarder.run(cpu!, inputs, attrs);
  }

  private runOwn(
    kernel: KernelFunction,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap | undefined,
  ): TensorInfo | TensorInfo[] | undefined {
    let call = this.calls[this.depth];
    if (!call) {
      call = new EagerCall(this.tensors, this.recorder);
      this.calls.push(call);
    }
    const scratch = this.recorder.scratchMark;
    this.depth++;
    call.begin(inputs, attrs);
    let result: TensorInfo | TensorInfo[] | undefined;
    try {
      result = kernel(call);
      return result;
    } finally {
      if (result === undefined) call.undo();
      call.end();
      this.depth--;
      this.recorder.releaseScratch(scratch);
    }
  }

  // ---- Capture ------------------------------------------------------------------------------

  /**
   * Runs `work` op by op, as ever, and writes down its records besides.
   *
   * Variables on this backend are the program's state: they keep their addresses.
   *
   * @param caller for messages.
   * @param work declares inputs to the tracer, and returns the data ids that are the program's outputs.
   * @throws {ArgumentError} if another capture is going on.
   */
  trace(caller: string, work: (tracer: Tracer) => readonly DataId[]): Traced {
    if (this.recorder.tracer) {
      throw new ArgumentError(`${caller}: one capture at a time, got one inside another`);
    }
    const tracer = new Tracer(caller);
    const variables = new Map<TraceBuffer, Variable>();
    for (const variable of Object.values(engine().state.registeredVariables)) {
      const { dataId, dtype, size } = variable;
      if (!inArena(dtype) || !this.tensors.has(dataId)) continue;
      variables.set(
        tracer.declare('state', this.tensors.pointer(dataId), size * elementBytes(dtype)),
        variable,
      );
    }
    this.recorder.tracer = tracer;
    try {
      const outputs = work(tracer).map((dataId) => this.tensors.pointer(dataId));
      for (const [{ address }, { dataId }] of variables) {
        if (!this.tensors.has(dataId) || this.tensors.pointer(dataId) !== address) tracer.reassigned();
      }
      return { finish: () => tracer.finish(outputs), variables };
    } finally {
      this.recorder.tracer = undefined;
    }
  }

  /** Makes a program of a trace; the caller disposes of it. */
  program(trace: Trace, draw: number, without: readonly PassName[] = []): Program {
    const { arena, runner } = this;
    const { changes } = this.recorder;
    const host = { memory: this.kernels.memory, arena, runner, changes };
    const recordsCaptured = trace.records.length;
    const optimizerPatch = { isOptimizer, patchOptimizer };
    return new Program(host, runPasses(trace, without), { draw, recordsCaptured, optimizerPatch });
  }

  /** After a {@link WorkerError}: goes on with the threads that are left. */
  async recover(): Promise<void> {
    await this.runner.recover();
  }

  /** Measures what one thread can do at best: what a profile's shares are of. */
  peaks(): Peaks {
    const mark = this.recorder.scratchMark;
    try {
      return measurePeaks(this.recorder);
    } finally {
      this.recorder.releaseScratch(mark);
    }
  }

  // ---- TF.js's KernelBackend ----------------------------------------------------------------

  override write(values: BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.tensors.store(dataId, { values, dtype }, dtype, 1);
    return dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    _shape: number[],
    dtype: DataType,
    refCount: number,
  ): void {
    this.recorder.tracer?.refuse('tensors must be on this backend, got one of another; move it before');
    this.tensors.store(dataId, { values, dtype }, dtype, refCount);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.tensors.read(dataId);
  }

  override readSync(dataId: DataId): BackendValues {
    return this.tensors.read(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.tensors.refCount(dataId);
  }

  override incRef(dataId: DataId): void {
    this.tensors.incRef(dataId);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    return this.disposed || this.tensors.disposeData(dataId, force);
  }

  override numDataIds(): number {
    return this.tensors.count;
  }

  override memory(): { unreliable: boolean; reasons?: string[] } & ArenaStatistics {
    return { unreliable: false, ...this.arena.statistics() };
  }

  override floatPrecision(): 16 | 32 {
    return 32;
  }

  override async time(f: () => void): Promise<{ kernelMs: number }> {
    const start = util.now();
    f();
    return { kernelMs: util.now() - start };
  }

  override dispose(): void {
    this.disposed = true;
    this.runner.dispose();
  }
}

function describe(inputs: NamedTensorInfoMap): string {
  const infos = Object.entries(inputs).filter(([, info]) => info);
  return infos.map(([name, info]) => `${name} ${info!.dtype} ${formatShape(info!.shape)}`).join(', ');
}
