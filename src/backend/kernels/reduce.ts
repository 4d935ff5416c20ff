import {
  All,
  Any,
  ArgMax,
  ArgMin,
  backend_util,
  type DataType,
  Max,
  Mean,
  Min,
  Prod,
  Sum,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import * as abi from '../../../assembly/abi/reduce';
import { reduce, reduceArg, reducePlain } from '../../program/records/reduce';
import { sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily, KernelFunction } from '../kernel';

/** How a dtype is reduced: y and x, the input's shape and the axes. */
type Reduction = (call: KernelCall, y: number, x: number, shape: number[], axes: number[]) => void;

/** A reduction over `axis` (Max calls it `reductionIndices`) by dtype; other dtypes and empty inputs are declined. */
function reductionKernel(
  reductions: Readonly<Partial<Record<DataType, Reduction>>>,
  attribute: 'axis' | 'reductionIndices' = 'axis',
): KernelFunction {
  return (call) => {
    const x = call.inputs.x!;
    const reduction = reductions[x.dtype];
    if (!reduction || sizeOf(x.shape) === 0) return undefined;
    const axes = util.parseAxisParam(call.attrs[attribute] as number | number[], x.shape);
    const [kept] = backend_util.computeOutAndReduceShapes(x.shape, axes);
    const shape = call.attrs.keepDims ? backend_util.expandShapeToKeepDim(kept, axes) : kept;
    const y = call.output(shape, x.dtype);
    reduction(call, call.pointer(y), call.pointer(x), x.shape, axes);
    return y;
  };
}

const float =
  (code: number): Reduction =>
  (call, y, x, shape, axes) =>
    reduce(call.recorder, code, y, x, shape, axes);

const mean: Reduction = (call, y, x, shape, axes) => {
  const count = axes.reduce((product, axis) => product * shape[axis]!, 1);
  reduce(call.recorder, abi.REDUCE_SUM, y, x, shape, axes, count);
};

const plain =
  (code: number, bytes: 1 | 4): Reduction =>
  (call, y, x, shape, axes) =>
    reducePlain(call.recorder, code, bytes, y, x, shape, axes);

function argKernel(code: number): KernelFunction {
  return (call): TensorInfo | undefined => {
    const x = call.inputs.x!;
    if (x.dtype !== 'float32' || sizeOf(x.shape) === 0) return undefined;
    const axis = util.parseAxisParam(call.attrs.axis as number, x.shape)[0]!;
    const y = call.output(
      x.shape.filter((_, of) => of !== axis),
      'int32',
    );
    reduceArg(call.recorder, code, call.pointer(y), call.pointer(x), x.shape, axis);
    return y;
  };
}

/** Reductions over any axes. */
export const reduceKernels: KernelFamily = {
  [Sum]: reductionKernel({ float32: float(abi.REDUCE_SUM), int32: plain(abi.PLAIN_SUM_INT, 4) }),
  [Mean]: reductionKernel({ float32: mean }),
  [Max]: reductionKernel({ float32: float(abi.REDUCE_MAX) }, 'reductionIndices'),
  [Min]: reductionKernel({ float32: float(abi.REDUCE_MIN) }),
  [Prod]: reductionKernel({ float32: plain(abi.PLAIN_PRODUCT, 4) }),
  [All]: reductionKernel({ bool: plain(abi.PLAIN_ALL, 1) }),
  [Any]: reductionKernel({ bool: plain(abi.PLAIN_ANY, 1) }),
  [ArgMax]: argKernel(abi.REDUCE_MAX),
  [ArgMin]: argKernel(abi.REDUCE_MIN),
};
