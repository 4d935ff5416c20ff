import {
  backend_util,
  Concat,
  type DataType,
  Fill,
  OnesLike,
  Pack,
  PadV2,
  Reverse,
  Slice,
  SplitV,
  StridedSlice,
  slice_util,
  type TensorInfo,
  Tile,
  Transpose,
  Unpack,
  util,
  ZerosLike,
} from '@tensorflow/tfjs-core';
import { fill, fillBytes, strided } from '../../program/records/layout';
import { stridesOf } from '../../program/records/strides';
import { type Shape, sizeOf } from '../../util/shape';
import type { KernelCall, KernelFamily } from '../kernel';
import { bitsOf, bytesOf, movable } from './element';

function fillTensor(call: KernelCall, info: TensorInfo, value: number): void {
  const n = sizeOf(info.shape);
  if (info.dtype === 'bool') fillBytes(call.recorder, call.pointer(info), n, value);
  else fill(call.recorder, call.pointer(info), n, bitsOf(value, info.dtype));
}

function filled(call: KernelCall, shape: Shape, dtype: DataType, value: number): TensorInfo | undefined {
  if (!movable(dtype)) return undefined;
  const y = call.output(shape, dtype);
  fillTensor(call, y, value);
  return y;
}

/** A new tensor that reads `x` by strides from an offset on; undefined if records can't. */
function view(
  call: KernelCall,
  x: TensorInfo,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
  sizes: Shape = shape,
): TensorInfo | undefined {
  if (!movable(x.dtype)) return undefined;
  const y = call.output(shape, x.dtype);
  const to = { pointer: call.pointer(y), strides: stridesOf(sizes) };
  const from = { pointer: call.pointer(x), strides, offset };
  return strided(call.recorder, bytesOf(x.dtype), sizes, to, from) ? y : undefined;
}

const dot = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, value, axis) => sum + value * b[axis]!, 0);

function sliced(call: KernelCall, x: TensorInfo, begin: Shape, size: Shape): TensorInfo | undefined {
  const strides = stridesOf(x.shape);
  return view(call, x, size, strides, dot(begin, strides));
}

function sliceKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const { begin, size } = call.attrs as { begin: number[]; size: number[] };
  const [from, sizes] = slice_util.parseSliceParams(x, begin, size) as [number[], number[]];
  slice_util.assertParamsValid(x, from, sizes);
  return sliced(call, x, from, sizes);
}

function splitKernel(call: KernelCall): TensorInfo[] | undefined {
  const x = call.inputs.x!;
  if (!movable(x.dtype)) return undefined;
  const axis = util.parseAxisParam(call.attrs.axis as number, x.shape)[0]!;
  const pieces = backend_util.prepareSplitSize(x, call.attrs.numOrSizeSplits as number | number[], axis);
  const begin = x.shape.map(() => 0);
  const results: TensorInfo[] = [];
  for (const piece of pieces) {
    const size = x.shape.map((whole, of) => (of === axis ? piece : whole));
    const result = sliced(call, x, begin, size);
    if (!result) return undefined;
    results.push(result);
    begin[axis]! += piece;
  }
  return results;
}

function stridedSliceKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const attrs = call.attrs as Record<string, number> & Record<'begin' | 'end' | 'strides', number[]>;
  const info = slice_util.sliceInfo(
    x.shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask!,
    attrs.endMask!,
    attrs.ellipsisMask!,
    attrs.newAxisMask!,
    attrs.shrinkAxisMask!,
  );
  if (info.isIdentity) return call.alias(x, info.finalShape);
  const strides = stridesOf(x.shape);
  const steps = strides.map((stride, axis) => stride * info.strides[axis]!);
  const sizes = slice_util
    .computeOutShape(info.begin, info.end, info.strides)
    .map((size) => Math.max(0, size));
  return view(call, x, info.finalShape, steps, dot(info.begin, strides), sizes);
}

function transposeKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const perm = call.attrs.perm as number[];
  const strides = stridesOf(x.shape);
  return view(
    call,
    x,
    perm.map((axis) => x.shape[axis]!),
    perm.map((axis) => strides[axis]!),
  );
}

function tileKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const reps = call.attrs.reps as number[];
  const strides = stridesOf(x.shape);
  return view(
    call,
    x,
    x.shape.map((size, axis) => size * reps[axis]!),
    x.shape.flatMap((_, axis) => [0, strides[axis]!]),
    0,
    x.shape.flatMap((size, axis) => [reps[axis]!, size]),
  );
}

function reverseKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const dims = util.parseAxisParam(call.attrs.dims as number | number[], x.shape);
  const strides = stridesOf(x.shape);
  let offset = 0;
  for (const axis of dims) {
    offset += strides[axis]! * Math.max(0, x.shape[axis]! - 1);
    strides[axis]! *= -1;
  }
  return view(call, x, x.shape, strides, offset);
}

function padKernel(call: KernelCall): TensorInfo | undefined {
  const x = call.inputs.x!;
  const { paddings, constantValue } = call.attrs as { paddings: [number, number][]; constantValue: number };
  if (!movable(x.dtype) || paddings.some(([before, after]) => before < 0 || after < 0)) return undefined;
  const y = call.output(
    x.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]),
    x.dtype,
  );
  fillTensor(call, y, constantValue);
  const strides = stridesOf(y.shape);
  const offset = dot(
    paddings.map(([before]) => before),
    strides,
  );
  const to = { pointer: call.pointer(y), strides, offset };
  const from = { pointer: call.pointer(x), strides: stridesOf(x.shape) };
  return strided(call.recorder, bytesOf(x.dtype), x.shape, to, from) ? y : undefined;
}

/** Joins tensors of `shapes` (their own, or with an axis of size 1 put in) along `axis`. */
function joined(
  call: KernelCall,
  parts: readonly TensorInfo[],
  shapes: readonly number[][],
  axis: number,
): TensorInfo | undefined {
  const dtype = parts[0]!.dtype;
  if (!movable(dtype) || parts.some((part) => part.dtype !== dtype)) return undefined;
  const y = call.output(backend_util.computeOutShape([...shapes], axis), dtype);
  const strides = stridesOf(y.shape);
  let offset = 0;
  for (const [index, part] of parts.entries()) {
    const shape = shapes[index]!;
    const to = { pointer: call.pointer(y), strides, offset };
    const from = { pointer: call.pointer(part), strides: stridesOf(shape) };
    if (!strided(call.recorder, bytesOf(dtype), shape, to, from)) return undefined;
    offset += strides[axis]! * shape[axis]!;
  }
  return y;
}

function concatKernel(call: KernelCall): TensorInfo | undefined {
  const parts = Object.values(call.inputs) as TensorInfo[];
  const axis = util.parseAxisParam(call.attrs.axis as number, parts[0]!.shape)[0]!;
  const shapes = parts.map((part) => part.shape);
  backend_util.assertParamsConsistent(shapes, axis);
  return joined(call, parts, shapes, axis);
}

function packKernel(call: KernelCall): TensorInfo | undefined {
  const parts = Object.values(call.inputs) as TensorInfo[];
  const { shape, dtype } = parts[0]!;
  for (const part of parts) {
    util.assertShapesMatch(shape, part.shape, 'All tensors passed to stack must have matching shapes');
    util.assert(dtype === part.dtype, () => 'All tensors passed to stack must have matching dtypes');
  }
  const dim = call.attrs.axis as number;
  const axis = dim < 0 ? dim + shape.length + 1 : dim;
  const expanded = [...shape.slice(0, axis), 1, ...shape.slice(axis)];
  return joined(
    call,
    parts,
    parts.map(() => expanded),
    axis,
  );
}

function unpackKernel(call: KernelCall): TensorInfo[] | undefined {
  const value = call.inputs.value!;
  if (!movable(value.dtype)) return undefined;
  const dim = call.attrs.axis as number;
  const axis = dim < 0 ? dim + value.shape.length : dim;
  const strides = stridesOf(value.shape);
  const others = (of: readonly number[]) => of.filter((_, at) => at !== axis);
  const results: TensorInfo[] = [];
  for (let i = 0; i < value.shape[axis]!; i++) {
    const result = view(call, value, others(value.shape), others(strides), i * strides[axis]!);
    if (!result) return undefined;
    results.push(result);
  }
  return results;
}

/** Kernels that move values without computing any. */
export const layoutKernels: KernelFamily = {
  [Fill]: (call) => {
    const { shape, value, dtype } = call.attrs as { shape: number[]; value: number; dtype: DataType };
    if (typeof value !== 'number') return undefined;
    return filled(call, shape, dtype ?? util.inferDtype(value), value);
  },
  [ZerosLike]: (call) => filled(call, call.inputs.x!.shape, call.inputs.x!.dtype, 0),
  [OnesLike]: (call) => filled(call, call.inputs.x!.shape, call.inputs.x!.dtype, 1),
  [Slice]: sliceKernel,
  [SplitV]: splitKernel,
  [StridedSlice]: stridedSliceKernel,
  [Transpose]: transposeKernel,
  [Tile]: tileKernel,
  [Reverse]: reverseKernel,
  [PadV2]: padKernel,
  [Concat]: concatKernel,
  [Pack]: packKernel,
  [Unpack]: unpackKernel,
};
