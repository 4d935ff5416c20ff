import { ExpandDims, Identity, Reshape, util } from '@tensorflow/tfjs-core';
import { ShapeError } from '../../errors';
import { formatShape, sizeOf } from '../../util/shape';
import type { KernelFamily } from '../kernel';

/** Kernels that only name the same values anew: no copy, no record. */
export const aliasKernels: KernelFamily = {
  [Identity]: (call) => call.alias(call.inputs.x!, call.inputs.x!.shape),

  [Reshape]: (call) => {
    const x = call.inputs.x!;
    const size = sizeOf(x.shape);
    const shape = util.inferFromImplicitShape(call.attrs.shape as number[], size);
    if (sizeOf(shape) !== size) {
      throw new ShapeError(
        `reshape: the number of elements must stay, got ${formatShape(x.shape)} and ${formatShape(shape)}`,
      );
    }
    return call.alias(x, shape);
  },

  [ExpandDims]: (call) => {
    const input = call.inputs.input!;
    const { shape } = input;
    const dim = call.attrs.dim as number;
    const at = dim < 0 ? dim + shape.length + 1 : dim;
    if (at < 0 || at > shape.length) {
      throw new ShapeError(`expandDims: axis must be in [${-shape.length - 1}, ${shape.length}], got ${dim}`);
    }
    return call.alias(input, [...shape.slice(0, at), 1, ...shape.slice(at)]);
  },
};
