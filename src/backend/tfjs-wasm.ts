import {
  type BackendValues,
  type DataType,
  getKernel,
  type KernelBackend,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
  util,
} from '@tensorflow/tfjs-core';
import { OutOfMemoryError } from '../errors';
import { CpuForwarder, cpuKernels, type ForwardHost, type LentValues } from './forward';
import { filterGradient } from './tfjs-filter-gradient';

/** TF.js's wasm backend has no complex64, and drawing needs a page's canvas. */
const IMPOSSIBLE = new Set(['Complex', 'ComplexAbs', 'Draw', 'FFT', 'IFFT', 'Imag', 'Real']);

/** Kernels of TF.js's wasm backend whose results are wrong (finite differences tell). */
const WRONG = new Set(['Conv3DBackpropFilterV2', 'Conv3DBackpropInputV2']);

/** Kernels that are made of those it has: the cpu kernel would take minutes over a filter's gradient. */
const COMPOSED: Readonly<Record<string, typeof filterGradient>> = { Conv2DBackpropFilter: filterGradient };

/**
 * Supplies the kernels that TF.js's wasm backend lacks, training's among them (the filter gradient of a
 * convolution, both gradients of a depthwise one, UnsortedSegmentSum, Einsum), or has wrong: each but the filter
 * gradient is forwarded to TF.js's cpu kernel, which means a copy of its inputs and outputs and the speed of plain JavaScript.
 *
 * TF.js's WebGPU backend needs none of this: what it lacks are kernels for strings, sparse and ragged
 * tensors. They could not be forwarded there either, since a GPU's values cannot be read synchronously.
 *
 * @returns names of the kernels that were supplied; none when called again.
 */
export function completeTfjsWasm(): string[] {
  const forwarders = new WeakMap<object, CpuForwarder>();
  const supplied: string[] = [];
  for (const [kernelName, cpuKernel] of cpuKernels()) {
    const present = getKernel(kernelName, 'wasm');
    // TF.js's own kernels bind their wasm function in a setupFunc; ours have none.
    const wrong = WRONG.has(kernelName) && present?.setupFunc !== undefined;
    if (IMPOSSIBLE.has(kernelName) || (present && !wrong)) continue;
    if (wrong) unregisterKernel(kernelName, 'wasm');
    supplied.push(kernelName);
    registerKernel({
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, attrs, backend }) => {
        const composed = COMPOSED[kernelName]?.(inputs, attrs ?? {});
        if (composed) return composed;
        let forwarder = forwarders.get(backend);
        if (!forwarder) {
          forwarder = new CpuForwarder(new CopyingHost(backend as KernelBackend));
          forwarders.set(backend, forwarder);
        }
        return forwarder.run(cpuKernel, inputs, attrs);
      },
    });
  }
  return supplied;
}

/** A backend that can be read synchronously and written, and no more is known of it. */
class CopyingHost implements ForwardHost {
  constructor(private readonly backend: KernelBackend) {}

  resolve(): void {
    // readSync pulls foreign data in, and its copies stay valid.
  }

  lend(info: TensorInfo): LentValues {
    return { dtype: info.dtype, values: this.backend.readSync(info.dataId) };
  }

  incRef(dataId: TensorInfo['dataId']): void {
    this.backend.incRef(dataId);
  }

  adopt({ values }: LentValues, shape: number[], dtype: DataType): TensorInfo {
    const dataId = this.backend.write(exact(values!, dtype), shape, dtype);
    // Past its memory's limit this backend's allocator answers 0 and does not complain.
    if (dtype !== 'string' && util.sizeFromShape(shape) > 0 && addressOf(this.backend, dataId) === 0) {
      throw new OutOfMemoryError(
        `wasm: an output of ${util.sizeFromShape(shape)} elements must fit in the backend's memory, got none left; use a smaller batch or model`,
      );
    }
    return { dataId, shape, dtype };
  }
}

/** The backend copies raw bytes, so the array's type must be the dtype's; cpu kernels are lax about it. */
function exact(values: BackendValues, dtype: DataType): BackendValues {
  if (dtype === 'float32')
    return values instanceof Float32Array ? values : Float32Array.from(values as Int32Array);
  if (dtype === 'int32')
    return values instanceof Int32Array ? values : Int32Array.from(values as Float32Array);
  if (dtype === 'bool') return values instanceof Uint8Array ? values : Uint8Array.from(values as Int32Array);
  return values;
}

function addressOf(backend: KernelBackend, dataId: object): number | undefined {
  if (!('getMemoryOffset' in backend) || typeof backend.getMemoryOffset !== 'function') return undefined;
  return backend.getMemoryOffset(dataId);
}
