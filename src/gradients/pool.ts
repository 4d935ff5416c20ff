import {
  add,
  backend_util,
  div,
  equal,
  type GradConfig,
  getBackend,
  mul,
  type NamedAttrMap,
  onesLike,
  pad,
  slice,
  stridedSlice,
  sub,
  type Tensor,
  tensor,
  zeros,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { sizeOf } from '../util/shape';
import { spread } from './layout';
import { constant, detach, fromInput, kernel, mask } from './support';

/** Where a pooling's windows lie, by spatial axis. */
interface Windows {
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly filter: readonly number[];
  readonly strides: readonly number[];
  /** Padding before the first element. */
  readonly before: readonly number[];
}

function windowsOf(shape: number[], attrs: NamedAttrMap): Windows {
  const {
    filterSize,
    strides,
    pad: padding,
    dimRoundingMode,
  } = attrs as {
    filterSize: [number, number, number];
    strides: [number, number, number];
    pad: 'valid' | 'same' | number;
    dimRoundingMode: 'floor' | 'round' | 'ceil';
  };
  if (shape.length === 5) {
    const info = backend_util.computePool3DInfo(
      shape as [number, number, number, number, number],
      filterSize,
      strides,
      1,
      padding,
      dimRoundingMode,
    );
    return {
      input: [info.inDepth, info.inHeight, info.inWidth],
      output: [info.outDepth, info.outHeight, info.outWidth],
      filter: [info.filterDepth, info.filterHeight, info.filterWidth],
      strides: [info.strideDepth, info.strideHeight, info.strideWidth],
      before: [info.padInfo.front, info.padInfo.top, info.padInfo.left],
    };
  }
  const size = filterSize as number[] as [number, number];
  const info = backend_util.computePool2DInfo(
    shape as [number, number, number, number],
    size,
    strides as number[] as [number, number],
    1,
    padding,
    dimRoundingMode,
  );
  return {
    input: [info.inHeight, info.inWidth],
    output: [info.outHeight, info.outWidth],
    filter: [info.filterHeight, info.filterWidth],
    strides: [info.strideHeight, info.strideWidth],
    before: [info.padInfo.top, info.padInfo.left],
  };
}

/**
 * Ratio of a window's size to how many of its elements lie inside the input, `[1, …output, 1]`; undefined if it
 * is 1 everywhere. The average leaves the border out, TF.js's gradient kernels divide by the whole window.
 */
function borderScale({ input, output, filter, strides, before }: Windows): Tensor | undefined {
  const inside = output.map((count, axis) =>
    Array.from({ length: count }, (_, i) => {
      const start = i * strides[axis]! - before[axis]!;
      return Math.min(input[axis]!, start + filter[axis]!) - Math.max(0, start);
    }),
  );
  if (inside.every((counts, axis) => counts.every((count) => count === filter[axis]))) return undefined;
  const total = inside.reduce<number[]>(
    (products, counts) => products.flatMap((p) => counts.map((c) => p * c)),
    [1],
  );
  const window = sizeOf(filter);
  return tensor(
    total.map((count) => window / count),
    [1, ...output, 1],
  );
}

/** The element at `offset` of every window, from an input that `padded` has padded. */
function at(x: Tensor, offset: readonly number[], { output, strides }: Windows): Tensor {
  const end = output.map((count, axis) => offset[axis]! + (count - 1) * strides[axis]! + 1);
  return stridedSlice(x, [0, ...offset, 0], [x.shape[0]!, ...end, x.shape[x.rank - 1]!], [1, ...strides, 1]);
}

function padded(x: Tensor, { input, output, filter, strides, before }: Windows, value: number): Tensor {
  const after = output.map((count, axis) =>
    Math.max(0, (count - 1) * strides[axis]! + filter[axis]! - before[axis]! - input[axis]!),
  );
  const spatial = before.map((start, axis): [number, number] => [start, after[axis]!]);
  return pad(x, [[0, 0], ...spatial, [0, 0]], value);
}

/** Every place in a window. */
function* offsetsOf({ filter }: Windows): Generator<number[]> {
  for (let index = 0; index < sizeOf(filter); index++) {
    const offset: number[] = [];
    let rest = index;
    for (const size of [...filter].reverse()) {
      offset.unshift(rest % size);
      rest = Math.floor(rest / size);
    }
    yield offset;
  }
}

/**
 * For every place in a window, which windows of `x` have their maximum `y` there. Of equal maxima the first one
 * counts, as in the kernels.
 */
function* maxima(x: Tensor, y: Tensor, windows: Windows): Generator<[offset: number[], here: Tensor]> {
  const bordered = constant(() => padded(x, windows, Number.NEGATIVE_INFINITY));
  let free = constant(() => onesLike(y));
  for (const offset of offsetsOf(windows)) {
    const taken = free;
    const here = constant(() =>
      mul(
        taken,
        mask(() => equal(at(bordered, offset, windows), y)),
      ),
    );
    free = constant(() => sub(taken, here));
    yield [offset, here];
  }
}

/** From each window of `values`, the element at the place where `x` has the window's maximum `y`. */
function pick(values: Tensor, x: Tensor, y: Tensor, windows: Windows): Tensor {
  const source = padded(values, windows, 0);
  let sum: Tensor = constant(() => zerosLike(y));
  for (const [offset, here] of maxima(x, y, windows)) sum = add(sum, mul(here, at(source, offset, windows)));
  return sum;
}

/** Adjoint of {@link pick}: puts each element of `dy` at the place of its window's maximum. */
function place(dy: Tensor, x: Tensor, y: Tensor, windows: Windows): Tensor {
  const shape = constant(() => padded(x, windows, 0)).shape;
  let sum: Tensor = constant(() => zeros(shape));
  for (const [offset, here] of maxima(x, y, windows)) {
    const spaced = spread(mul(here, dy), [1, ...windows.strides, 1]);
    const paddings = shape.map((size, axis): [number, number] => {
      const before = [0, ...offset, 0][axis]!;
      return [before, size - before - spaced.shape[axis]!];
    });
    sum = add(sum, pad(spaced, paddings));
  }
  return slice(sum, [0, ...windows.before, 0], x.shape);
}

function average(forward: string): GradConfig[] {
  const gradient = `${forward}Grad`;
  return [
    fromInput(forward, (dy, x, attrs) => {
      const scale = borderScale(windowsOf(x.shape, attrs));
      return kernel(gradient, { dy: scale ? mul(dy, scale) : dy, input: detach(x) }, attrs);
    }),
    {
      kernelName: gradient,
      inputsToSave: ['input'],
      gradFunc: (d, [input], attrs) => ({
        dy: () => {
          const y = kernel(forward, { x: d as Tensor }, attrs);
          const scale = borderScale(windowsOf(input!.shape, attrs));
          return scale ? div(y, scale) : y;
        },
      }),
    },
  ];
}

/** Average and maximum pooling in two and three dimensions. */
export const poolGradients: readonly GradConfig[] = [
  ...average('AvgPool'),
  ...average('AvgPool3D'),
  {
    kernelName: 'MaxPool',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => {
        const d = dy as Tensor;
        const [input, output] = [detach(x!), detach(y!)];
        // TF.js's kernel for wasm gives nothing to a window whose maximum is negative.
        return getBackend() === 'wasm'
          ? place(d, input, output, windowsOf(input.shape, attrs))
          : kernel('MaxPoolGrad', { dy: d, input, output }, attrs);
      },
    }),
  },
  {
    kernelName: 'MaxPoolGrad',
    inputsToSave: ['input', 'output'],
    gradFunc: (d, [input, output], attrs) => ({
      dy: () => pick(d as Tensor, input!, output!, windowsOf(input!.shape, attrs)),
    }),
  },
  {
    // Not by TF.js's kernel: on cpu it takes the wrong element from windows that are not cubes.
    kernelName: 'MaxPool3D',
    inputsToSave: ['x'],
    outputsToSave: [true],
    gradFunc: (dy, [x, y], attrs) => ({
      x: () => place(dy as Tensor, detach(x!), detach(y!), windowsOf(x!.shape, attrs)),
    }),
  },
];
