import type { OnnxNode } from '../../formats/onnx/model';
import { numbersOf, stringOf } from './attributes';
import type { Context } from './context';
import type { Value } from './value';

/** Of an image: height (or top), width (or left). */
export type Pair = readonly [number, number];

/** No attribute of a window may be larger: nothing that is drawn comes near, and no sum of such overflows. */
const MOST = 2 ** 16;

/** A signal `[N, C, L]` as images of one row; images as they are. */
export function asImages(context: Context, node: OnnxNode, value: Value): Value {
  const { shape, strides } = value;
  if (shape.length === 4) return value;
  if (shape.length !== 3) throw context.fail(node, 'images, or signals', `[${shape}]`);
  const unit = <T>([batch, channels, length]: readonly T[], one: T): T[] => [batch!, channels!, one, length!];
  return value.view(unit(shape, 1), unit(strides, 0));
}

/** Images of one row as the signals that they are of, if `like` is one. */
export function asSignals(value: Value, like: Value): Value {
  if (like.shape.length === 4) return value;
  const without = (list: readonly number[]) => list.filter((_, axis) => axis !== 2);
  return value.view(without(value.shape), without(value.strides));
}

/** An attribute with a whole number for each of `axes` axes, the first of two being `none` for signals. */
export function pairOf(
  context: Context,
  node: OnnxNode,
  name: string,
  axes: number,
  none: number,
  values: readonly number[] = numbersOf(node, name) ?? Array<number>(axes).fill(none),
): Pair {
  const valid = values.every((value) => Number.isInteger(value) && value >= none && value <= MOST);
  if (values.length !== axes || !valid) {
    throw context.fail(node, `${name} of ${axes} whole numbers, each ${none} to ${MOST}`, `[${values}]`);
  }
  return axes === 1 ? [none, values[0]!] : [values[0]!, values[1]!];
}

/** How windows lie over images. */
export interface Windows {
  /** Taps. */
  readonly size: Pair;
  readonly stride: Pair;
  readonly dilation: Pair;
  /** Pixels from a window's first to behind its last. */
  readonly reach: Pair;
  /** What is added before the first pixel and after the last, as the attributes say. */
  readonly before: Pair;
  readonly after: Pair;
  /** `NOTSET`, `VALID`, `SAME_UPPER` or `SAME_LOWER`. */
  readonly autoPad: string;
}

/** @param axes 1 for signals, 2 for images. */
export function windowsOf(context: Context, node: OnnxNode, axes: number, taps: readonly number[]): Windows {
  const pair = (name: string, none: number, values?: readonly number[]) =>
    pairOf(context, node, name, axes, none, values);
  const size = pair('kernel_shape', 1, numbersOf(node, 'kernel_shape') ?? taps);
  const dilation = pair('dilations', 1);
  const autoPad = stringOf(node, 'auto_pad', 'NOTSET');
  const pads = (autoPad === 'NOTSET' && numbersOf(node, 'pads')) || Array<number>(2 * axes).fill(0);
  return {
    size,
    stride: pair('strides', 1),
    dilation,
    reach: both((i) => (size[i] - 1) * dilation[i] + 1),
    before: pair('pads', 0, pads.slice(0, axes)),
    after: pair('pads', 0, pads.slice(axes)),
    autoPad,
  };
}

/** The same for height and width. */
export function both(of: (axis: 0 | 1) => number): Pair {
  return [of(0), of(1)];
}

/** A padding in all as what comes before and what comes after: the odd one before or after. */
export function halves(total: Pair, oddBefore: boolean): readonly [Pair, Pair] {
  const before = both((i) => Math.floor((total[i] + Number(oddBefore)) / 2));
  return [before, both((i) => total[i] - before[i])];
}

/** What windows that move over images of `input` pixels give: the size of it, and the padding. */
export function covered(windows: Windows, input: Pair, up = false) {
  const { stride, reach, autoPad } = windows;
  let { before, after } = windows;
  if (autoPad.startsWith('SAME')) {
    const steps = both((i) => Math.ceil(input[i] / stride[i]));
    const total = both((i) => Math.max(0, (steps[i] - 1) * stride[i] + reach[i] - input[i]));
    [before, after] = halves(total, autoPad === 'SAME_LOWER');
  }
  const output = both((i) => {
    const steps = (input[i] + before[i] + after[i] - reach[i]) / stride[i];
    const last = up ? Math.ceil(steps) : Math.floor(steps);
    // A window must begin in the image or before it.
    return 1 + (up && last * stride[i] >= input[i] + before[i] ? last - 1 : last);
  });
  return { before, after, output };
}
