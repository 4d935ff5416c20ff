import { _FusedMatMul, BatchMatMul, type TensorInfo } from '@tensorflow/tfjs-core';
import { gemm } from '../../program/records/gemm';
import { sameShape, sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { activate, servesEpilogue } from './fused';

/** `a · b`, plus bias and activation; float32, batches equal or one of them a single matrix. */
function matMul(call: KernelCall): TensorInfo | undefined {
  const { a, b, bias } = call.inputs as { a: TensorInfo; b: TensorInfo; bias?: TensorInfo };
  if (a.dtype !== 'float32' || b.dtype !== 'float32' || a.shape.length < 2 || b.shape.length < 2) {
    return undefined;
  }
  const transposeA = Boolean(call.attrs.transposeA);
  const transposeB = Boolean(call.attrs.transposeB);
  const [aRows, aColumns] = a.shape.slice(-2) as [number, number];
  const [bRows, bColumns] = b.shape.slice(-2) as [number, number];
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [inner, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  const aBatch = a.shape.slice(0, -2);
  const bBatch = b.shape.slice(0, -2);
  const shared = { sharedA: sizeOf(aBatch) === 1, sharedB: sizeOf(bBatch) === 1 };
  if (inner !== k || !servesEpilogue(call, n)) return undefined;
  if (!shared.sharedA && !shared.sharedB && !sameShape(aBatch, bBatch)) return undefined;

  // A single matrix may still have more leading axes of size 1 than the other batch.
  const longer = Math.max(aBatch.length, bBatch.length);
  const outer = shared.sharedA ? bBatch : aBatch;
  const leading = [...new Array<number>(longer - outer.length).fill(1), ...outer];
  const y = call.output([...leading, m, n], 'float32');
  gemm(call.recorder, {
    c: call.pointer(y),
    a: call.pointer(a),
    b: call.pointer(b),
    bias: bias && call.pointer(bias),
    m,
    n,
    k,
    transposeA,
    transposeB,
    batch: sizeOf(outer),
    ...shared,
  });
  activate(call, y);
  return y;
}

/** Matrix products. */
export const gemmKernels: KernelFamily = {
  [BatchMatMul]: matMul,
  [_FusedMatMul]: matMul,
};
