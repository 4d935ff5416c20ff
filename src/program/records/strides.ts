import { MAX_RANK } from '../../../assembly/abi/record';
import type { Shape } from '../../util/shape';

/** Axes of a strided loop, outermost first, with one list of strides (in elements) per operand. */
export interface Loop {
  readonly sizes: number[];
  readonly strides: number[][];
}

/** Below this many elements a barrier between threads costs more than it saves. */
const PART_ELEMENTS = 16384;

/** Into how many parts work on `elements` elements can usefully be split. */
export function partsOf(elements: number): number {
  return elements < 2 * PART_ELEMENTS ? 1 : Math.floor(elements / PART_ELEMENTS);
}

/** Row-major strides in elements. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length);
  let stride = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    strides[axis] = stride;
    stride *= shape[axis]!;
  }
  return strides;
}

/** Strides of a contiguous `shape` seen as `target`: 0 along the axes in which it is broadcast. */
export function broadcastStrides(shape: Shape, target: Shape): number[] {
  const strides = stridesOf(shape);
  const missing = target.length - shape.length;
  return target.map((_, axis) =>
    axis < missing || shape[axis - missing] === 1 ? 0 : strides[axis - missing]!,
  );
}

/** The same loop with axes of size 1 dropped and axes merged where every operand can walk them as one. */
export function collapse(sizes: Shape, strides: readonly (readonly number[])[]): Loop {
  const loop: Loop = { sizes: [], strides: strides.map(() => []) };
  for (let axis = 0; axis < sizes.length; axis++) {
    const size = sizes[axis]!;
    if (size === 1) continue;
    const last = loop.sizes.length - 1;
    const merges =
      last >= 0 && strides.every((of, operand) => loop.strides[operand]![last] === of[axis]! * size);
    if (merges) {
      loop.sizes[last]! *= size;
      for (const [operand, of] of strides.entries()) loop.strides[operand]![last] = of[axis]!;
    } else {
      loop.sizes.push(size);
      for (const [operand, of] of strides.entries()) loop.strides[operand]!.push(of[axis]!);
    }
  }
  return loop;
}

/**
 * A loop as a record's parameters: MAX_RANK times, from the innermost axis, its size and the operands' strides.
 *
 * @returns undefined if the loop has more axes than that.
 */
export function loopParams({ sizes, strides }: Loop): number[] | undefined {
  if (sizes.length > MAX_RANK) return undefined;
  const params: number[] = [];
  for (let axis = sizes.length - 1; axis >= 0; axis--) {
    params.push(sizes[axis]!);
    for (const of of strides) params.push(of[axis]!);
  }
  for (let axis = sizes.length; axis < MAX_RANK; axis++) {
    params.push(1);
    for (let operand = 0; operand < strides.length; operand++) params.push(0);
  }
  return params;
}
