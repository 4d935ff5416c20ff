import * as tf from '@tensorflow/tfjs-core';

/** One benchmark: a name that means the same work everywhere, and how much work it is. */
export interface Workload {
  readonly name: string;
  /** Floating-point operations of one repetition by the direct method; multiply and add count 2. */
  readonly flops: number;
  /** Makes the inputs on the current TF.js backend. */
  prepare(): PreparedWorkload;
}

export interface PreparedWorkload {
  /** One repetition; the caller disposes what it returns. */
  run(): tf.Tensor[];
  dispose(): void;
}

const random = (shape: number[]) => tf.randomUniform(shape, -1, 1);

function prepared<T extends Record<string, tf.Tensor>>(
  inputs: T,
  work: (inputs: T) => tf.Tensor[],
): PreparedWorkload {
  return { run: () => work(inputs), dispose: () => tf.dispose(inputs) };
}

// k4 s2 p1 on 32×32, batch 64: 16×16 output pixels of 128 channels, each 4·4·64 multiply-adds.
const CONV_FLOPS = 2 * 64 * 16 * 16 * 128 * 4 * 4 * 64;

const gemm1024: Workload = {
  name: 'gemm1024',
  flops: 2 * 1024 ** 3,
  prepare: () =>
    prepared({ a: random([1024, 1024]), b: random([1024, 1024]) }, ({ a, b }) => [tf.matMul(a, b)]),
};

const convK4s2: Workload = {
  name: 'conv-k4s2',
  flops: 3 * CONV_FLOPS,
  prepare: () =>
    prepared(
      { x: random([64, 32, 32, 64]), filter: random([4, 4, 64, 128]), dy: random([64, 16, 16, 128]) },
      ({ x, filter, dy }) => {
        const attributes = { strides: [2, 2], pad: 1, dataFormat: 'NHWC' };
        return [
          tf.conv2d(x as tf.Tensor4D, filter as tf.Tensor4D, 2, 1),
          tf
            .engine()
            .runKernel<tf.Tensor>(
              tf.Conv2DBackpropInput,
              { dy, filter },
              { ...attributes, inputShape: x.shape },
            ),
          tf
            .engine()
            .runKernel<tf.Tensor>(
              tf.Conv2DBackpropFilter,
              { x, dy },
              { ...attributes, filterShape: filter.shape },
            ),
        ];
      },
    ),
};

const convtK4s2Forward: Workload = {
  name: 'convt-k4s2-forward',
  flops: CONV_FLOPS,
  prepare: () =>
    prepared({ x: random([64, 16, 16, 128]), filter: random([4, 4, 64, 128]) }, ({ x, filter }) => [
      tf.conv2dTranspose(x as tf.Tensor4D, filter as tf.Tensor4D, [64, 32, 32, 64], 2, 1),
    ]),
};

/** The kernel rows: the hot operations alone. */
export const KERNEL_WORKLOADS: readonly Workload[] = [gemm1024, convK4s2, convtK4s2Forward];
