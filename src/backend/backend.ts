import {
  type BackendValues,
  backend_util,
  DataStorage,
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
import { ArgumentError, DisposedError, ShapeError, UnsupportedOpError } from '../errors';
import { ARENA_START, EagerRecorder } from '../program/eager';
import type { PassName } from '../program/passes/index';
import { Program } from '../program/program';
import type { Trace, TraceBuffer } from '../program/trace';
import { Tracer } from '../program/tracer';
import { formatShape, sizeOf } from '../util/shape';
import { Arena, type ArenaStatistics } from '../wasm/arena';
import { type EngineOptions, startEngine } from '../wasm/engine';
import type { KernelModule, KernelVariant } from '../wasm/load';
import type { RecordRunner } from '../wasm/runner';
import { threadsHindrance } from '../wasm/thread-options';
import { EagerCall } from './call';
import { CpuForwarder, type ForwardHost, type LentValues } from './forward';
import type { KernelFunction } from './kernel';
import { measurePeaks, type Peaks } from './peaks';
import { type ArenaView, elementBytes, inArena, type Stored, viewOf } from './stored';

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
export class KallimaBackend extends KernelBackend implements ForwardHost {
  private readonly data = new DataStorage<Stored>(this, engine());
  private readonly arena: Arena;
  private readonly recorder: EagerRecorder;
  private readonly forwarder = new CpuForwarder(this);
  /** One call object for each level of kernels calling kernels; nearly always one. */
  private readonly calls: EagerCall[] = [];
  private depth = 0;
  private complexTensors = 0;
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
      call = new EagerCall(this, this.recorder);
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

  // ---- What kernels use ---------------------------------------------------------------------

  /** Byte address of a tensor's values. Pulls the data in from another backend if need be. */
  pointer(dataId: DataId): number {
    return this.data.get(dataId).pointer;
  }

  /** A tensor's values where they lie; valid until the memory grows. */
  values(dataId: DataId): ArenaView {
    return this.view(this.data.get(dataId));
  }

  /** A new tensor in the arena, its values undefined. */
  makeOutput(shape: readonly number[], dtype: DataType): TensorInfo {
    return this.make(shape, dtype, sizeOf(shape));
  }

  alias(info: TensorInfo, shape: readonly number[], dtype: DataType): TensorInfo {
    const stored = this.data.get(info.dataId);
    if (stored.dtype !== dtype) {
      throw new ShapeError(`alias: the dtype must stay ${stored.dtype}, got ${dtype}`);
    }
    stored.refCount++;
    return { dataId: info.dataId, shape: shape as number[], dtype };
  }

  private make(shape: readonly number[], dtype: DataType, length: number): TensorInfo {
    const bytes = length * elementBytes(dtype);
    const pointer = this.arena.allocate(bytes);
    this.recorder.tracer?.allocated(pointer, bytes, shape);
    const dataId = {};
    this.data.set(dataId, { dtype, length, pointer, refCount: 1 });
    return { dataId, shape: shape as number[], dtype };
  }

  private view(stored: Stored): ArenaView {
    return viewOf(this.kernels.memory.buffer, stored.dtype, stored.pointer, stored.length);
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
      if (!this.data.has(variable.dataId)) continue;
      const { dtype, length, pointer } = this.data.get(variable.dataId);
      if (pointer === 0) continue;
      variables.set(tracer.declare('state', pointer, length * elementBytes(dtype)), variable);
    }
    this.recorder.tracer = tracer;
    try {
      const outputs = work(tracer).map((dataId) => this.pointer(dataId));
      for (const [{ address }, { dataId }] of variables) {
        if (!this.data.has(dataId) || this.pointer(dataId) !== address) tracer.reassigned();
      }
      return { finish: () => tracer.finish(outputs), variables };
    } finally {
      this.recorder.tracer = undefined;
    }
  }

  /** Makes a program of a trace; the caller disposes of it. */
  program(trace: Trace, draw: number, without: readonly PassName[] = []): Program {
    const { arena, runner } = this;
    return new Program({ memory: this.kernels.memory, arena, runner }, trace, draw, without);
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

  // ---- Forwarding ---------------------------------------------------------------------------

  resolve(dataId: DataId): void {
    this.data.get(dataId);
  }

  lend(info: TensorInfo): LentValues {
    const stored = this.data.get(info.dataId);
    const { dtype, strings, complex } = stored;
    if (complex) return { dtype, complex };
    return { dtype, values: strings ?? this.view(stored) };
  }

  adopt(values: LentValues, shape: number[], dtype: DataType): TensorInfo {
    const dataId = {};
    this.store(dataId, values, dtype, 1);
    return { dataId, shape, dtype };
  }

  private store(dataId: DataId, { values, complex }: LentValues, dtype: DataType, refCount: number): void {
    if (dtype === 'complex64') {
      const parts = complex ?? backend_util.splitRealAndImagArrays(values as Float32Array);
      const { real, imag } = parts;
      this.complexTensors++;
      this.data.set(dataId, { dtype, length: real.length, pointer: 0, refCount, complex: { real, imag } });
    } else if (inArena(dtype)) {
      const source = (values ?? []) as ArrayLike<number>;
      const pointer = this.arena.allocate(source.length * elementBytes(dtype));
      const stored: Stored = { dtype, length: source.length, pointer, refCount };
      const view = this.view(stored);
      view.set(source);
      this.recorder.tracer?.written(
        pointer,
        new Uint8Array(view.buffer, view.byteOffset, view.byteLength).slice(),
      );
      this.data.set(dataId, stored);
    } else {
      const strings = values as Uint8Array[];
      this.data.set(dataId, { dtype, length: strings.length, pointer: 0, refCount, strings });
    }
  }

  // ---- TF.js's KernelBackend ----------------------------------------------------------------

  override write(values: BackendValues, _shape: number[], dtype: DataType): DataId {
    const dataId = {};
    this.store(dataId, { values, dtype }, dtype, 1);
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
    this.store(dataId, { values, dtype }, dtype, refCount);
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  /** A copy: neither freeing the tensor nor growing the memory changes it. */
  override readSync(dataId: DataId): BackendValues {
    this.recorder.tracer?.refuse(
      'values must not be read in the middle of a captured function, got a read; return the tensor',
    );
    const stored = this.data.get(dataId);
    if (stored.complex) {
      return backend_util.mergeRealAndImagArrays(stored.complex.real, stored.complex.imag);
    }
    return stored.strings ?? this.view(stored).slice();
  }

  override refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  override incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  override disposeData(dataId: DataId, force = false): boolean {
    if (this.disposed || !this.data.has(dataId)) return true;
    const stored = this.data.get(dataId);
    if (--stored.refCount > 0 && !force) return false;
    if (stored.pointer !== 0) {
      this.recorder.tracer?.released(stored.pointer);
      this.arena.release(stored.pointer);
    }
    if (stored.complex) this.complexTensors--;
    this.data.delete(dataId);
    return true;
  }

  /** The engine counts three ids for each complex64 tensor: itself and its two parts. */
  override numDataIds(): number {
    return this.data.numDataIds() + 2 * this.complexTensors;
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
