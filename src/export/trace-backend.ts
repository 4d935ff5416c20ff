import {
  type BackendValues,
  type DataType,
  engine,
  KernelBackend,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type Tensor,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { CpuForwarder, type LentValues } from '../backend/forward';
import { UnsupportedError } from '../errors';
import { type Shape, sizeOf } from '../util/shape';
import { wholeAttributes } from './attributes';
import { outputShapeOf } from './output-shape';
import type { SeenNode, SeenTensor } from './seen';
import type { TracedType, TracedValues } from './traced-graph';

type DataId = TensorInfo['dataId'];

/** A weight of a network, read beforehand: not every backend can be read without waiting. */
export interface KnownWeight {
  readonly name: string;
  readonly values: Float32Array;
}

/**
 * A TF.js backend that notes kernel calls. What depends on constants alone is computed, by TF.js's cpu kernels; of
 * what depends on an input only the shape is found. Data of other backends is copied, never moved here.
 */
export class TraceBackend extends KernelBackend {
  readonly nodes: SeenNode[] = [];
  private readonly seen = new Map<DataId, SeenTensor>();
  private readonly counts = new Map<DataId, number>();
  private readonly forwarder = new CpuForwarder({
    resolve: (dataId) => void dataId,
    lend: (info) => this.lend(info),
    // An output that is an input's data gets data of its own, see `own`.
    incRef: (dataId) => void dataId,
    adopt: (values, shape, dtype) => this.adopt(values, shape, dtype),
  });

  constructor(private readonly weights: ReadonlyMap<DataId, KnownWeight>) {
    super();
  }

  /** A tensor that is not known until the generator runs; this backend must be the current one. */
  input(shape: Shape, dtype: TracedType): Tensor {
    const info = this.remember({ shape, dtype });
    return engine().makeTensorFromTensorInfo(info);
  }

  /** What a tensor is in the trace. */
  of(info: TensorInfo): SeenTensor {
    const { dataId } = info;
    const own = this.seen.get(dataId);
    if (own) return own;
    const weight = this.weights.get(dataId);
    const values = weight?.values ?? (engine().readSync(dataId) as BackendValues);
    const dtype = requireType(info.dtype);
    const constant = { shape: [...info.shape], dtype, values: typed(values, dtype), name: weight?.name };
    this.seen.set(dataId, constant);
    return constant;
  }

  /** Runs a kernel: notes it if an input is open, else computes it. */
  run(
    kernel: string,
    cpu: KernelFunc,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap | undefined,
  ): TensorInfo | TensorInfo[] {
    const named: Record<string, SeenTensor | SeenTensor[]> = {};
    for (const [name, input] of Object.entries(inputs)) {
      if (Array.isArray(input)) named[name] = input.map((info) => this.of(info));
      else if (input) named[name] = this.of(input);
    }
    const all = Object.values(named).flat();
    if (all.every(({ values }) => values)) return this.computed(cpu, inputs, attrs, true);

    const shape = outputShapeOf(kernel, inputs, attrs ?? {});
    const made = shape
      ? this.remember({ shape, dtype: 'float32' })
      : this.computed(cpu, inputs, attrs, false);
    const outputs = [made].flat().map((info) => this.of(info));
    const [first] = Object.values(inputs).flat();
    const attributes = wholeAttributes(kernel, first!, attrs ?? {}, outputs[0]!.shape);
    this.nodes.push({ kernel, inputs: named, attributes, outputs });
    return made;
  }

  /** A kernel's outputs, each with data of its own; `known`: with their values. */
  private computed(
    cpu: KernelFunc,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap | undefined,
    known: boolean,
  ): TensorInfo | TensorInfo[] {
    const owned = new Set(this.seen.keys());
    const run = this.forwarder.run(cpu, inputs, attrs);
    const own = (info: TensorInfo): TensorInfo => {
      const { values, name } = this.of(info);
      if (!owned.has(info.dataId)) this.disposeData(info.dataId, true);
      const kept = known ? { values, name } : {};
      return this.remember({ shape: info.shape, dtype: requireType(info.dtype), ...kept });
    };
    return Array.isArray(run) ? run.map(own) : own(run);
  }

  private remember(tensor: SeenTensor): TensorInfo {
    const dataId = {};
    this.seen.set(dataId, tensor);
    this.counts.set(dataId, 1);
    return { dataId, shape: [...tensor.shape], dtype: tensor.dtype };
  }

  private lend(info: TensorInfo): LentValues {
    const { values, dtype, shape } = this.of(info);
    // Of open values only the shape counts, and it does not depend on them.
    return { dtype, values: values ?? emptyValues(dtype, sizeOf(shape)) };
  }

  private adopt({ values }: LentValues, shape: number[], dtype: DataType): TensorInfo {
    const type = requireType(dtype);
    return this.remember({ shape, dtype: type, values: typed(values ?? [], type) });
  }

  // What the engine asks for.

  override write(values: BackendValues, shape: number[], dtype: DataType): DataId {
    return this.adopt({ values, dtype }, shape, dtype).dataId;
  }

  override move(
    dataId: DataId,
    values: BackendValues,
    shape: number[],
    dtype: DataType,
    count: number,
  ): void {
    const type = requireType(dtype);
    this.seen.set(dataId, { shape, dtype: type, values: typed(values, type) });
    this.counts.set(dataId, count);
  }

  override readSync(dataId: DataId): BackendValues {
    const values = this.seen.get(dataId)?.values;
    if (values) return values;
    throw new UnsupportedError(
      'export: a generator must not read its values while it makes a sample, got a read; stay with TF.js ops',
    );
  }

  override async read(dataId: DataId): Promise<BackendValues> {
    return this.readSync(dataId);
  }

  override refCount(dataId: DataId): number {
    return this.counts.get(dataId) ?? 0;
  }

  override incRef(dataId: DataId): void {
    this.counts.set(dataId, this.refCount(dataId) + 1);
  }

  override disposeData(dataId: DataId, force = false): boolean {
    const count = this.refCount(dataId) - 1;
    if (count > 0 && !force) {
      this.counts.set(dataId, count);
      return false;
    }
    this.counts.delete(dataId);
    this.seen.delete(dataId);
    return true;
  }

  override numDataIds(): number {
    return this.counts.size;
  }

  override memory(): { unreliable: boolean } {
    return { unreliable: true };
  }

  override floatPrecision(): 32 {
    return 32;
  }

  /** Tensors that outlive the trace, kept by a layer of somebody's own, stay readable. */
  override dispose(): void {}
}

function requireType(dtype: DataType): TracedType {
  if (dtype === 'float32' || dtype === 'int32' || dtype === 'bool') return dtype;
  throw new UnsupportedError(`export: values must be float32, int32 or bool, got ${dtype}`);
}

function typed(values: BackendValues | ArrayLike<number>, dtype: TracedType): TracedValues {
  const numbers = values as ArrayLike<number>;
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(numbers);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(numbers);
  return values instanceof Uint8Array ? values : Uint8Array.from(numbers);
}

function emptyValues(dtype: TracedType, size: number): TracedValues {
  return dtype === 'float32'
    ? new Float32Array(size)
    : dtype === 'int32'
      ? new Int32Array(size)
      : new Uint8Array(size);
}
