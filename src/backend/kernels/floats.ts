import type { TensorInfo } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors';
import { formatShape, type Shape, sameShape } from '../../util/shape';
import type { KernelCall } from '../kernel';

/**
 * The address of an input of one of the kernels that TF.js does not know, and so never forwards.
 *
 * @throws {ShapeError} if the input is missing, is not float32 or has not the shape.
 */
export function floatInput(call: KernelCall, kernel: string, name: string, shape: Shape): number {
  const info: TensorInfo | undefined = call.inputs[name];
  if (info?.dtype !== 'float32' || !sameShape(info.shape, shape)) {
    const got = info ? `${info.dtype} ${formatShape(info.shape)}` : 'nothing';
    throw new ShapeError(`${kernel}: ${name} must be float32 ${formatShape(shape)}, got ${got}`);
  }
  return call.pointer(info);
}
