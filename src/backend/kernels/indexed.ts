import {
  backend_util,
  Cumsum,
  type DataType,
  GatherV2,
  OneHot,
  type TensorInfo,
  UnsortedSegmentSum,
  util,
} from '@tensorflow/tfjs-core';
import { cumsum, gather, oneHot, segmentSum } from '../../program/records/layout';
import { sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { bitsOf, bytesOf, movable } from './element';

function gatherKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const indices = call.inputs.indices!;
  if (bytesOf(x.dtype) !== 4 || !movable(x.dtype) || indices.dtype !== 'int32') return undefined;
  const axis = util.parseAxisParam(call.attrs.axis as number, x.shape)[0]!;
  const size = x.shape[axis]!;
  for (const index of call.values(indices) ?? []) {
    util.assert(
      index >= 0 && index < size,
      () => `GatherV2: the index value ${index} is not in [0, ${size - 1}]`,
    );
  }
  const batchDims = (call.attrs.batchDims as number | undefined) ?? 0;
  const info = backend_util.segment_util.collectGatherOpShapeInfo(x, indices, axis, batchDims);
  const y = call.output(info.outputShape, x.dtype);
  gather(call.recorder, call.pointer(y), call.pointer(x), call.pointer(indices), {
    batch: info.batchSize,
    outer: info.outerSize,
    size: info.dimSize,
    count: sizeOf(indices.shape) / info.batchSize,
    slice: info.sliceSize,
  });
  return y;
}

function oneHotKernel(call: KernelCall): TensorInfo | undefined {
  const indices = call.inputs.indices!;
  const { depth, onValue, offValue, dtype } = call.attrs as {
    depth: number;
    onValue: number;
    offValue: number;
    dtype: DataType;
  };
  if (indices.dtype !== 'int32' || (dtype !== 'float32' && dtype !== 'int32')) return undefined;
  const y = call.output([...indices.shape, depth], dtype);
  const n = sizeOf(indices.shape);
  const words = [bitsOf(onValue, dtype), bitsOf(offValue, dtype)] as const;
  oneHot(call.recorder, call.pointer(y), call.pointer(indices), n, depth, ...words);
  return y;
}

/** Only ids of rank 1, as TF.js's op requires. */
function segmentSumKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const ids = call.inputs.segmentIds!;
  if (x.dtype !== 'float32' || ids.dtype !== 'int32' || ids.shape.length !== 1) return undefined;
  const [rows, ...rest] = x.shape as [number, ...number[]];
  const segments = call.attrs.numSegments as number;
  const y = call.output([segments, ...rest], 'float32');
  const pointers = [call.pointer(y), call.pointer(x), call.pointer(ids)] as const;
  segmentSum(call.recorder, ...pointers, segments, rows, sizeOf(rest));
  return y;
}

/** Along the last axis; TF.js's gradient needs no other. */
function cumsumKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const { axis, exclusive, reverse } = call.attrs as { axis: number; exclusive: boolean; reverse: boolean };
  if (x.dtype !== 'float32' || axis !== x.shape.length - 1) return undefined;
  const columns = x.shape[axis]!;
  const y = call.output(x.shape, 'float32');
  const rows = sizeOf(x.shape.slice(0, -1));
  cumsum(call.recorder, call.pointer(y), call.pointer(x), rows, columns, exclusive, reverse);
  return y;
}

/** Rows chosen by an index, and running sums. */
export const indexedKernels: KernelFamily = {
  [GatherV2]: gatherKernel,
  [OneHot]: oneHotKernel,
  [UnsortedSegmentSum]: segmentSumKernel,
  [Cumsum]: cumsumKernel,
};
