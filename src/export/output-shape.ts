import {
  backend_util,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
  util,
} from '@tensorflow/tfjs-core';
import type { Shape } from '../util/shape';

type Inputs = Readonly<Record<string, TensorInfo>>;
interface Attributes {
  readonly strides: [number, number];
  readonly dilations?: [number, number];
  readonly pad: 'valid' | 'same' | number | backend_util.ExplicitPadding;
  readonly dimRoundingMode?: 'floor' | 'round' | 'ceil';
  readonly inputShape: Shape;
  readonly transposeA: boolean;
  readonly transposeB: boolean;
  readonly filterSize: [number, number];
  readonly paddings: readonly [number, number][];
  readonly size: [number, number];
  readonly axis?: number | number[];
  readonly reductionIndices?: number | number[];
  readonly keepDims: boolean;
}

type ShapeFunction = (inputs: Inputs, attributes: Attributes) => Shape;

const convolved =
  (depthwise: boolean): ShapeFunction =>
  ({ x, filter }, { strides, dilations, pad, dimRoundingMode }) =>
    backend_util.computeConv2DInfo(
      image(x!),
      image(filter!),
      strides,
      dilations ?? [1, 1],
      pad,
      dimRoundingMode,
      depthwise,
    ).outShape;

const multiplied: ShapeFunction = ({ a, b }, { transposeA, transposeB }) => {
  const batch = backend_util.assertAndGetBroadcastShape(a!.shape.slice(0, -2), b!.shape.slice(0, -2));
  return [...batch, a!.shape.at(transposeA ? -1 : -2)!, b!.shape.at(transposeB ? -2 : -1)!];
};

const padded: ShapeFunction = ({ x }, { paddings }) =>
  x!.shape.map((size, axis) => size + paddings[axis]![0] + paddings[axis]![1]);

const pooled: ShapeFunction = ({ x }, { filterSize, strides, pad, dimRoundingMode }) =>
  backend_util.computePool2DInfo(image(x!), filterSize, strides, 1, pad, dimRoundingMode).outShape;

const resized: ShapeFunction = ({ images }, { size }) => [images!.shape[0]!, ...size, images!.shape[3]!];

const reduced: ShapeFunction = ({ x }, { axis, reductionIndices, keepDims }) => {
  const everything = x!.shape.map((_, at) => at);
  const axes = util.parseAxisParam(axis ?? reductionIndices ?? everything, x!.shape);
  const left = x!.shape.map((size, at) => (axes.includes(at) ? 1 : size));
  return keepDims ? left : left.filter((_, at) => !axes.includes(at));
};

const joined: ShapeFunction = (inputs, { axis }) => {
  const shapes = Object.values(inputs).map(({ shape }) => shape);
  const [at] = util.parseAxisParam(axis ?? 0, shapes[0]!);
  return backend_util.computeOutShape(shapes, at!);
};

const broadcast: ShapeFunction = ({ a, b }) => backend_util.assertAndGetBroadcastShape(a!.shape, b!.shape);
const unchanged: ShapeFunction = (inputs) => Object.values(inputs)[0]!.shape;

const UNCHANGED =
  'Abs Elu Erf Exp FusedBatchNorm LeakyRelu Log Neg Prelu Relu Relu6 Rsqrt Selu Sigmoid Softplus Sqrt Square Tanh';
const BROADCAST = 'Add Sub Multiply RealDiv Maximum Minimum Pow SquaredDifference';

const all = (kernels: string, of: ShapeFunction) =>
  Object.fromEntries(kernels.split(' ').map((kernel) => [kernel, of]));

/** Shapes of what takes long to compute on large images, of floats from floats. */
const SHAPES: Readonly<Record<string, ShapeFunction>> = {
  ...all(UNCHANGED, unchanged),
  ...all(BROADCAST, broadcast),
  ...all('Conv2D FusedConv2D', convolved(false)),
  ...all('DepthwiseConv2dNative FusedDepthwiseConv2D', convolved(true)),
  Conv2DBackpropInput: (_, { inputShape }) => inputShape,
  ...all('BatchMatMul _FusedMatMul', multiplied),
  ...all('AvgPool MaxPool', pooled),
  ...all('MirrorPad PadV2', padded),
  ...all('ResizeBilinear ResizeNearestNeighbor', resized),
  ...all('Sum Mean Max Min Prod', reduced),
  Concat: joined,
};

/** The shape of a kernel's output, where that is known without running it and the output is of floats. */
export function outputShapeOf(
  kernel: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
): Shape | undefined {
  const floats = Object.values(inputs)
    .flat()
    .every((input) => !input || input.dtype === 'float32');
  if (!floats || !Object.hasOwn(SHAPES, kernel)) return undefined;
  return SHAPES[kernel]!(inputs as Inputs, attributes as Partial<Attributes> as Attributes);
}

const image = ({ shape }: TensorInfo) => shape as [number, number, number, number];
