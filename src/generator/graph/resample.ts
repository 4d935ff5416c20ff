import { MAP_WORDS, OP_RESIZE_BILINEAR, OP_RESIZE_NEAREST } from '../../../assembly/abi/resize';
import type { OnnxNode } from '../../formats/onnx/model';
import { f32Bits } from '../../program/recorder';
import { sizeOf } from '../../util/shape';
import { castTo } from './cast';
import type { Context } from './context';
import { channelsLast, orderOf, type Value } from './value';

/** Where the elements of a resampled axis come from. */
export interface AxisMap {
  readonly size: number;
  /** A place in the source for each element, between two indices where it is not whole. */
  readonly place: (index: number) => number;
}

/** So that a small file cannot ask for tables without end. */
const MOST_PLACES = 2 ** 20;

/**
 * Elements of x from elsewhere along some axes, or from between two of them: resized, padded by itself. Images keep
 * their channels last.
 *
 * @param maps by axis; a place out of range is the nearest within.
 * @param linear whether there may be places between two elements; floats only.
 */
export function resample(
  context: Context,
  node: OnnxNode,
  x: Value,
  maps: ReadonlyMap<number, AxisMap>,
  linear = false,
): Value {
  if (maps.size === 0) return x;
  if (x.type === 'bool') {
    return castTo(context, node, resample(context, node, castTo(context, node, x, 'int32'), maps), 'bool');
  }
  if (linear && x.type !== 'float32') throw context.fail(node, 'floats', x.type);
  const rank = x.shape.length;
  const order = rank > 2 && !maps.has(1) ? channelsLast(rank) : orderOf(x);
  let value = context.dense(node, x, order);
  for (let at = 0; at < rank; at++) {
    // Two axes that lie beside each other are done at once, as rows and columns.
    const rows = maps.get(order[at]!);
    if (!rows) continue;
    const columns = maps.get(order[at + 1]!);
    const sizes = order.map((axis) => value.shape[axis]!);
    const after = at + (columns ? 2 : 1);
    const width = columns ? sizes[at + 1]! : 1;
    const shape = value.shape.map((size, axis) => {
      if (axis === order[at]) return rows.size;
      return columns && axis === order[at + 1] ? columns.size : size;
    });
    const y = context.allocate(node, x.type, shape, order);
    const { size: wide, place } = columns ?? { size: 1, place: () => 0 };
    const tables = [
      tableOf(context, node, sizes[at]!, rows),
      tableOf(context, node, width, { size: wide, place }),
    ];
    const repeat = wide / width;
    const repeats =
      Number.isInteger(Math.log2(repeat)) &&
      repeat > 1 &&
      Array.from({ length: wide }, (_, i) => place(i)).every((p, i) => p === Math.floor(i / repeat));
    const [outer, inner] = [sizeOf(sizes.slice(0, at)), sizeOf(sizes.slice(after))];
    if (sizeOf(shape) > 0) {
      context.recorder.emit(
        linear ? OP_RESIZE_BILINEAR : OP_RESIZE_NEAREST,
        [y.address],
        [value.address, ...tables],
        [outer, sizes[at]!, width, rows.size, wide, inner, repeats ? repeat : 0],
      );
    }
    value = y;
    at = after - 1;
  }
  return value;
}

/** Address of an axis' table for the kernels: the indices around each place, and the weight of the upper one. */
function tableOf(context: Context, node: OnnxNode, length: number, { size, place }: AxisMap): number {
  if (size > MOST_PLACES || (length === 0 && size > 0)) {
    throw context.fail(node, `axes of 1 to ${MOST_PLACES} elements to change`, `${length} to ${size}`);
  }
  const words = new Int32Array(size * MAP_WORDS);
  for (let i = 0; i < size; i++) {
    const at = Math.max(0, Math.min(length - 1, place(i)));
    const lower = Math.floor(at);
    words.set([lower, Math.min(length - 1, lower + 1), f32Bits(at - lower)], i * MAP_WORDS);
  }
  return context.recorder.constant(new Uint8Array(words.buffer));
}
