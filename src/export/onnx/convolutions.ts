import {
  type AvgPoolAttrs,
  backend_util,
  type Conv2DAttrs,
  type Conv2DBackpropInputAttrs,
  type DepthwiseConv2dNativeAttrs,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../../util/shape';
import { shapeFor, type TracedNode, type TracedTensor } from '../traced-graph';
import { attributesOf, inputOf, type OnnxOperators, outputOf } from './operator';
import type { OnnxWriter } from './writer';

type Sizes = [number, number, number, number];

const sizesOf = ({ shape }: TracedTensor) => shapeFor(shape, 1) as Sizes;

interface Padding {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

const padsOf = ({ top, left, bottom, right }: Padding) => [top, left, bottom, right];

/**
 * The bias that is added to an output, with the node that adds it, which then needs no operator of its own: a constant
 * that has a number for each of the output's channels.
 */
export function biasAfter(
  writer: OnnxWriter,
  node: TracedNode,
): { readonly bias?: TracedTensor; readonly output: TracedTensor } {
  const output = outputOf(node);
  const next = writer.soleUser(output);
  if (next?.kernel !== 'Add') return { output };
  const [a, b] = [inputOf(next, 'a'), inputOf(next, 'b')];
  const bias = a === output ? b : a;
  const channels = output.shape.at(-1)!;
  if (!writer.isConstant(bias) || sizeOf(bias.shape) !== channels || bias.shape.at(-1) !== channels) {
    return { output };
  }
  if (bias.shape.length > output.shape.length) return { output };
  writer.skip(next);
  return { bias, output: outputOf(next) };
}

/** A bias's name, as a vector. */
export function biasName(writer: OnnxWriter, bias: TracedTensor | undefined): string[] {
  if (!bias) return [];
  const order = bias.shape.map((_, axis) => axis);
  return [writer.arranged(bias, order, [bias.shape.at(-1)!])];
}

function convolve(
  writer: OnnxWriter,
  node: TracedNode,
  op: string,
  x: string,
  weight: string,
  attributes: Readonly<Record<string, number | number[]>>,
): void {
  const { bias, output } = biasAfter(writer, node);
  writer.emit(output, op, [x, weight, ...biasName(writer, bias)], attributes, 'first');
}

function pool(op: string) {
  return (writer: OnnxWriter, node: TracedNode): void => {
    const { filterSize, strides, pad, dimRoundingMode } = attributesOf<AvgPoolAttrs>(node);
    const x = inputOf(node, 'x');
    const info = backend_util.computePool2DInfo(sizesOf(x), filterSize, strides, 1, pad, dimRoundingMode);
    const attributes = {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: padsOf(info.padInfo),
    };
    writer.emit(outputOf(node), op, [writer.value(x, 'first')], attributes, 'first');
  };
}

export const CONVOLUTIONS: OnnxOperators = {
  Conv2D(writer, node) {
    const { strides, pad, dilations, dimRoundingMode } = attributesOf<Conv2DAttrs>(node);
    const [x, filter] = [inputOf(node, 'x'), inputOf(node, 'filter')];
    const info = backend_util.computeConv2DInfo(
      sizesOf(x),
      sizesOf(filter),
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
    );
    // From [height, width, in, out].
    const weight = writer.arranged(filter, [3, 2, 0, 1]);
    convolve(writer, node, 'Conv', writer.value(x, 'first'), weight, {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: padsOf(info.padInfo),
      group: info.inChannels / sizesOf(filter)[2],
    });
  },

  DepthwiseConv2dNative(writer, node) {
    const { strides, pad, dilations, dimRoundingMode } = attributesOf<DepthwiseConv2dNativeAttrs>(node);
    const [x, filter] = [inputOf(node, 'x'), inputOf(node, 'filter')];
    const sizes = sizesOf(filter);
    const info = backend_util.computeConv2DInfo(
      sizesOf(x),
      sizes,
      strides,
      dilations ?? 1,
      pad,
      dimRoundingMode,
      true,
    );
    const [height, width, channels, times] = sizes;
    const weight = writer.arranged(filter, [2, 3, 0, 1], [channels * times, 1, height, width]);
    convolve(writer, node, 'Conv', writer.value(x, 'first'), weight, {
      kernel_shape: [height, width],
      strides: [info.strideHeight, info.strideWidth],
      dilations: [info.dilationHeight, info.dilationWidth],
      pads: padsOf(info.padInfo),
      group: channels,
    });
  },

  Conv2DBackpropInput(writer, node) {
    const { strides, pad, dimRoundingMode, inputShape } = attributesOf<Conv2DBackpropInputAttrs>(node);
    const [x, filter] = [inputOf(node, 'dy'), inputOf(node, 'filter')];
    const [, height, width] = sizesOf(x);
    const whole = shapeFor(inputShape, 1) as Sizes;
    const info = backend_util.computeConv2DInfo(whole, sizesOf(filter), strides, 1, pad, dimRoundingMode);
    const { top, bottom, left, right } = info.padInfo;
    // What stays of the image when the windows have been laid: added at its far end.
    const rest = [
      whole[1] - ((height - 1) * info.strideHeight + info.filterHeight - top - bottom),
      whole[2] - ((width - 1) * info.strideWidth + info.filterWidth - left - right),
    ];
    // From [height, width, out, in].
    const weight = writer.arranged(filter, [3, 2, 0, 1]);
    convolve(writer, node, 'ConvTranspose', writer.value(x, 'first'), weight, {
      kernel_shape: [info.filterHeight, info.filterWidth],
      strides: [info.strideHeight, info.strideWidth],
      pads: padsOf(info.padInfo),
      ...(rest.some((size) => size > 0) && { output_padding: rest }),
    });
  },

  AvgPool: pool('AveragePool'),
  MaxPool: pool('MaxPool'),
};
