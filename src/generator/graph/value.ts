import { stridesOf } from '../../program/records/strides';
import { type Shape, sizeOf } from '../../util/shape';

/** How elements lie in memory: 4-byte floats and integers, 1-byte truth values. int64 is held as int32. */
export type ValueType = 'float32' | 'int32' | 'bool';

/** Small values, known before anything runs: shapes, indices, scales. Row-major; truth values are 0 and 1. */
export type Known = readonly number[];

/** Tensors of up to so many elements can be known values: shapes, scales, per-channel slopes. */
export const MOST_KNOWN = 4096;

/** Bytes of an element. */
export const ELEMENT_BYTES: Readonly<Record<ValueType, 1 | 4>> = { float32: 4, int32: 4, bool: 1 };

/** Axes from the outermost to the innermost in memory. */
export type Order = readonly number[];

/**
 * A tensor of the graph: a view of a buffer. A transposed, sliced or repeated tensor is another view of the same
 * buffer. A constant is put in memory when somebody asks for its address, and not before.
 */
export class Value {
  private place: number | undefined;
  private numbers: Known | undefined;
  /** What this is a view of: itself, or what no view is, so that views of views of views are not a chain. */
  private whole: Value = this;

  /**
   * @param shape ONNX's, images as NCHW.
   * @param strides in elements, one an axis; 0 where a single element is repeated, negative where an axis is reversed.
   * @param locate the address of the element whose indices are all 0; called once.
   * @param elements the values of the whole buffer, if they are known and few.
   * @param start index in the buffer of the element whose indices are all 0.
   */
  constructor(
    readonly type: ValueType,
    readonly shape: Shape,
    readonly strides: readonly number[],
    private readonly locate: () => number,
    private readonly elements?: () => Known | undefined,
    readonly start = 0,
  ) {}

  /** Byte address, among the recorder's, of the element whose indices are all 0. */
  get address(): number {
    this.place ??= this.locate();
    return this.place;
  }

  /** The values, if they are known before anything runs. */
  get known(): Known | undefined {
    if (!this.numbers && sizeOf(this.shape) <= MOST_KNOWN) {
      const all = this.elements?.();
      this.numbers = all && pick(all, this.start, this.shape, this.strides);
    }
    return this.numbers;
  }

  /**
   * Another view of the same buffer.
   *
   * @param offset in elements, of the new view's first element from this one's.
   */
  view(shape: Shape, strides: readonly number[], offset = 0): Value {
    const { whole } = this;
    const start = this.start + offset;
    const locate = () => whole.address + (start - whole.start) * ELEMENT_BYTES[this.type];
    const view = new Value(this.type, shape, strides, locate, this.elements, start);
    view.whole = whole;
    return view;
  }
}

/** The elements of a view, the last axis innermost. */
function pick(all: Known, start: number, shape: Shape, strides: readonly number[]): number[] {
  if (sizeOf(shape) === 0) return [];
  let places = [start];
  for (const [axis, size] of shape.entries()) {
    places = places.flatMap((place) => Array.from({ length: size }, (_, i) => place + i * strides[axis]!));
  }
  return places.map((place) => all[place]!);
}

/** The last axis innermost. */
export function rowMajor(rank: number): number[] {
  return Array.from({ length: rank }, (_, axis) => axis);
}

/** An image's channels innermost: what convolutions read and write. */
export function channelsLast(rank: number): Order {
  return rank < 3 ? rowMajor(rank) : [0, ...rowMajor(rank).slice(2), 1];
}

/** Strides of a tensor without gaps whose axes lie in `order`. */
export function orderedStrides(shape: Shape, order: Order): number[] {
  const inOrder = stridesOf(order.map((axis) => shape[axis]!));
  const strides = shape.map(() => 0);
  for (const [i, axis] of order.entries()) strides[axis] = inOrder[i]!;
  return strides;
}

/** The order in which a value's axes lie: by falling stride, equal ones as they are numbered. */
export function orderOf({ shape, strides }: Value): Order {
  return rowMajor(shape.length).sort((a, b) => Math.abs(strides[b]!) - Math.abs(strides[a]!) || a - b);
}

/** Whether a value lies without gaps in `order`; where axes of size 1 stand does not matter. */
export function liesIn({ shape, strides }: Value, order: Order): boolean {
  const wanted = orderedStrides(shape, order);
  return shape.includes(0) || shape.every((size, axis) => size === 1 || strides[axis] === wanted[axis]);
}
