import {
  type BackendValues,
  backend_util,
  DataStorage,
  type DataType,
  engine,
  type KernelBackend,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { ShapeError } from '../errors';
import type { EagerRecorder } from '../program/eager';
import { sizeOf } from '../util/shape';
import type { Arena } from '../wasm/arena';
import type { TensorStore } from './call';
import type { ForwardHost, LentValues } from './forward';
import { type ArenaView, elementBytes, inArena, type Stored, viewOf } from './stored';

type DataId = TensorInfo['dataId'];

/**
 * The tensors of a backend by data id: float32, int32 and bool in the arena, string and complex64 outside. What is
 * made, written, read and freed while a program is captured, the recorder's tracer is told.
 */
export class TensorData implements TensorStore, ForwardHost {
  private readonly data: DataStorage<Stored>;
  private complexTensors = 0;

  constructor(
    backend: KernelBackend,
    private readonly wasmMemory: WebAssembly.Memory,
    private readonly arena: Arena,
    private readonly recorder: EagerRecorder,
  ) {
    this.data = new DataStorage(backend, engine());
  }

  has(dataId: DataId): boolean {
    return this.data.has(dataId);
  }

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
    return viewOf(this.wasmMemory.buffer, stored.dtype, stored.pointer, stored.length);
  }

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

  /** Stores values under a data id. @param values copied into the arena. */
  store(dataId: DataId, { values, complex }: LentValues, dtype: DataType, refCount: number): void {
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

  /** A copy: neither freeing the tensor nor growing the memory changes it. */
  read(dataId: DataId): BackendValues {
    this.recorder.tracer?.refuse(
      'values must not be read in the middle of a captured function, got a read; return the tensor',
    );
    const stored = this.data.get(dataId);
    if (stored.complex) {
      return backend_util.mergeRealAndImagArrays(stored.complex.real, stored.complex.imag);
    }
    return stored.strings ?? this.view(stored).slice();
  }

  refCount(dataId: DataId): number {
    return this.data.has(dataId) ? this.data.get(dataId).refCount : 0;
  }

  incRef(dataId: DataId): void {
    this.data.get(dataId).refCount++;
  }

  disposeData(dataId: DataId, force = false): boolean {
    if (!this.data.has(dataId)) return true;
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

  /** Number of data ids as the engine counts them: three for each complex64 tensor, itself and its two parts. */
  get count(): number {
    return this.data.numDataIds() + 2 * this.complexTensors;
  }
}
