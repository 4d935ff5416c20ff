import {
  backend_util,
  Conv2D,
  type Conv2DAttrs,
  Conv2DBackpropFilter,
  Conv2DBackpropInput,
  FusedConv2D,
  type TensorInfo,
} from '@tensorflow/tfjs-core';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from '../../program/records/conv';
import { sameShape } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { activate, servesEpilogue } from './fused';

type Shape4D = [number, number, number, number];

/**
 * The convolution that a call describes; undefined unless it is NHWC and float32 in both operands. TF.js has
 * checked the shapes.
 */
function describe(call: KernelCall, first: TensorInfo, second: TensorInfo, x: number[], filter: number[]) {
  const { strides, pad, dataFormat, dilations, dimRoundingMode } = call.attrs as Partial<Conv2DAttrs>;
  if (dataFormat === 'NCHW' || first.dtype !== 'float32' || second.dtype !== 'float32') return undefined;
  const shape = backend_util.computeConv2DInfo(
    x as Shape4D,
    filter as Shape4D,
    strides!,
    dilations ?? 1,
    pad!,
    dimRoundingMode,
  );
  return shape.inChannels === filter[2] ? shape : undefined;
}

function forward(call: KernelCall): TensorInfo | undefined {
  const { x, filter, bias } = call.inputs as { x: TensorInfo; filter: TensorInfo; bias?: TensorInfo };
  const shape = describe(call, x, filter, x.shape, filter.shape);
  if (!shape || !servesEpilogue(call, shape.outChannels)) return undefined;
  const y = call.output(shape.outShape, 'float32');
  conv2d(call.recorder, {
    shape,
    x: call.pointer(x),
    filter: call.pointer(filter),
    y: call.pointer(y),
    bias: bias && call.pointer(bias),
  });
  activate(call, y);
  return y;
}

/** Two-dimensional convolutions and their gradients. */
export const convKernels: KernelFamily = {
  [Conv2D]: forward,
  [FusedConv2D]: forward,

  [Conv2DBackpropInput]: (call) => {
    const { dy, filter } = call.inputs as { dy: TensorInfo; filter: TensorInfo };
    const shape = describe(call, dy, filter, call.attrs.inputShape as number[], filter.shape);
    // conv2dTranspose lets through a dy that is larger than its output shape says.
    if (!shape || !sameShape(dy.shape, shape.outShape)) return undefined;
    const x = call.output(shape.inShape, 'float32');
    const pointers = { x: call.pointer(x), filter: call.pointer(filter), y: call.pointer(dy) };
    conv2dInputGradient(call.recorder, { shape, ...pointers });
    return x;
  },

  [Conv2DBackpropFilter]: (call) => {
    const { x, dy } = call.inputs as { x: TensorInfo; dy: TensorInfo };
    const shape = describe(call, x, dy, x.shape, call.attrs.filterShape as number[]);
    if (!shape || !sameShape(dy.shape, shape.outShape)) return undefined;
    const filter = call.output(shape.filterShape, 'float32');
    const pointers = { x: call.pointer(x), filter: call.pointer(filter), y: call.pointer(dy) };
    conv2dFilterGradient(call.recorder, { shape, ...pointers });
    return filter;
  },
};
