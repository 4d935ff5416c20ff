import {
  add,
  backend_util,
  batchToSpaceND,
  concat,
  type GradConfig,
  gather,
  greaterEqual,
  maximum,
  pad,
  reshape,
  reverse,
  scalar,
  slice,
  slice_util,
  spaceToBatchND,
  split,
  stack,
  sum,
  type Tensor,
  type Tensor1D,
  tensor1d,
  transpose,
  unsortedSegmentSum,
  unstack,
  util,
  where,
} from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from '../util/shape';
import { constant, detach, fromInput, linear, sumTo, zero } from './support';

/** Adjoint of tile: sums over the repetitions, with neighbouring axes of one kind merged. */
function sumRepetitions(dy: Tensor, shape: Shape, reps: readonly number[]): Tensor {
  const sizes: number[] = [];
  const repeated: boolean[] = [];
  const append = (size: number, isRepetition: boolean) => {
    if (size === 1) return;
    const last = sizes.length - 1;
    if (repeated[last] === isRepetition) sizes[last]! *= size;
    else {
      sizes.push(size);
      repeated.push(isRepetition);
    }
  };
  shape.forEach((size, axis) => {
    append(reps[axis]!, true);
    append(size, false);
  });
  const axes = [...repeated.keys()].filter((axis) => repeated[axis]);
  const parts = reshape(dy, sizes);
  return reshape(axes.length > 0 ? sum(parts, axes) : parts, [...shape]);
}

/** Puts `step − 1` zeros between neighbours along each axis: `(n − 1) · step + 1` elements of n. */
export function spread(x: Tensor, steps: readonly number[]): Tensor {
  steps.forEach((step, axis) => {
    const size = x.shape[axis]!;
    if (step === 1 || size <= 1) return;
    const before = x.shape.slice(0, axis);
    const after = x.shape.slice(axis + 1);
    const rows = reshape(x, [sizeOf(before) * size, 1, sizeOf(after)]);
    const spaced = pad(rows, [
      [0, 0],
      [0, step - 1],
      [0, 0],
    ]);
    const long = reshape(spaced, [sizeOf(before), size * step, sizeOf(after)]);
    const cut = slice(long, [0, 0, 0], [-1, (size - 1) * step + 1, -1]);
    x = reshape(cut, [...before, (size - 1) * step + 1, ...after]);
  });
  return x;
}

type StridedSliceAttrs = Record<
  'beginMask' | 'endMask' | 'ellipsisMask' | 'newAxisMask' | 'shrinkAxisMask',
  number
> &
  Record<'begin' | 'end' | 'strides', number[]>;

function stridedSliceAdjoint(dy: Tensor, shape: number[], attrs: StridedSliceAttrs): Tensor {
  const info = slice_util.sliceInfo(
    shape,
    attrs.begin,
    attrs.end,
    attrs.strides,
    attrs.beginMask,
    attrs.endMask,
    attrs.ellipsisMask,
    attrs.newAxisMask,
    attrs.shrinkAxisMask,
  );
  const sizes = slice_util.computeOutShape(info.begin, info.end, info.strides);
  const backwards = [...sizes.keys()].filter((axis) => info.strides[axis]! < 0);
  let inner = reshape(dy, sizes);
  if (backwards.length > 0) inner = reverse(inner, backwards);
  inner = spread(
    inner,
    info.strides.map((stride) => Math.abs(stride)),
  );
  const paddings = sizes.map((size, axis): [number, number] => {
    const stride = info.strides[axis]!;
    const first = info.begin[axis]! + (stride < 0 ? (size - 1) * stride : 0);
    return [first, shape[axis]! - first - inner.shape[axis]!];
  });
  return pad(inner, paddings);
}

/** Adjoint of gather along `axis` with the first `batchDims` axes shared by `x` and `indices`. */
function gatherAdjoint(dy: Tensor, shape: Shape, indices: Tensor, axis: number, batchDims: number): Tensor {
  const batch = sizeOf(shape.slice(0, batchDims));
  const outer = sizeOf(shape.slice(batchDims, axis));
  const count = shape[axis]!;
  const inner = sizeOf(shape.slice(axis + 1));
  const each = indices.size / batch;
  const rows = transpose(reshape(dy, [batch, outer, each, inner]), [0, 2, 1, 3]);
  const ids = constant(() => {
    const flat = reshape(indices, [batch, each]);
    if (batch === 1) return reshape(flat, [each]);
    const starts = Int32Array.from({ length: batch }, (_, i) => i * count);
    return reshape(add(flat, reshape(tensor1d(starts, 'int32'), [batch, 1])), [batch * each]);
  });
  const summed = unsortedSegmentSum(
    reshape(rows, [batch * each, outer * inner]),
    ids as Tensor1D,
    batch * count,
  );
  return reshape(transpose(reshape(summed, [batch, count, outer, inner]), [0, 2, 1, 3]), [...shape]);
}

/** Rows of `dy` by segment; zeros for a negative segment, which was summed nowhere. */
function segmentRows(dy: Tensor, segments: Tensor): Tensor {
  const rows = gather(
    dy,
    constant(() => maximum(segments, scalar(0, 'int32'))),
  );
  const kept = constant(() => {
    const shape = [...segments.shape, ...rows.shape.slice(segments.rank).map(() => 1)];
    return reshape(greaterEqual(segments, scalar(0, 'int32')), shape);
  });
  return where(
    kept,
    rows,
    constant(() => zero(rows)),
  );
}

/** Kernels that move elements without changing them: each gradient is the adjoint move. */
export const layoutGradients: readonly GradConfig[] = [
  linear('BatchToSpaceND', (dy, { blockShape, crops }) =>
    spaceToBatchND(dy, blockShape as number[], crops as number[][]),
  ),
  linear('SpaceToBatchND', (dy, { blockShape, paddings }) =>
    batchToSpaceND(dy, blockShape as number[], paddings as number[][]),
  ),
  fromInput('BroadcastTo', (dy, x) => sumTo(dy, x.shape)),
  {
    kernelName: 'Concat',
    saveAllInputs: true,
    gradFunc: (dy, saved, attrs) => {
      const axis = util.parseAxisParam(attrs.axis as number, saved[0]!.shape)[0]!;
      const parts = split(
        dy as Tensor,
        saved.map((part) => part.shape[axis]!),
        axis,
      );
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'SplitV',
    gradFunc: (dy, _, { axis }) => ({ x: () => concat([dy].flat(), axis as number) }),
  },
  {
    kernelName: 'Pack',
    saveAllInputs: true,
    gradFunc: (dy, _, { axis }) => {
      const parts = unstack(dy as Tensor, axis as number);
      return Object.fromEntries(parts.map((part, i) => [i, () => part]));
    },
  },
  {
    kernelName: 'Unpack',
    gradFunc: (dy, _, { axis }) => ({ value: () => stack([dy].flat(), axis as number) }),
  },
  fromInput('DepthToSpace', (dy, x, attrs) => {
    const block = attrs.blockSize as number;
    const [n, height, width, depth] = x.shape as [number, number, number, number];
    const cells = reshape(dy, [n, height, block, width, block, depth / block ** 2]);
    return reshape(transpose(cells, [0, 1, 3, 2, 4, 5]), x.shape);
  }),
  fromInput('ExpandDims', (dy, x) => reshape(dy, x.shape), 'input'),
  {
    kernelName: 'GatherV2',
    inputsToSave: ['x', 'indices'],
    gradFunc: (dy, [x, indices], attrs) => ({
      x: () => {
        const axis = util.parseAxisParam(attrs.axis as number, x!.shape)[0]!;
        return gatherAdjoint(dy as Tensor, x!.shape, indices!, axis, attrs.batchDims as number);
      },
      indices: () => zero(indices!),
    }),
  },
  linear(
    'OneHot',
    (dy) =>
      sum(
        constant(() => zero(dy)),
        -1,
      ),
    'indices',
  ),
  fromInput('PadV2', (dy, x, { paddings }) =>
    slice(
      dy,
      (paddings as [number, number][]).map(([before]) => before),
      x.shape,
    ),
  ),
  fromInput('Reshape', (dy, x) => reshape(dy, x.shape)),
  linear('Reverse', (dy, { dims }) => reverse(dy, dims as number[])),
  fromInput('Slice', (dy, x, attrs) => {
    const [begin, size] = slice_util.parseSliceParams(x, attrs.begin as number[], attrs.size as number[]);
    return pad(
      dy,
      x.shape.map((total, axis): [number, number] => [begin![axis]!, total - begin![axis]! - size![axis]!]),
    );
  }),
  fromInput('StridedSlice', (dy, x, attrs) => stridedSliceAdjoint(dy, x.shape, attrs as StridedSliceAttrs)),
  fromInput('Tile', (dy, x, { reps }) => sumRepetitions(dy, x.shape, reps as number[])),
  linear('Transpose', (dy, { perm }) => transpose(dy, backend_util.getUndoAxesPermutation(perm as number[]))),
  {
    kernelName: 'UnsortedSegmentSum',
    inputsToSave: ['segmentIds'],
    gradFunc: (dy, [segments]) => ({
      x: () => segmentRows(dy as Tensor, detach(segments!)),
      segmentIds: () => zero(segments!),
    }),
  },
];
