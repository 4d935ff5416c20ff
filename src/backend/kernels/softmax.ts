import { LogSoftmax, Softmax } from '@tensorflow/tfjs-core';
import { softmax } from '../../program/records/softmax';
import { sizeOf } from '../../util/shape';
import type { KernelFamily, KernelFunction } from '../kernel';

/** Along the last axis of f32 logits; others are declined. */
function softmaxKernel(attribute: 'dim' | 'axis', logarithm: boolean): KernelFunction {
  return (call) => {
    const { logits } = call.inputs;
    const rank = logits!.shape.length;
    const dim = call.attrs[attribute] as number;
    if (logits!.dtype !== 'float32' || rank === 0 || (dim !== -1 && dim !== rank - 1)) return undefined;
    const y = call.output(logits!.shape, 'float32');
    const rows = sizeOf(logits!.shape.slice(0, -1));
    const columns = logits!.shape[rank - 1]!;
    softmax(call.recorder, call.pointer(y), call.pointer(logits!), rows, columns, logarithm);
    return y;
  };
}

/** Softmax and its logarithm. TF.js's own `logSoftmax` does not call the latter; an op that is made of it may. */
export const softmaxKernels: KernelFamily = {
  [Softmax]: softmaxKernel('dim', false),
  [LogSoftmax]: softmaxKernel('axis', true),
};
