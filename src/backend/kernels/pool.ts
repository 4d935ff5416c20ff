import {
  AvgPool,
  AvgPoolGrad,
  backend_util,
  MaxPool,
  MaxPoolGrad,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import {
  type PoolShape,
  recordAveragePoolGrad,
  recordMaxPoolGrad,
  recordPool,
} from '../../program/records/pool';
import { sameShape, sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily, KernelFunction } from '../kernel';

interface Pooling extends PoolShape {
  readonly outShape: number[];
}

/** The sizes of pooling `x`, or undefined where the kernels don't serve it. */
function poolingOf(call: KernelCall, x: TensorInfo): Pooling | undefined {
  if (x.dtype !== 'float32' || sizeOf(x.shape) === 0) return undefined;
  const { filterSize, strides, pad, dimRoundingMode } = call.attrs as {
    filterSize: [number, number] | number;
    strides: [number, number] | number;
    pad: 'valid' | 'same' | number;
    dimRoundingMode?: 'floor' | 'round' | 'ceil';
  };
  const info = backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    filterSize,
    strides,
    1,
    pad,
    dimRoundingMode,
  );
  const { top, left } = info.padInfo;
  if (sizeOf(info.outShape) === 0 || ![top, left].every((p) => Number.isInteger(p) && p >= 0))
    return undefined;
  return {
    outShape: info.outShape,
    batch: info.batchSize,
    channels: info.inChannels,
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    window: [info.filterHeight, info.filterWidth],
    stride: [info.strideHeight, info.strideWidth],
    before: [top, left],
  };
}

const forward =
  (kind: 'average' | 'max'): KernelFunction =>
  (call) => {
    const x = call.inputs.x!;
    const pooling = poolingOf(call, x);
    if (!pooling) return undefined;
    if (sizeOf(pooling.window) === 1 && sameShape(x.shape, pooling.outShape)) return call.alias(x, x.shape);
    const y = call.output(pooling.outShape, 'float32');
    recordPool(call.recorder, kind, { y: call.pointer(y), x: call.pointer(x) }, pooling);
    return y;
  };

/** What a gradient pools, if `dy` is of its result's shape. */
function gradientPooling(call: KernelCall): Pooling | undefined {
  const { dy, input } = call.inputs;
  const pooling = poolingOf(call, input!);
  const fits = dy!.dtype === 'float32' && pooling && sameShape(dy!.shape, pooling.outShape);
  return fits ? pooling : undefined;
}

export const poolKernels: KernelFamily = {
  [AvgPool]: forward('average'),
  [MaxPool]: forward('max'),

  [AvgPoolGrad]: (call) => {
    const { dy, input } = call.inputs;
    const pooling = gradientPooling(call);
    if (!pooling) return undefined;
    const dx = call.output(input!.shape, 'float32');
    recordAveragePoolGrad(call.recorder, { dx: call.pointer(dx), dy: call.pointer(dy!) }, pooling);
    return dx;
  },

  [MaxPoolGrad]: (call) => {
    const { dy, input } = call.inputs;
    const pooling = gradientPooling(call);
    if (!pooling) return undefined;
    const dx = call.output(input!.shape, 'float32');
    const buffers = { dx: call.pointer(dx), dy: call.pointer(dy!), x: call.pointer(input!) };
    recordMaxPoolGrad(call.recorder, buffers, pooling);
    return dx;
  },
};
