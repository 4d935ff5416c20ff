import { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import {
  type BackendValues,
  type DataType,
  getKernelsForBackend,
  type KernelFunc,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
} from '@tensorflow/tfjs-core';

type DataId = TensorInfo['dataId'];

/** A tensor's values as TF.js's cpu kernels want them. */
export interface LentValues {
  readonly dtype: DataType;
  readonly values?: BackendValues;
  /** Parts of a complex64 tensor. */
  readonly complex?: { readonly real: Float32Array; readonly imag: Float32Array };
}

/** A backend whose missing kernels are computed by TF.js's cpu kernels. */
export interface ForwardHost {
  /** Makes sure that the backend owns the data, pulling it from another backend if need be. */
  resolve(dataId: DataId): void;
  /** The values, without a copy where that is possible; valid until the next `adopt`. */
  lend(info: TensorInfo): LentValues;
  /** One more reference to data of its own. */
  incRef(dataId: DataId): void;
  /** A new tensor holding a copy of the values. */
  adopt(values: LentValues, shape: number[], dtype: DataType): TensorInfo;
}

/** TF.js's cpu kernels by name, as they are registered. */
export function cpuKernels(): Map<string, KernelFunc> {
  return new Map(getKernelsForBackend('cpu').map((config) => [config.kernelName, config.kernelFunc]));
}

/** More references than a kernel can give back: lent data stays until the loan ends. */
const LENT_REFERENCES = 2 ** 30;

/**
 * Runs TF.js's cpu kernels for another backend: inputs are lent under their own data ids to a private cpu
 * backend that the engine does not know (its kernels never ask the engine for the current one), outputs
 * are copied back.
 */
export class CpuForwarder {
  private readonly cpu = new QuietCpu();
  private readonly lent: DataId[] = [];

  constructor(private readonly host: ForwardHost) {}

  run(
    kernel: KernelFunc,
    inputs: NamedTensorInfoMap,
    attrs: NamedAttrMap | undefined,
  ): TensorInfo | TensorInfo[] {
    const mark = this.lent.length;
    try {
      // All data first, then the views: pulling in a foreign tensor may grow the memory and detach views.
      eachInput(inputs, (info) => this.host.resolve(info.dataId));
      eachInput(inputs, (info) => this.lend(info));
      const result = kernel({ inputs, attrs, backend: this.cpu });
      if (!Array.isArray(result)) return this.takeBack([result])[0]!;
      return this.takeBack(result);
    } finally {
      while (this.lent.length > mark) this.cpu.data.delete(this.lent.pop()!);
    }
  }

  private lend(info: TensorInfo): void {
    const { data } = this.cpu;
    if (data.has(info.dataId)) return;
    const { dtype, values, complex } = this.host.lend(info);
    this.lent.push(info.dataId);
    if (!complex) {
      data.set(info.dataId, { dtype, values, refCount: LENT_REFERENCES });
      return;
    }
    const part = (part: Float32Array): TensorInfo => {
      const dataId = {};
      data.set(dataId, { dtype: 'float32', values: part, refCount: LENT_REFERENCES });
      this.lent.push(dataId);
      return { dataId, shape: info.shape, dtype: 'float32' };
    };
    const complexTensorInfos = { real: part(complex.real), imag: part(complex.imag) };
    data.set(info.dataId, { dtype, complexTensorInfos, refCount: LENT_REFERENCES });
  }

  private takeBack(results: TensorInfo[]): TensorInfo[] {
    const lentValues = this.lent.map((dataId) => this.cpu.data.get(dataId).values);
    const taken = results.map((result) => this.collect(result, lentValues));
    return taken.map((entry) => entry());
  }

  /**
   * Takes an output from the private backend. What it returns makes the host's tensor; it is called when
   * all outputs were taken, since the first new tensor may end the validity of every lent view.
   */
  private collect(result: TensorInfo, lentValues: (BackendValues | undefined)[]): () => TensorInfo {
    const { dataId, shape, dtype } = result;
    const source = this.cpu.data.get(dataId);
    if (this.lent.includes(dataId) && source.dtype === dtype) {
      return () => {
        this.host.incRef(dataId);
        return { dataId, shape, dtype };
      };
    }
    const own = (values: BackendValues): BackendValues => {
      if (!ArrayBuffer.isView(values)) return values;
      const borrowed = lentValues.some((lent) => ArrayBuffer.isView(lent) && lent.buffer === values.buffer);
      return borrowed ? values.slice() : values;
    };
    let values: LentValues;
    if (source.complexTensorInfos) {
      const { real, imag } = source.complexTensorInfos;
      values = {
        dtype,
        complex: {
          real: own(this.cpu.data.get(real.dataId).values!) as Float32Array,
          imag: own(this.cpu.data.get(imag.dataId).values!) as Float32Array,
        },
      };
    } else {
      values = { dtype: source.dtype, values: own(source.values!) };
    }
    // Some cpu kernels (Abs) return a tensor that the engine tracks, the others bare infos.
    if ('dispose' in result && typeof result.dispose === 'function') result.dispose();
    else if (!this.lent.includes(dataId)) this.cpu.disposeData(dataId, true);
    return () => this.host.adopt(values, shape, dtype);
  }
}

/** Kernels take their inputs by name, or as an array; an input may also be an array of tensors. */
function eachInput(inputs: NamedTensorInfoMap, visit: (info: TensorInfo) => void): void {
  for (const input of Object.values(inputs)) {
    if (Array.isArray(input)) for (const info of input) visit(info);
    else if (input) visit(input);
  }
}

/** TF.js's cpu backend without its greeting in Node. */
class QuietCpu extends MathBackendCPU {
  constructor() {
    super();
    Object.assign(this, { firstUse: false });
  }
}
