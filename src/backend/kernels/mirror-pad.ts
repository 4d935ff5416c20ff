import { MirrorPad } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors';
import {
  type MirrorPadSettings,
  recordMirrorPad,
  recordMirrorPadGrad,
  servesMirrorPad,
} from '../../program/records/mirror-pad';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import type { KernelFamily } from '../kernel';
import { floatInput } from './floats';

type Attributes = Omit<MirrorPadSettings, 'inputShape'>;

function paddedShape({ inputShape, paddings }: MirrorPadSettings): Shape {
  return inputShape.map((size, axis) => paddings[axis]![0] + size + paddings[axis]![1]);
}

export const mirrorPadKernels: KernelFamily = {
  [MirrorPad]: (call) => {
    const x = call.inputs.x!;
    const settings = { ...(call.attrs as Partial<Attributes> as Attributes), inputShape: x.shape };
    const served = x.dtype === 'float32' || x.dtype === 'int32';
    if (!served || sizeOf(x.shape) === 0 || !servesMirrorPad(settings)) return undefined;
    const y = call.output(paddedShape(settings), x.dtype);
    recordMirrorPad(call.recorder, { y: call.pointer(y), x: call.pointer(x) }, settings);
    return y;
  },

  KallimaMirrorPadGrad: (call) => {
    const settings = call.attrs as Partial<MirrorPadSettings> as MirrorPadSettings;
    const { inputShape, paddings, mode } = settings;
    const skip = mode === 'reflect' ? 1 : 0;
    const fits = inputShape.every((size, axis) => {
      const most = Math.max(...paddings[axis]!);
      return most === 0 || most <= size - skip;
    });
    if (!fits || !servesMirrorPad(settings)) {
      throw new ShapeError(
        `KallimaMirrorPadGrad: paddings must be below the input's size, got ${JSON.stringify(paddings)} ` +
          `and ${formatShape(inputShape)}`,
      );
    }
    const dy = floatInput(call, 'KallimaMirrorPadGrad', 'dy', paddedShape(settings));
    const dx = call.output(inputShape, 'float32');
    if (sizeOf(inputShape) > 0) {
      recordMirrorPadGrad(call.recorder, { dx: call.pointer(dx), dy }, settings);
    }
    return dx;
  },
};
