import {
  backend_util,
  type NamedAttrMap,
  type NamedTensorInfoMap,
  type TensorInfo,
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

/** Shapes of what is dear to compute, by kernel. */
const SHAPES: Readonly<Record<string, ShapeFunction>> = {
  Conv2D: convolved(false),
  FusedConv2D: convolved(false),
  DepthwiseConv2dNative: convolved(true),
  FusedDepthwiseConv2D: convolved(true),
  Conv2DBackpropInput: (_, { inputShape }) => inputShape,
  BatchMatMul: multiplied,
  _FusedMatMul: multiplied,
};

/** The shape of a kernel's output where it is known without running it. */
export function outputShapeOf(
  kernel: string,
  inputs: NamedTensorInfoMap,
  attributes: NamedAttrMap,
): Shape | undefined {
  if (!Object.hasOwn(SHAPES, kernel)) return undefined;
  return SHAPES[kernel]!(inputs as Inputs, attributes as Partial<Attributes> as Attributes);
}

const image = ({ shape }: TensorInfo) => shape as [number, number, number, number];
