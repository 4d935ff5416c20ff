import * as tf from '@tensorflow/tfjs-core';
import type { BackendName } from '../../src/index';
import type { PassName } from '../../src/program/passes/index';

/** How a repetition runs: op by op, or as a captured program. */
export type Mode = 'eager' | 'captured';

export interface PrepareOptions {
  readonly backend: BackendName;
  /** Of the `kallima` backend. */
  readonly threads: number;
  readonly mode: Mode;
  /** Passes of a captured program that are left out. */
  readonly withoutPasses?: readonly PassName[];
}

/** One benchmark: a name that means the same work everywhere, and how much work it is. */
export interface Workload {
  readonly name: string;
  /** What one repetition does, in a few words. */
  readonly title: string;
  readonly batch?: number;
  /** Floating-point operations of one repetition by the direct method; multiply and add count 2. */
  readonly flops: number;
  /** Whether a program can be made of it that is more than one kernel, and not all of it fixed weights. */
  readonly capturable: boolean;
  /** The ONNX model of the same work, where inference is all of it. */
  readonly onnx?: () => OnnxWorkload;
  /** Makes the inputs on the backend that was chosen. */
  prepare(options: PrepareOptions): PreparedWorkload | Promise<PreparedWorkload>;
}

export interface PreparedWorkload {
  /** One repetition; it ends when every result can be read. */
  run(): void | Promise<void>;
  /** The share of time that a captured program spends outside its kernels, where it is known. */
  outsideKernels?(): Promise<number | undefined>;
  dispose(): void;
}

/** A model and its inputs, all f32. */
export interface OnnxWorkload {
  readonly model: Uint8Array;
  readonly inputs: Readonly<
    Record<string, { readonly data: Float32Array; readonly shape: readonly number[] }>
  >;
}

/** Waits until results are there: a GPU has done the work only when they are read. */
export function finish(backend: BackendName, outputs: tf.Tensor[]): void | Promise<void> {
  if (backend !== 'webgpu') {
    tf.dispose(outputs);
    return;
  }
  return Promise.all(outputs.map((output) => output.data())).then(() => tf.dispose(outputs));
}
