import {
  recordAdamStep,
  recordAverageStep,
  recordClipStep,
  recordRmsPropStep,
  recordSgdStep,
} from '../../program/records/optimizer';
import { sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { floatInput } from './floats';

/** The addresses of a step's tensors, all of the first one's shape, and their length. */
function stepBuffers<K extends string>(call: KernelCall, kernel: string, first: K, ...others: K[]) {
  const shape = call.inputs[first]?.shape ?? [];
  const buffers = { length: sizeOf(shape) } as Record<K | 'length', number>;
  for (const name of [first, ...others]) buffers[name] = floatInput(call, kernel, name, shape);
  return buffers;
}

/** Updates in place: each changes the values of tensors it is given and returns none. */
export const optimizerKernels: KernelFamily = {
  KallimaSgdStep: (call) => {
    const { learningRate, momentum } = call.attrs as { learningRate: number; momentum?: number };
    const names = call.inputs.velocity ? ['gradient', 'velocity'] : ['gradient'];
    const buffers = stepBuffers(call, 'KallimaSgdStep', 'parameter', ...names);
    const { length, parameter, gradient, velocity } = buffers;
    if (length) {
      recordSgdStep(
        call.recorder,
        { length: length!, parameter: parameter!, gradient: gradient!, velocity },
        { learningRate, momentum },
      );
    }
    return [];
  },

  KallimaRmsPropStep: (call) => {
    const settings = call.attrs as { learningRate: number; decay: number; epsilon: number };
    const buffers = stepBuffers(call, 'KallimaRmsPropStep', 'parameter', 'gradient', 'square');
    if (buffers.length) recordRmsPropStep(call.recorder, buffers, settings);
    return [];
  },

  KallimaAdamStep: (call) => {
    const settings = call.attrs as {
      learningRate: number;
      beta1: number;
      beta2: number;
      epsilon: number;
      step: number;
    };
    const buffers = stepBuffers(call, 'KallimaAdamStep', 'parameter', 'gradient', 'first', 'second');
    if (buffers.length) recordAdamStep(call.recorder, buffers, settings);
    return [];
  },

  KallimaAverageStep: (call) => {
    const buffers = stepBuffers(call, 'KallimaAverageStep', 'average', 'parameter');
    if (buffers.length) recordAverageStep(call.recorder, buffers, call.attrs.decay as number);
    return [];
  },

  KallimaClipStep: (call) => {
    const { minimum, maximum } = call.attrs as { minimum: number; maximum: number };
    const buffers = stepBuffers(call, 'KallimaClipStep', 'parameter');
    if (buffers.length) recordClipStep(call.recorder, buffers, minimum, maximum);
    return [];
  },
};
