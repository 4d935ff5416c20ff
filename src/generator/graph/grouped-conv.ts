import type { OnnxNode } from '../../formats/onnx/model';
import { depthwiseConv } from '../../program/records/depthwise';
import { fill } from '../../program/records/layout';
import { sizeOf } from '../../util/shape';
import type { Context } from './context';
import { CHANNELS_LAST, type Convolution, type Convolve, convolveOne, type FourSizes } from './conv';
import type { Value } from './value';
import { both } from './windows';

/** More groups than this are refused, unless each is one channel. */
const MOST_GROUPS = 1024;

/** Several groups, each by itself, or each channel by its own filter. */
export const convolveGroups: Convolve = (context, node, whole) => {
  const { x, filter, bias, groups, outputs, output } = whole;
  if (filter.shape[1] === 1 && !whole.transposed) return convolveEach(context, node, whole);
  if (filter.shape[0] === groups && whole.transposed) return spreadEach(context, node, whole);
  if (groups > MOST_GROUPS) throw context.fail(node, `at most ${MOST_GROUPS} groups`, `${groups}`);
  const y = context.allocate(node, 'float32', [x.shape[0]!, outputs, ...output], CHANNELS_LAST);
  const part = (value: Value, axis: number, group: number) => {
    const size = value.shape[axis]! / groups;
    const shape = value.shape.map((all, i) => (i === axis ? size : all));
    return value.view(shape, value.strides, group * size * value.strides[axis]!);
  };
  for (let group = 0; group < groups; group++) {
    const one = convolveOne(context, node, {
      ...whole,
      x: part(x, 1, group),
      filter: part(filter, 0, group),
      bias: bias && part(bias, 0, group),
      outputs: outputs / groups,
    });
    context.copy(node, part(y, 1, group), one);
  }
  return y;
};

/** A filter for each channel, or several; `whole.filter` is `[outputs, 1, taps…]`. */
function convolveEach(context: Context, node: OnnxNode, whole: Convolution): Value {
  const { x, filter, bias, outputs, windows, before, output } = whole;
  const [batch, channels, height, width] = x.shape as FourSizes;
  const y = context.allocate(node, 'float32', [batch, outputs, ...output], CHANNELS_LAST);
  const [n, c, row, column] = x.strides as FourSizes;
  // Each channel as often as it has filters.
  const repeated = x.view([batch, channels, outputs / channels, height, width], [n, c, 0, row, column]);
  depthwiseConv(context.recorder, {
    y: y.address,
    x: context.dense(node, repeated, [0, 3, 4, 1, 2]).address,
    filter: context.dense(node, filter, [2, 3, 0, 1]).address,
    ...(bias ? { bias: context.dense(node, bias).address } : {}),
    shape: {
      batch,
      channels: outputs,
      input: [height, width],
      output,
      window: windows.size,
      stride: both((i) => (output[i] === 1 ? 1 : windows.stride[i])),
      dilation: windows.dilation,
      before,
    },
  });
  return y;
}

/** The same, transposed: the filters, turned by half a turn, over images with zeros between their pixels. */
function spreadEach(context: Context, node: OnnxNode, whole: Convolution): Value {
  const { x, filter, outputs, windows, before } = whole;
  const [batch, channels, height, width] = x.shape as FourSizes;
  const [, , rows, columns] = filter.shape as FourSizes;
  const size = both((i) => ([height, width][i]! - 1) * windows.stride[i] + 1);
  const images = context.allocate(node, 'float32', [batch, channels, ...size], CHANNELS_LAST);
  fill(context.recorder, images.address, sizeOf(images.shape), 0);
  const [n, c, row, column] = images.strides as FourSizes;
  context.copy(node, images.view(x.shape, [n, c, row * windows.stride[0], column * windows.stride[1]]), x);
  const taps = rows * columns;
  const turned = context
    .dense(node, filter)
    .view([outputs, 1, rows, columns], [taps, taps, -columns, -1], taps - 1);
  return convolveEach(context, node, {
    ...whole,
    x: images,
    filter: turned,
    windows: { ...windows, stride: [1, 1] },
    before: both((i) => windows.reach[i] - 1 - before[i]),
  });
}
