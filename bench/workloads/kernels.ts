import * as tf from '@tensorflow/tfjs-core';
import { convFlops } from '../flops';
import { convTransposeModel, matMulModel } from '../peers/onnx-models';
import { uniformValues } from './inputs';
import { prepareFunction } from './prepare-function';
import type { OnnxWorkload, Workload } from './workload';

/** The shapes of the inputs, and what is done with them. */
interface KernelWork {
  readonly name: string;
  readonly title: string;
  readonly batch?: number;
  readonly flops: number;
  readonly shapes: Readonly<Record<string, readonly number[]>>;
  work(...inputs: tf.Tensor[]): tf.Tensor[];
  onnx?(inputs: Readonly<Record<string, Float32Array>>): OnnxWorkload;
}

function kernelWorkload({ name, title, batch, flops, shapes, work, onnx }: KernelWork): Workload {
  const values = () =>
    Object.fromEntries(Object.entries(shapes).map(([key, shape], draw) => [key, uniformValues(shape, draw)]));
  return {
    name,
    title,
    batch,
    flops,
    capturable: false,
    onnx: onnx && (() => onnx(values())),
    prepare(options) {
      const inputs = Object.entries(values()).map(([key, data]) => tf.tensor(data, [...shapes[key]!]));
      return prepareFunction({ work, inputs, dispose: () => {} }, options);
    },
  };
}

const GEMM = [1024, 1024] as const;

const gemm1024 = kernelWorkload({
  name: 'gemm1024',
  title: 'matrix product 1024×1024 · 1024×1024',
  flops: 2 * 1024 ** 3,
  shapes: { a: GEMM, b: GEMM },
  work: (a, b) => [tf.matMul(a!, b!)],
  onnx: ({ a, b }) => ({
    model: matMulModel(GEMM, GEMM),
    inputs: { a: { data: a!, shape: GEMM }, b: { data: b!, shape: GEMM } },
  }),
});

// 16×16 pixels on the smaller side of each of 64 images, k4 s2 p1, 64 and 128 channels.
const CONV_FLOPS = 64 * convFlops(16 * 16, 4, 64, 128);
const WIDE = [64, 32, 32, 64] as const;
const NARROW = [64, 16, 16, 128] as const;
const FILTER = [4, 4, 64, 128] as const;
const ATTRIBUTES = { strides: [2, 2], pad: 1, dataFormat: 'NHWC' };

const convK4s2 = kernelWorkload({
  name: 'conv-k4s2',
  title: 'convolution k4 s2, and its gradients',
  batch: 64,
  flops: 3 * CONV_FLOPS,
  shapes: { x: WIDE, filter: FILTER, dy: NARROW },
  work: (x, filter, dy) => [
    tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 1),
    gradient(tf.Conv2DBackpropInput, { dy: dy!, filter: filter! }, { inputShape: x!.shape }),
    gradient(tf.Conv2DBackpropFilter, { x: x!, dy: dy! }, { filterShape: filter!.shape }),
  ],
});

const convtK4s2Forward = kernelWorkload({
  name: 'convt-k4s2-forward',
  title: 'transposed convolution k4 s2, forward',
  batch: 64,
  flops: CONV_FLOPS,
  shapes: { x: NARROW, filter: FILTER },
  work: (x, filter) => [tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [64, 32, 32, 64], 2, 1)],
  onnx: ({ x, filter }) => {
    // Values are uniform, so that those of x serve in ONNX's order of axes, too.
    const shape = [64, 128, 16, 16];
    return {
      model: convTransposeModel(shape, { data: filter!, shape: FILTER }),
      inputs: { x: { data: x!, shape } },
    };
  },
});

function gradient(kernel: string, inputs: tf.NamedTensorMap, attributes: tf.NamedAttrMap): tf.Tensor {
  return tf.engine().runKernel<tf.Tensor>(kernel, inputs, { ...ATTRIBUTES, ...attributes });
}

/** The kernel rows: the hot operations alone. */
export const KERNEL_WORKLOADS: readonly Workload[] = [gemm1024, convK4s2, convtK4s2Forward];
