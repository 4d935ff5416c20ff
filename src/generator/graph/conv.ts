import type { OnnxNode } from '../../formats/onnx/model';
import { type ConvShape, conv2d, conv2dInputGradient } from '../../program/records/conv';
import { numberOf, numbersOf } from './attributes';
import type { Context, Operator } from './context';
import { channelsLast, type Value } from './value';

const CHANNELS_LAST = channelsLast(4);
/** From OIHW to HWIO, and (transposed convolution) from IOHW to HWOI. */
const FILTER_ORDERS = { conv: [2, 3, 1, 0], transposed: [2, 3, 1, 0] } as const;

function pair(node: OnnxNode, name: string, fallback: number): [number, number] {
  const [height = fallback, width = fallback] = numbersOf(node, name) ?? [];
  return [height, width];
}

function conv(context: Context, node: OnnxNode, transposed: boolean): void {
  const x = context.input(node, 0);
  const filter = context.input(node, 1);
  const bias = context.optional(node, 2);
  if (x.shape.length !== 4 || filter.shape.length !== 4 || numberOf(node, 'group', 1) !== 1) {
    throw context.fail(node, 'images and one group', `[${x.shape}]`);
  }
  const [batchSize, channels, height, width] = x.shape as [number, number, number, number];
  const [filterHeight, filterWidth] = filter.shape.slice(2) as [number, number];
  const outChannels = filter.shape[transposed ? 1 : 0]!;
  const [strideHeight, strideWidth] = pair(node, 'strides', 1);
  const [dilationHeight, dilationWidth] = pair(node, 'dilations', 1);
  const [top = 0, left = 0, bottom = 0, right = 0] = numbersOf(node, 'pads') ?? [];
  const [extraHeight, extraWidth] = pair(node, 'output_padding', 0);
  const reach = (taps: number, dilation: number) => (taps - 1) * dilation + 1;
  const reachHeight = reach(filterHeight, dilationHeight);
  const reachWidth = reach(filterWidth, dilationWidth);
  const size = transposed
    ? [
        (height - 1) * strideHeight + reachHeight - top - bottom + extraHeight,
        (width - 1) * strideWidth + reachWidth - left - right + extraWidth,
      ]
    : [
        Math.floor((height + top + bottom - reachHeight) / strideHeight) + 1,
        Math.floor((width + left + right - reachWidth) / strideWidth) + 1,
      ];
  const y = context.allocate(node, 'float32', [batchSize, outChannels, ...size], CHANNELS_LAST);
  const small = { height, width, channels };
  const large = { height: size[0]!, width: size[1]!, channels: outChannels };
  const [input, output] = transposed ? [large, small] : [small, large];
  const shape: ConvShape = {
    batchSize,
    inHeight: input.height,
    inWidth: input.width,
    inChannels: input.channels,
    outHeight: output.height,
    outWidth: output.width,
    outChannels: output.channels,
    filterHeight,
    filterWidth,
    strideHeight,
    strideWidth,
    dilationHeight,
    dilationWidth,
    padInfo: { top, left },
  };
  const address = (value: Value, order: readonly number[]) => context.dense(node, value, order).address;
  const images = address(x, CHANNELS_LAST);
  const args = {
    shape,
    filter: address(filter, FILTER_ORDERS[transposed ? 'transposed' : 'conv']),
    ...(bias ? { bias: address(bias, [0]) } : {}),
  };
  if (transposed) conv2dInputGradient(context.recorder, { ...args, x: y.address, y: images });
  else conv2d(context.recorder, { ...args, x: images, y: y.address });
  context.output(node, y);
}

export const CONV_OPERATORS: Readonly<Record<string, Operator>> = {
  Conv: (context, node) => conv(context, node, false),
  ConvTranspose: (context, node) => conv(context, node, true),
};
