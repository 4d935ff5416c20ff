import {
  OP_ADAM,
  OP_AVERAGE,
  OP_CLIP_IN_PLACE,
  OP_RMSPROP,
  OP_SGD,
  OP_SGD_MOMENTUM,
} from '../../../assembly/abi/optimizer';
import { RECORD_ARGS, RECORD_INPUTS, RECORD_OUTPUTS } from '../../../assembly/abi/record';
import { f32Bits, type Recorder } from '../recorder';

// Records that write weights, moments or averages are in one part: the calling thread runs them alone. So a worker
// that ends, whenever that is, leaves state as it was before an update or as it is after, never half of each, and
// the update can be run again. All of these are bound by memory, of which one thread uses most.

/** A flat buffer pair: `length` f32 at byte address `parameter`, and its gradient. */
export interface StepBuffers {
  readonly length: number;
  readonly parameter: number;
  readonly gradient: number;
}

export interface SgdSettings {
  readonly learningRate: number;
  readonly momentum?: number;
}

/** `parameter −= learningRate · gradient`; with a velocity, `velocity = momentum · velocity + gradient` first and that is subtracted. */
export function recordSgdStep(
  recorder: Recorder,
  { length, parameter, gradient, velocity }: StepBuffers & { readonly velocity?: number },
  { learningRate, momentum = 0 }: SgdSettings,
): void {
  if (velocity === undefined) {
    const params = [f32Bits(learningRate), length];
    recorder.emit(OP_SGD, [parameter], [parameter, gradient], params);
    return;
  }
  recorder.emit(
    OP_SGD_MOMENTUM,
    [parameter, velocity],
    [parameter, gradient, velocity],
    [f32Bits(learningRate), f32Bits(momentum), length],
  );
}

export interface RmsPropSettings {
  readonly learningRate: number;
  readonly decay: number;
  readonly epsilon: number;
}

/** `square = decay · square + (1 − decay) · g²; parameter −= learningRate · g / (√square + ε)`. */
export function recordRmsPropStep(
  recorder: Recorder,
  { length, parameter, gradient, square }: StepBuffers & { readonly square: number },
  { learningRate, decay, epsilon }: RmsPropSettings,
): void {
  recorder.emit(
    OP_RMSPROP,
    [parameter, square],
    [parameter, gradient, square],
    [...[learningRate, decay, 1 - decay, epsilon].map(f32Bits), length],
  );
}

export interface AdamSettings {
  readonly learningRate: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  /** Number of this update, from 1. */
  readonly step: number;
}

/**
 * Adam with bias correction, epsilon outside the corrected root:
 * `parameter −= learningRate · m̂ / (√ŝ + ε)`, `m̂ = first / (1 − β₁ᵗ)`, `ŝ = second / (1 − β₂ᵗ)`.
 *
 * @see Kingma & Ba 2015, Adam: a method for stochastic optimization, https://arxiv.org/abs/1412.6980
 */
export function recordAdamStep(
  recorder: Recorder,
  {
    length,
    parameter,
    gradient,
    first,
    second,
  }: StepBuffers & { readonly first: number; readonly second: number },
  { learningRate, beta1, beta2, epsilon, step }: AdamSettings,
): void {
  const rate = learningRate / (1 - beta1 ** step);
  const correct = 1 / Math.sqrt(1 - beta2 ** step);
  recorder.emit(
    OP_ADAM,
    [parameter, first, second],
    [parameter, gradient, first, second],
    [...[rate, beta1, 1 - beta1, beta2, 1 - beta2, correct, epsilon].map(f32Bits), length],
  );
}

export type OptimizerSettings = SgdSettings | RmsPropSettings | AdamSettings;

const RATED = [OP_SGD, OP_SGD_MOMENTUM, OP_RMSPROP, OP_ADAM];

/** Whether {@link patchOptimizer} is for records of this opcode. */
export function isOptimizer(opcode: number): boolean {
  return RATED.includes(opcode);
}

/**
 * Sets what changes from step to step in an optimizer's record that lies in memory, whether it is of one parameter
 * or of several.
 *
 * @param words the memory. @param record index of the record's first word.
 */
export function patchOptimizer(words: Int32Array, record: number, settings: OptimizerSettings): void {
  const params = record + RECORD_ARGS + words[record + RECORD_OUTPUTS]! + words[record + RECORD_INPUTS]!;
  if ('step' in settings) {
    const { learningRate, beta1, beta2, step } = settings;
    words[params] = f32Bits(learningRate / (1 - beta1 ** step));
    words[params + 5] = f32Bits(1 / Math.sqrt(1 - beta2 ** step));
  } else {
    words[params] = f32Bits(settings.learningRate);
  }
}

/** `average = decay · average + (1 − decay) · parameter`. */
export function recordAverageStep(
  recorder: Recorder,
  buffers: { readonly length: number; readonly average: number; readonly parameter: number },
  decay: number,
): void {
  const { length, average, parameter } = buffers;
  const params = [f32Bits(decay), f32Bits(1 - decay), length];
  recorder.emit(OP_AVERAGE, [average], [average, parameter], params);
}

/** `parameter = min(max(parameter, minimum), maximum)`; NaN stays NaN. */
export function recordClipStep(
  recorder: Recorder,
  buffers: { readonly length: number; readonly parameter: number },
  minimum: number,
  maximum: number,
): void {
  const { length, parameter } = buffers;
  const params = [f32Bits(minimum), f32Bits(maximum), length];
  recorder.emit(OP_CLIP_IN_PLACE, [parameter], [parameter], params);
}
