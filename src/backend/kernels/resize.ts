import {
  ResizeBilinear,
  ResizeBilinearGrad,
  ResizeNearestNeighbor,
  ResizeNearestNeighborGrad,
} from '@tensorflow/tfjs-core';
import { type ResizeSettings, recordResize, recordResizeGrad } from '../../program/records/resize';
import { sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily, KernelFunction } from '../kernel';

type Method = ResizeSettings['method'];

function settingsOf(call: KernelCall, method: Method, size: readonly number[]): ResizeSettings {
  const { alignCorners, halfPixelCenters } = call.attrs;
  return {
    method,
    alignCorners: alignCorners === true,
    halfPixelCenters: halfPixelCenters === true,
    inputShape: call.inputs.images!.shape as [number, number, number, number],
    size: size as [number, number],
  };
}

const forward =
  (method: Method): KernelFunction =>
  (call) => {
    const images = call.inputs.images!;
    const settings = settingsOf(call, method, call.attrs.size as number[]);
    const [n, , , channels] = settings.inputShape;
    const shape = [n, ...settings.size, channels];
    const served = images.dtype === 'float32' || (method === 'nearest' && images.dtype === 'int32');
    if (!served || sizeOf(images.shape) === 0 || sizeOf(shape) === 0) return undefined;
    const y = call.output(shape, images.dtype);
    recordResize(call.recorder, { y: call.pointer(y), x: call.pointer(images) }, settings);
    return y;
  };

const backward =
  (method: Method): KernelFunction =>
  (call) => {
    const { images, dy } = call.inputs;
    const settings = settingsOf(call, method, dy!.shape.slice(1, 3));
    const served = dy!.dtype === 'float32' && images!.dtype === 'float32';
    if (!served || sizeOf(images!.shape) === 0 || sizeOf(dy!.shape) === 0) return undefined;
    const dx = call.output(images!.shape, 'float32');
    recordResizeGrad(call.recorder, { dx: call.pointer(dx), dy: call.pointer(dy!) }, settings);
    return dx;
  };

/** The gradients heed `halfPixelCenters` and any batch and shape, unlike those of TF.js's cpu backend. */
export const resizeKernels: KernelFamily = {
  [ResizeNearestNeighbor]: forward('nearest'),
  [ResizeNearestNeighborGrad]: backward('nearest'),
  [ResizeBilinear]: forward('bilinear'),
  [ResizeBilinearGrad]: backward('bilinear'),
};
