import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as abi from '../../../assembly/abi/elementwise';
import { unary } from '../../program/records/elementwise';
import { sizeOf } from '../../util/shape';
import type { KernelCall } from '../kernel';

const ACTIVATIONS: Readonly<Record<string, number>> = {
  relu: abi.UNARY_RELU,
  relu6: abi.UNARY_RELU6,
  elu: abi.UNARY_ELU,
  sigmoid: abi.UNARY_SIGMOID,
  leakyrelu: abi.UNARY_LEAKY_RELU,
};

/**
 * Whether a fused kernel's bias and activation can be served: a float32 bias with one number for each of the
 * `channels` of the last axis, or none, and an activation of one argument.
 */
export function servesEpilogue(call: KernelCall, channels: number): boolean {
  const bias: TensorInfo | undefined = call.inputs.bias;
  if (
    bias &&
    (bias.dtype !== 'float32' || sizeOf(bias.shape) !== channels || bias.shape.at(-1) !== channels)
  ) {
    return false;
  }
  const activation = (call.attrs.activation ?? 'linear') as string;
  return activation === 'linear' || activation in ACTIVATIONS;
}

/** Applies a fused kernel's activation to its output, in place. */
export function activate(call: KernelCall, y: TensorInfo): void {
  const code = ACTIVATIONS[call.attrs.activation as string];
  if (code === undefined) return;
  const pointer = call.pointer(y);
  unary(call.recorder, code, pointer, pointer, sizeOf(y.shape), call.attrs.leakyreluAlpha as number);
}
