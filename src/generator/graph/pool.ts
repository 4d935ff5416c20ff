import { BINARY_ADD, BINARY_DIVIDE, BINARY_MAXIMUM } from '../../../assembly/abi/elementwise';
import { REDUCE_MAX, REDUCE_SUM } from '../../../assembly/abi/reduce';
import type { OnnxNode } from '../../formats/onnx/model';
import { f32Bits } from '../../program/recorder';
import { fill } from '../../program/records/layout';
import { recordPool } from '../../program/records/pool';
import { sizeOf } from '../../util/shape';
import { numberOf } from './attributes';
import type { Context, Operator } from './context';
import { applyBinary } from './elementwise';
import { reduced } from './reduce';
import { channelsLast, type Value } from './value';
import { asImages, asSignals, both, covered, type Pair, type Windows, windowsOf } from './windows';

const CHANNELS_LAST = channelsLast(4);
/** The least finite f32. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;
/** Taps of a dilated window along an axis: each is a pass over the image. */
const MOST_TAPS = 256;
const MOST_DILATED = 2 ** 14;
/** Operations that a tap costs of a single channel, as long as they take in a product: as measured. */
const TAP_COST = 128;

const pool =
  (kind: 'max' | 'average'): Operator =>
  (context, node) => {
    const given = context.floats(node, 0);
    const x = asImages(context, node, given);
    const axes = given.shape.length - 2;
    // Without a kernel_shape, which must be given, there is no such window.
    const windows = windowsOf(context, node, axes, []);
    const size: Pair = [x.shape[2]!, x.shape[3]!];
    const place = covered(windows, size, numberOf(node, 'ceil_mode', 0) !== 0);
    const { before, after, output } = place;
    if (Math.min(...output) < 1) throw context.fail(node, 'an output of at least one pixel', `[${output}]`);
    if (both((i) => Math.max(before[i], after[i]) - windows.reach[i]).some((over) => over >= 0)) {
      throw context.fail(node, 'pads smaller than its windows', `[${before}] and [${after}]`);
    }
    const y = pooled(context, node, { kind, x, windows, ...place });
    if (node.outputs[1]) throw context.fail(node, 'one output', 'one of indices, too');
    context.output(node, asSignals(y, given));
  };

interface Pooling {
  readonly kind: 'max' | 'average';
  readonly x: Value;
  readonly windows: Windows;
  readonly before: Pair;
  readonly after: Pair;
  readonly output: Pair;
}

function pooled(
  context: Context,
  node: OnnxNode,
  { kind, x, windows, before, after, output }: Pooling,
): Value {
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  const { size, stride, dilation } = windows;
  const shape = [batch, channels, ...output];
  context.checkShape(node, shape);
  context.spend(node, TAP_COST * sizeOf(shape) * Math.min(height, size[0]) * Math.min(width, size[1]));
  // Zeros that count are part of the image.
  const counted = kind === 'average' && numberOf(node, 'count_include_pad', 0) !== 0;
  const whole = both((i) => [height, width][i]! + before[i] + after[i]);
  if (Math.max(...dilation) > 1) {
    const end = both((i) => Math.max(whole[i], (output[i] - 1) * stride[i] + windows.reach[i]));
    const image = padded(context, node, x, kind === 'max' ? LEAST : 0, before, end);
    const along = (from: Value, i: 0 | 1) => {
      const inside = counted ? [0, whole[i]] : [before[i], before[i] + [height, width][i]!];
      return tapped(context, node, from, { windows, output: output[i], axis: i, kind, inside });
    };
    return along(along(image, 0), 1);
  }
  const image = counted ? padded(context, node, x, 0, before, whole) : x;
  const y = context.allocate(node, 'float32', shape, CHANNELS_LAST);
  if (sizeOf(shape) === 0) return y;
  const pointers = { y: y.address, x: context.dense(node, image, CHANNELS_LAST).address };
  recordPool(context.recorder, kind, pointers, {
    batch,
    channels,
    input: counted ? whole : [height, width],
    output,
    window: size,
    stride,
    before: counted ? [0, 0] : before,
  });
  return y;
}

/** Images with a border of `value`, of `whole` pixels. */
function padded(context: Context, node: OnnxNode, x: Value, value: number, before: Pair, whole: Pair): Value {
  const y = context.allocate(node, 'float32', [...x.shape.slice(0, 2), ...whole], CHANNELS_LAST);
  fill(context.recorder, y.address, sizeOf(y.shape), f32Bits(value));
  const offset = before[0] * y.strides[2]! + before[1] * y.strides[3]!;
  context.copy(node, y.view(x.shape, y.strides, offset), x);
  return y;
}

/**
 * The largest or the average of each window along one axis, by the views that its taps see.
 *
 * @param along `inside`: first pixel that counts, and the one behind the last.
 */
function tapped(
  context: Context,
  node: OnnxNode,
  x: Value,
  along: { windows: Windows; output: number; axis: 0 | 1; kind: Pooling['kind']; inside: number[] },
): Value {
  const { windows, output, axis, kind, inside } = along;
  const [size, stride, dilation] = [windows.size[axis], windows.stride[axis], windows.dilation[axis]];
  if (size > MOST_TAPS || output > MOST_DILATED) {
    throw context.fail(
      node,
      `at most ${MOST_TAPS} dilated taps and ${MOST_DILATED} results along an axis`,
      `${size} and ${output}`,
    );
  }
  const at = 2 + axis;
  const shape = x.shape.map((all, i) => (i === at ? output : all));
  const strides = x.strides.map((each, i) => (i === at ? each * stride : each));
  const tap = (k: number) => x.view(shape, strides, k * dilation * x.strides[at]!);
  let all = tap(0);
  for (let k = 1; k < size; k++) {
    all = applyBinary(context, node, all, tap(k), kind === 'max' ? BINARY_MAXIMUM : BINARY_ADD);
  }
  if (kind === 'max') return all;
  const counts = Array.from({ length: output }, (_, o) => {
    const pixels = Array.from({ length: size }, (_, k) => o * stride + k * dilation);
    return pixels.filter((pixel) => pixel >= inside[0]! && pixel < inside[1]!).length;
  });
  const divisor = context.constant('float32', axis === 0 ? [output, 1] : [output], counts);
  return applyBinary(context, node, all, divisor, BINARY_DIVIDE);
}

const globalPool =
  (reduction: Parameters<typeof reduced>[4]): Operator =>
  (context, node) => {
    const x = context.floats(node, 0);
    const axes = [...x.shape.keys()].slice(2);
    if (axes.length === 0) throw context.fail(node, 'images', `[${x.shape}]`);
    context.output(node, reduced(context, node, x, axes, reduction));
  };

export const POOL_OPERATORS: Readonly<Record<string, Operator>> = {
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  GlobalMaxPool: globalPool({ code: REDUCE_MAX }),
  GlobalAveragePool: globalPool({ code: REDUCE_SUM, mean: true }),
};
