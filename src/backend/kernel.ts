import type { DataType, NamedAttrMap, NamedTensorInfoMap, TensorInfo } from '@tensorflow/tfjs-core';
import type { Recorder } from '../program/recorder';

/** One call of a TF.js kernel on the `kallima` backend. */
export interface KernelCall<I extends NamedTensorInfoMap = NamedTensorInfoMap, A = NamedAttrMap> {
  readonly inputs: I;
  readonly attrs: A;
  /** Takes this call's records; they have run when the kernel function returns. */
  readonly recorder: Recorder;
  /** Byte address of a tensor's values in the arena (f32; int32 as i32; bool as one byte an element). */
  pointer(info: TensorInfo): number;
  /**
   * The values of a tensor as they are now, to check indices before a kernel follows them; undefined where
   * they are not known yet, while a program is being captured.
   */
  values(info: TensorInfo): Float32Array | Int32Array | Uint8Array | undefined;
  /** A new tensor in the arena, its values undefined. */
  output(shape: readonly number[], dtype: DataType): TensorInfo;
  /** The same values under another shape: no copy. */
  alias(info: TensorInfo, shape: readonly number[], dtype?: DataType): TensorInfo;
}

/**
 * A TF.js kernel made of kernel records.
 *
 * Returns undefined to decline a call (a dtype or a rank it does not serve): the call then goes to TF.js's
 * cpu kernel.
 */
export type KernelFunction = (call: KernelCall) => TensorInfo | TensorInfo[] | undefined;

/** Kernels of one family, by TF.js kernel name, e.g. `{ Tanh: …, Add: … }`. */
export type KernelFamily = Readonly<Record<string, KernelFunction>>;
