import { FusedBatchNorm, type TensorInfo } from '@tensorflow/tfjs-core';
import { ArgumentError, ShapeError } from '../../errors';
import {
  type NormalizeSettings,
  recordNormalize,
  recordNormalizeGrad,
  recordNormalizeWith,
} from '../../program/records/normalize';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { floatInput } from './floats';

/** Shape of mean and variance. */
function momentsShape({ shape, over }: NormalizeSettings): Shape {
  const [examples, channels] = [shape[0]!, shape[shape.length - 1]!];
  if (over === 'batch') return [channels];
  return over === 'instance' ? [examples, channels] : [examples];
}

/** What both kernels need to know of x and the attributes. */
function settingsOf(call: KernelCall, kernel: string): NormalizeSettings {
  const { shape } = call.inputs.x!;
  const { over, epsilon } = call.attrs as Pick<NormalizeSettings, 'over' | 'epsilon'>;
  if (over !== 'batch' && over !== 'instance' && over !== 'layer') {
    throw new ArgumentError(`${kernel}: over must be batch, instance or layer, got ${String(over)}`);
  }
  if (shape.length < 2 || sizeOf(shape) === 0) {
    throw new ShapeError(`${kernel}: x must be [N, …, C] with no empty axis, got ${formatShape(shape)}`);
  }
  return { shape, over, epsilon };
}

/** The address of a tensor of one float a channel, or undefined where it is missing. */
function channelInput(call: KernelCall, kernel: string, name: string, { shape }: NormalizeSettings) {
  return call.inputs[name] ? floatInput(call, kernel, name, shape.slice(-1)) : undefined;
}

export const normalizeKernels: KernelFamily = {
  KallimaNormalize: (call) => {
    const kernel = 'KallimaNormalize';
    const settings = settingsOf(call, kernel);
    const x = floatInput(call, kernel, 'x', settings.shape);
    const scale = channelInput(call, kernel, 'scale', settings);
    const offset = channelInput(call, kernel, 'offset', settings);
    const y = call.output(settings.shape, 'float32');
    const mean = call.output(momentsShape(settings), 'float32');
    const variance = call.output(momentsShape(settings), 'float32');
    recordNormalize(
      call.recorder,
      { y: call.pointer(y), mean: call.pointer(mean), variance: call.pointer(variance), x, scale, offset },
      settings,
    );
    return [y, mean, variance];
  },

  KallimaNormalizeGrad: (call) => {
    const kernel = 'KallimaNormalizeGrad';
    const settings = settingsOf(call, kernel);
    const inputs = {
      dy: floatInput(call, kernel, 'dy', settings.shape),
      x: floatInput(call, kernel, 'x', settings.shape),
      mean: floatInput(call, kernel, 'mean', momentsShape(settings)),
      variance: floatInput(call, kernel, 'variance', momentsShape(settings)),
      scale: channelInput(call, kernel, 'scale', settings),
    };
    const dx = call.output(settings.shape, 'float32');
    const outputs: TensorInfo[] = [dx];
    if (inputs.scale !== undefined) {
      outputs.push(call.output(settings.shape.slice(-1), 'float32'));
      outputs.push(call.output(settings.shape.slice(-1), 'float32'));
    }
    const [, dscale, doffset] = outputs.map((info) => call.pointer(info));
    recordNormalizeGrad(call.recorder, { ...inputs, dx: call.pointer(dx), dscale, doffset }, settings);
    return outputs;
  },

  [FusedBatchNorm]: (call) => {
    const { x, mean, variance, scale, offset } = call.inputs;
    const channels = x!.shape[x!.shape.length - 1]!;
    const size = sizeOf(x!.shape);
    const perChannel = [mean!, variance!, scale, offset].filter((info) => info != null);
    // Other lengths are cycled through by TF.js's kernel.
    const served = perChannel.every((info) => info.dtype === 'float32' && sizeOf(info.shape) === channels);
    if (!served || x!.dtype !== 'float32' || size === 0) return undefined;
    const y = call.output(x!.shape, 'float32');
    recordNormalizeWith(
      call.recorder,
      {
        y: call.pointer(y),
        x: call.pointer(x!),
        mean: call.pointer(mean!),
        variance: call.pointer(variance!),
        scale: scale ? call.pointer(scale) : undefined,
        offset: offset ? call.pointer(offset) : undefined,
      },
      { size, channels, epsilon: (call.attrs.varianceEpsilon as number | undefined) ?? 0.001 },
    );
    return y;
  },
};
