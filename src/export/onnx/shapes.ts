import type {
  ConcatAttrs,
  DepthToSpaceAttrs,
  ExpandDimsAttrs,
  GatherV2Attrs,
  MirrorPadAttrs,
  OneHotAttrs,
  PackAttrs,
  PadV2Attrs,
  ResizeBilinearAttrs,
  ReverseAttrs,
  SliceAttrs,
  SplitVAttrs,
  TileAttrs,
  TransposeAttrs,
  UnpackAttrs,
} from '@tensorflow/tfjs-core';
import { sameShape } from '../../util/shape';
import { inputsOf, isOpen, type TracedNode, type TracedTensor } from '../traced-graph';
import { commonLayout, layoutOf } from './elementwise';
import { axisIn, inLayout, type Layout, orderOf } from './layout';
import { attributesOf, inputOf, type OnnxOperators, outputOf } from './operator';
import { reducedAxes } from './reductions';
import type { OnnxWriter } from './writer';

/** Whether bringing channels forward leaves the values in their order. */
function orderIsSame({ shape }: TracedTensor): boolean {
  return shape.length < 3 || shape.at(-1) === 1 || shape.slice(1, -1).every((size) => size === 1);
}

function reshape(writer: OnnxWriter, node: TracedNode): void {
  const [x, output] = [inputOf(node, 'x'), outputOf(node)];
  const from = orderIsSame(x) ? layoutOf(writer, x) : 'last';
  const to = orderIsSame(output) && output.shape.length === 4 ? 'first' : 'last';
  writer.define(output, to, writer.reshaped(writer.value(x, from), inLayout(output.shape, to)));
}

/** ONNX's `pads`: all the beginnings, then all the ends. */
function pad(
  writer: OnnxWriter,
  node: TracedNode,
  paddings: readonly [number, number][],
  mode: string,
): void {
  const x = inputOf(node, 'x');
  const layout = layoutOf(writer, x);
  const pairs = inLayout(paddings, layout);
  const pads = writer.builder.integers([
    ...pairs.map(([before]) => before),
    ...pairs.map(([, after]) => after),
  ]);
  const inputs = [writer.value(x, layout), pads];
  if (mode === 'constant') {
    inputs.push(writer.scalar(attributesOf<PadV2Attrs>(node).constantValue, x.dtype));
  }
  writer.emit(outputOf(node), 'Pad', inputs, { mode }, layout);
}

function resize(mode: 'nearest' | 'linear') {
  return (writer: OnnxWriter, node: TracedNode): void => {
    const { alignCorners, halfPixelCenters, size } = attributesOf<ResizeBilinearAttrs>(node);
    const x = inputOf(node, 'images');
    const output = outputOf(node);
    const { builder } = writer;
    const scales = size.map((to, axis) => to / x.shape[axis + 1]!);
    // Binary fractions are exact, so that scales lead to the size.
    const exact = !alignCorners && scales.every((scale) => Number.isInteger(scale * 256));
    const sizes = inLayout(output.shape, 'first');
    const name = writer.value(x, 'first');
    const inputs = exact
      ? [name, '', builder.constant([1, 1, ...scales])]
      : [name, '', '', writer.shapeVector(sizes)];
    const coordinates = alignCorners ? 'align_corners' : halfPixelCenters ? 'half_pixel' : 'asymmetric';
    const nearest = alignCorners || halfPixelCenters ? 'round_prefer_ceil' : 'floor';
    const attributes = {
      mode,
      coordinate_transformation_mode: coordinates,
      ...(mode === 'nearest' && { nearest_mode: nearest }),
    };
    writer.emit(output, 'Resize', inputs, attributes, 'first');
  };
}

export const SHAPES: OnnxOperators = {
  Reshape: reshape,
  ExpandDims(writer, node) {
    const { dim } = attributesOf<ExpandDimsAttrs>(node);
    const x = inputOf(node, 'input');
    const axis = dim < 0 ? dim + x.shape.length + 1 : dim;
    writer.emit(outputOf(node), 'Unsqueeze', [writer.value(x), writer.builder.integers([axis])]);
  },
  Transpose(writer, node) {
    const { perm } = attributesOf<TransposeAttrs>(node);
    const [x, output] = [inputOf(node, 'x'), outputOf(node)];
    const is = (layout: Layout) => perm.length > 2 && sameShape(perm, orderOf(perm.length, layout));
    // One form of the output is the other form of the input.
    if (is('last')) writer.define(output, 'first', writer.value(x, 'last'));
    else if (is('first')) writer.define(output, 'last', writer.value(x, 'first'));
    else writer.emit(output, 'Transpose', [writer.value(x)], { perm });
  },
  Concat(writer, node) {
    const { axis } = attributesOf<ConcatAttrs>(node);
    const output = outputOf(node);
    const rank = output.shape.length;
    const { layout, names } = commonLayout(writer, inputsOf(node), rank);
    writer.emit(output, 'Concat', names, { axis: axisIn(axis, rank, layout) }, layout);
  },
  Slice(writer, node) {
    const { begin, size } = attributesOf<SliceAttrs>(node) as { begin: number[]; size: number[] };
    const x = inputOf(node, 'x');
    const layout = layoutOf(writer, x);
    const axes = x.shape.map((_, axis) => axis).filter((axis) => size[axis] !== x.shape[axis]);
    if (axes.some((axis) => isOpen(size[axis]!))) throw writer.unsupported(node, 'of the batch axis');
    const vector = (values: number[]) => writer.builder.integers(values);
    const inputs = [
      writer.value(x, layout),
      vector(axes.map((axis) => begin[axis]!)),
      vector(axes.map((axis) => begin[axis]! + size[axis]!)),
      vector(axes.map((axis) => axisIn(axis, x.shape.length, layout))),
    ];
    writer.emit(outputOf(node), 'Slice', inputs, {}, layout);
  },
  SplitV(writer, node) {
    const { axis } = attributesOf<SplitVAttrs>(node);
    const x = inputOf(node, 'x');
    const rank = x.shape.length;
    const layout = layoutOf(writer, x);
    const [at] = reducedAxes(axis, rank);
    const sizes = node.outputs.map(({ shape }) => shape[at!]!);
    if (sizes.some(isOpen)) throw writer.unsupported(node, 'of the batch axis');
    const names = writer.builder.nodeOf(
      'Split',
      [writer.value(x, layout), writer.builder.integers(sizes)],
      { axis: axisIn(at!, rank, layout) },
      sizes.length,
    );
    for (const [index, name] of names.entries()) writer.define(node.outputs[index]!, layout, name);
  },
  Pack(writer, node) {
    const { axis } = attributesOf<PackAttrs>(node);
    const output = outputOf(node);
    const [at] = reducedAxes(axis, output.shape.length);
    const parts = inputsOf(node).map((input) =>
      writer.builder.node('Unsqueeze', [writer.value(input), writer.builder.integers([at!])]),
    );
    writer.emit(output, 'Concat', parts, { axis: at! });
  },
  Unpack(writer, node) {
    const { axis } = attributesOf<UnpackAttrs>(node);
    const x = inputOf(node, 'value');
    const [at] = reducedAxes(axis, x.shape.length);
    const { builder } = writer;
    const vector = builder.integers([at!]);
    const sizes = builder.integers(node.outputs.map(() => 1));
    const parts = builder.nodeOf('Split', [writer.value(x), sizes], { axis: at! }, node.outputs.length);
    for (const [index, part] of parts.entries()) writer.emit(node.outputs[index]!, 'Squeeze', [part, vector]);
  },
  Tile(writer, node) {
    const { reps } = attributesOf<TileAttrs>(node);
    const x = inputOf(node, 'x');
    const layout = layoutOf(writer, x);
    const repeated = reps.every((times, axis) => times === 1 || x.shape[axis] === 1);
    const vector = writer.shapeVector(inLayout(reps, layout));
    // What has one value along an axis is shown as many times, which takes no copy.
    writer.emit(outputOf(node), repeated ? 'Expand' : 'Tile', [writer.value(x, layout), vector], {}, layout);
  },
  Reverse(writer, node) {
    const { dims } = attributesOf<ReverseAttrs>(node);
    const x = inputOf(node, 'x');
    const layout = layoutOf(writer, x);
    const axes = reducedAxes(dims, x.shape.length).map((axis) => axisIn(axis, x.shape.length, layout));
    const vector = (value: number) => writer.builder.integers(axes.map(() => value));
    const inputs = [vector(-1), vector(-(2 ** 31)), writer.builder.integers(axes), vector(-1)];
    writer.emit(outputOf(node), 'Slice', [writer.value(x, layout), ...inputs], {}, layout);
  },
  GatherV2(writer, node) {
    const { axis, batchDims } = attributesOf<GatherV2Attrs>(node);
    if (batchDims) throw writer.unsupported(node, 'with batchDims');
    const x = inputOf(node, 'x');
    const [at] = reducedAxes(axis, x.shape.length);
    const inputs = [writer.value(x), writer.value(inputOf(node, 'indices'))];
    writer.emit(outputOf(node), 'Gather', inputs, { axis: at! });
  },
  OneHot(writer, node) {
    const { depth, onValue, offValue } = attributesOf<OneHotAttrs>(node);
    const { builder } = writer;
    const values = builder.constant([offValue, onValue]);
    const inputs = [writer.value(inputOf(node, 'indices')), writer.scalar(depth, 'int32'), values];
    const encoded = builder.node('OneHot', inputs, { axis: -1 });
    const output = outputOf(node);
    const next = writer.soleUser(output);
    if (output.dtype === 'float32') {
      writer.define(output, 'last', encoded);
    } else if (next?.kernel === 'Cast' && outputOf(next).dtype === 'float32') {
      writer.skip(next);
      writer.define(outputOf(next), 'last', encoded);
    } else {
      writer.emit(output, 'Cast', [encoded], { to: output.dtype === 'int32' ? 6 : 9 });
    }
  },
  PadV2: (writer, node) => pad(writer, node, attributesOf<PadV2Attrs>(node).paddings, 'constant'),
  MirrorPad(writer, node) {
    const { paddings, mode } = attributesOf<MirrorPadAttrs>(node);
    if (mode !== 'reflect') throw writer.unsupported(node, `of mode ${mode}`);
    pad(writer, node, paddings, 'reflect');
  },
  ResizeNearestNeighbor: resize('nearest'),
  ResizeBilinear: resize('linear'),
  DepthToSpace(writer, node) {
    const { blockSize } = attributesOf<DepthToSpaceAttrs>(node);
    const x = writer.value(inputOf(node, 'x'), 'first');
    writer.emit(outputOf(node), 'DepthToSpace', [x], { blocksize: blockSize, mode: 'DCR' }, 'first');
  },
};
