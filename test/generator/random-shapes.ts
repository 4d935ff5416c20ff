import type { OnnxAttributes } from '../../src/formats/onnx/builder';
import { tensorOf } from '../../src/formats/onnx/tensor-of';
import { FOLDING_RECIPES } from './random-folding';
import { type Made, product, type RandomGraph, type Recipe, type Recipes } from './random-graph';

/** A recipe that moves numbers and keeps them. */
const move = (
  make: (g: RandomGraph, x: Made) => Made | undefined,
  fits: (value: Made) => boolean = () => true,
): Recipe => ({
  make: (g) => {
    const x = g.value(fits);
    return x && make(g, x);
  },
});

/** As often as not, an axis counted from the end. */
const either = (g: RandomGraph, axis: number, rank: number) =>
  g.opset >= 11 && g.chance(0.4) ? axis - rank : axis;

const moved = (
  g: RandomGraph,
  op: string,
  x: Made,
  inputs: readonly string[],
  attributes: OnnxAttributes,
  shape: readonly number[],
) => g.apply(op, [x, ...inputs], attributes, shape, x.bound, x.exact);

const hasAxes = ({ shape }: Made) => shape.length > 0;

/** A factorisation of some sizes into others. */
function refit(g: RandomGraph, shape: readonly number[]): number[] {
  const sizes = [...shape];
  for (let i = 0; i < 2; i++) {
    const at = g.int(0, sizes.length);
    const size = sizes[at] ?? 1;
    const factor = [2, 3, 4].find((n) => size % n === 0);
    if (g.chance(0.5) && at + 1 < sizes.length) sizes.splice(at, 2, size * sizes[at + 1]!);
    else if (factor && sizes.length < 5) sizes.splice(at, 1, factor, size / factor);
  }
  return g.chance(0.2) ? [product(shape)] : sizes;
}

const reshape = move((g, x) => {
  const shape = refit(g, x.shape);
  const at = g.int(-1, shape.length - 1);
  const wanted = shape.map((size, axis) => {
    if (axis === at) return -1;
    return size === x.shape[axis] && g.chance(0.3) ? 0 : size;
  });
  return moved(g, 'Reshape', x, [g.builder.integers(wanted)], {}, shape);
});

const flatten = move((g, x) => {
  const axis = g.int(0, x.shape.length);
  const shape = [product(x.shape.slice(0, axis)), product(x.shape.slice(axis))];
  return moved(g, 'Flatten', x, [], { axis }, shape);
});

const transpose = move((g, x) => {
  const order = [...x.shape.keys()];
  for (let i = order.length - 1; i > 0; i--) {
    const j = g.int(0, i);
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  const shape = order.map((axis) => x.shape[axis]!);
  return moved(g, 'Transpose', x, [], { perm: order }, shape);
});

const squeeze = move((g, x) => {
  const ones = [...x.shape.keys()].filter((axis) => x.shape[axis] === 1);
  const axes = ones.filter(() => g.chance(0.7));
  if (axes.length === 0) return undefined;
  const shape = x.shape.filter((_, axis) => !axes.includes(axis));
  const given = axes.map((axis) => either(g, axis, x.shape.length));
  const [inputs, attributes] = g.list('axes', 13, given);
  return moved(g, 'Squeeze', x, inputs, attributes, shape);
});

const unsqueeze = move((g, x) => {
  const rank = x.shape.length + 1;
  const axis = g.int(0, rank - 1);
  if (rank > 5) return undefined;
  const shape = [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)];
  const [inputs, attributes] = g.list('axes', 13, [either(g, axis, rank)]);
  return moved(g, 'Unsqueeze', x, inputs, attributes, shape);
});

const expand = move((g, x) => {
  const shape = x.shape.map((size) => (size === 1 ? g.int(1, 4) : size));
  const outer = g.chance(0.3) ? [g.int(1, 3)] : [];
  const wanted = [...outer, ...shape.map((size, axis) => (size === x.shape[axis] ? 1 : size))];
  if (!g.fits([...outer, ...shape])) return undefined;
  return moved(g, 'Expand', x, [g.builder.integers(wanted)], {}, [...outer, ...shape]);
});

const slice = move((g, x) => {
  const axes = [...x.shape.keys()].filter(() => g.chance(0.5));
  const shape = [...x.shape];
  const parts = axes.map((axis) => {
    const size = shape[axis]!;
    const start = g.int(0, size - 1);
    const backwards = g.opset > 9 && g.chance(0.3);
    const step = g.opset > 9 ? g.int(1, 2) : 1;
    const count = g.int(1, Math.ceil((backwards ? start + 1 : size - start) / step));
    shape[axis] = count;
    if (!backwards) {
      const end = start + (count - 1) * step + 1;
      const far = end + step > size && g.chance(0.5) ? 2 ** 31 - 1 : end;
      return { start: g.chance(0.5) ? start - size : start, end: far, step };
    }
    const end = start - (count - 1) * step - 1;
    return { start, end: end < 0 ? -(2 ** 31) : end, step: -step };
  });
  if (parts.length === 0) return undefined;
  const [starts, ends, steps] = (['start', 'end', 'step'] as const).map((key) =>
    parts.map((part) => part[key]),
  ) as [number[], number[], number[]];
  if (g.opset < 10) return moved(g, 'Slice', x, [], { starts, ends, axes }, shape);
  const lists = [starts, ends, axes.map((axis) => either(g, axis, x.shape.length)), steps];
  const given = steps.every((step) => step === 1) ? lists.slice(0, 3) : lists;
  return moved(
    g,
    'Slice',
    x,
    given.map((list) => g.builder.integers(list)),
    {},
    shape,
  );
}, hasAxes);

/** Cuts a value, and puts two of its pieces together again. */
const split = move((g, x) => {
  const axis = g.int(0, x.shape.length - 1);
  const size = x.shape[axis]!;
  if (size < 2) return undefined;
  const first = g.int(1, size - 1);
  const even = size % 2 === 0 && g.chance(0.5);
  const sizes = even ? [size / 2, size / 2] : [first, size - first];
  const [inputs, lists] = even && g.opset < 18 ? [[], {}] : g.list('split', 13, sizes);
  const counted = even && g.opset >= 18 && g.chance(0.5);
  const attributes = { axis, ...lists, ...(counted ? { num_outputs: 2 } : {}) };
  const pieces = g.builder.nodeOf('Split', [x.name, ...(counted ? [] : inputs)], attributes, 2);
  const piece = (i: number): Made => ({
    name: pieces[i]!,
    shape: x.shape.map((own, at) => (at === axis ? sizes[i]! : own)),
    bound: x.bound,
    exact: x.exact,
  });
  const [one, two] = [piece(0), piece(1)];
  if (even && g.chance(0.5)) return g.apply('Mul', [one, two], {}, one.shape, x.bound ** 2);
  return g.chance(0.3) ? one : g.apply('Concat', [two, one], { axis }, x.shape, x.bound, x.exact);
}, hasAxes);

const concat = move((g, x) => {
  const axis = g.int(0, x.shape.length - 1);
  const parts = [x];
  for (let i = g.int(0, 2); i > 0; i--) {
    const other = g.value(
      ({ shape }) =>
        shape.length === x.shape.length && shape.every((size, at) => at === axis || size === x.shape[at]),
    );
    const size = g.int(1, 3);
    const shape = x.shape.map((own, at) => (at === axis ? size : own));
    parts.push(other && g.chance(0.7) ? other : { name: g.weights(shape), shape, bound: 1, exact: true });
  }
  const shape = x.shape.map((own, at) =>
    at === axis ? parts.reduce((sum, part) => sum + part.shape[axis]!, 0) : own,
  );
  if (!g.fits(shape)) return undefined;
  const bound = Math.max(...parts.map((part) => part.bound));
  const exact = parts.every((part) => part.exact);
  return g.apply('Concat', parts, { axis: either(g, axis, x.shape.length) }, shape, bound, exact);
}, hasAxes);

const tile = move((g, x) => {
  const repeats = x.shape.map(() => (g.chance(0.7) ? 1 : g.int(2, 3)));
  const shape = x.shape.map((size, axis) => size * repeats[axis]!);
  if (!g.fits(shape)) return undefined;
  return moved(g, 'Tile', x, [g.builder.integers(repeats)], {}, shape);
}, hasAxes);

const isImage = ({ shape }: Made) => shape.length === 4;

const depthToSpace = move((g, x) => {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const b = [2, 3].find((size) => c % (size * size) === 0);
  if (!b) return undefined;
  const attributes = { blocksize: b, ...(g.opset < 11 ? {} : { mode: g.pick(['DCR', 'CRD']) }) };
  return moved(g, 'DepthToSpace', x, [], attributes, [n, c / (b * b), h * b, w * b]);
}, isImage);

const spaceToDepth = move((g, x) => {
  const [n, c, h, w] = x.shape as [number, number, number, number];
  const b = [2, 3].find((size) => h % size === 0 && w % size === 0);
  return (b && moved(g, 'SpaceToDepth', x, [], { blocksize: b }, [n, c * b * b, h / b, w / b])) || undefined;
}, isImage);

/** By a constant, or by an input of labels. */
const gather = move((g, x) => {
  const axis = g.int(0, x.shape.length - 1);
  const size = x.shape[axis]!;
  const own = g.pick([[], [g.int(1, 4)], [2, g.int(1, 3)]]);
  const shape = [...x.shape.slice(0, axis), ...own, ...x.shape.slice(axis + 1)];
  if (!g.fits(shape)) return undefined;
  const lowest = g.opset < 11 ? 0 : -size;
  const indices = Array.from({ length: product(own) }, () => g.int(lowest, size - 1));
  const byLabels = g.opset >= 11 && g.chance(0.4);
  const name = byLabels ? g.labels(own, size) : g.builder.integers(indices, own);
  return moved(g, 'Gather', x, [name], { axis }, shape);
}, hasAxes);

const oneHot: Recipe = {
  from: 11,
  make: (g) => {
    const [count, depth] = [g.int(1, 3), g.int(2, 6)];
    const axis = g.pick([0, 1, -1]);
    const inputs = [
      g.labels([count], depth),
      g.builder.integers([depth], g.pick([[], [1]])),
      g.builder.constant([-0.5, 2]),
    ];
    const shape = axis === 0 ? [depth, count] : [count, depth];
    return g.apply('OneHot', inputs, { axis }, shape, 2, true);
  },
};

/** To whole numbers and back. */
const cast = move(
  (g, x) => {
    const more = g.apply('Mul', [x, g.builder.constant([4], [])], {}, x.shape, 4 * x.bound);
    const whole = g.builder.node('Cast', [more.name], { to: g.pick([6, 7]) });
    const back =
      g.opset >= 17 && g.chance(0.5)
        ? g.apply('CastLike', [whole, x], {}, x.shape, 4 * x.bound)
        : g.apply('Cast', [whole], { to: 1 }, x.shape, 4 * x.bound);
    return { ...back, exact: true };
  },
  ({ exact }) => exact,
);

const dropout = move((g, x) => {
  if (g.opset < 12 && g.chance(0.5)) return moved(g, 'Dropout', x, [], { ratio: 0.4 }, x.shape);
  return moved(g, 'Dropout', x, [], {}, x.shape);
});

const PAD_MODES = ['constant', 'constant', 'reflect', 'edge'];

const pad = move((g, x) => {
  const modes = g.opset < 19 ? PAD_MODES : [...PAD_MODES, 'wrap'];
  const mode = g.pick(modes);
  const rank = x.shape.length;
  const some = g.opset >= 18 && g.chance(0.5);
  const axes = [...x.shape.keys()].filter(() => !some || g.chance(0.5));
  const sides = axes.map((axis) => {
    const size = x.shape[axis]!;
    if (!some && axis < rank - 2 && g.chance(0.7)) return [0, 0];
    if (mode === 'constant') return [g.int(-1, 2), g.int(0, 2)];
    const limit = mode === 'edge' ? 3 : size - 1;
    return [g.int(0, Math.min(2, limit)), g.int(0, Math.min(2, limit))];
  });
  const shape = [...x.shape];
  for (const [i, axis] of axes.entries()) shape[axis]! += sides[i]![0]! + sides[i]![1]!;
  if (axes.length === 0 || !g.fits(shape) || shape.some((size) => size < 1)) return undefined;
  const pads = [0, 1].flatMap((side) => sides.map((pair) => pair[side]!));
  const value = g.chance(0.5) ? 0.7 : 0;
  if (g.opset < 11) {
    const attributes = { mode, pads, ...(mode === 'constant' ? { value } : {}) };
    return moved(g, 'Pad', x, [], attributes, shape);
  }
  const constant = mode === 'constant' && (value || some) ? [g.builder.constant([value], [])] : [];
  const rest = some
    ? [constant[0] ?? '', g.builder.integers(axes.map((axis) => either(g, axis, rank)))]
    : constant;
  return moved(g, 'Pad', x, [g.builder.integers(pads), ...rest], { mode }, shape);
}, hasAxes);

const upsample: Recipe = {
  to: 9,
  make: (g) => {
    const x = g.image();
    if (!x) return undefined;
    const factors = [1, 1, g.int(1, 3), g.int(1, 3)];
    const shape = x.shape.map((size, axis) => size * factors[axis]!);
    if (!g.fits(shape)) return undefined;
    const mode = g.pick(['nearest', 'linear']);
    const made = moved(g, 'Upsample', x, [g.builder.constant(factors)], { mode }, shape);
    return { ...made, exact: mode === 'nearest' && x.exact };
  },
};

const COORDINATES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
const ROUNDINGS = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];

const resize: Recipe = {
  from: 11,
  make: (g) => {
    const x = g.image();
    if (!x) return undefined;
    const [n, c, h, w] = x.shape as [number, number, number, number];
    const linear = g.chance(0.5);
    const symmetric = g.opset >= 19 && g.chance(0.2);
    const attributes = {
      mode: linear ? 'linear' : 'nearest',
      coordinate_transformation_mode: symmetric ? 'half_pixel_symmetric' : g.pick(COORDINATES),
      ...(linear ? {} : { nearest_mode: g.pick(ROUNDINGS) }),
    };
    const made = (inputs: readonly string[], more: OnnxAttributes, out: readonly number[]) => {
      const shape = [n, c, ...out];
      if (!g.fits(shape) || out.some((size) => size < 1)) return undefined;
      const result = moved(g, 'Resize', x, inputs, { ...attributes, ...more }, shape);
      return { ...result, exact: !linear && x.exact };
    };
    // Opset 11 wants all inputs.
    const none = g.opset < 13 ? g.builder.constant([]) : '';
    if (g.chance(0.4)) {
      const sizes = [g.int(1, 12), g.int(1, 12)];
      const some = g.opset >= 18 && g.chance(0.5);
      const given = g.builder.integers(some ? sizes : [n, c, ...sizes]);
      return made([none, none, given], some ? { axes: [2, 3] } : {}, sizes);
    }
    const factors = [0, 1].map(() => g.pick([1, 2, 2, 3, 4, 0.5, 1.5, 0.7]));
    const out = [h, w].map((size, i) => Math.floor(Math.fround(Math.fround(factors[i]!) * size)));
    return made([none, g.builder.constant([1, 1, ...factors])], {}, out);
  },
};

const RANGES: Readonly<Record<string, (bound: number, count: number) => number>> = {
  ReduceSum: (bound, count) => bound * Math.sqrt(count),
  ReduceMean: (bound) => bound,
  ReduceMax: (bound) => bound,
  ReduceMin: (bound) => bound,
  ReduceL1: (bound, count) => bound * count,
  ReduceL2: (bound, count) => bound * Math.sqrt(count),
  ReduceSumSquare: (bound, count) => bound ** 2 * count,
  ReduceLogSumExp: (bound, count) => bound + Math.log(count),
  ReduceProd: () => 1,
  ReduceLogSum: (_, count) => Math.log(count + 1) + 2,
};

const reduction = (op: string): Recipe =>
  move((g, from) => {
    let x = from;
    if (op === 'ReduceProd' || op === 'ReduceLogSum') {
      x = g.apply('Sigmoid', [from], {}, from.shape, 1);
      if (op === 'ReduceLogSum') x = g.apply('Add', [x, g.builder.constant([0.3])], {}, x.shape, 1);
    }
    const rank = x.shape.length;
    const all = g.chance(0.2);
    const axes = [...x.shape.keys()].filter(() => all || g.chance(0.5));
    if (axes.length === 0) return undefined;
    const keepdims = g.int(0, 1);
    const shape = x.shape
      .map((size, axis) => (axes.includes(axis) ? 1 : size))
      .filter((_, axis) => keepdims || !axes.includes(axis));
    const given = axes.map((axis) => either(g, axis, rank));
    const [inputs, lists] = all ? [[], {}] : g.list('axes', op === 'ReduceSum' ? 13 : 18, given);
    const count = product(x.shape) / product(shape);
    const exact = x.exact && /M(ax|in)$/.test(op);
    const bound = RANGES[op]!(x.bound, count);
    return g.apply(op, [x, ...inputs], { keepdims, ...lists }, shape, bound, exact);
  }, hasAxes);

/** Places of extremes among numbers that every runtime has alike, as floats. */
const extreme = (op: string): Recipe =>
  move(
    (g, x) => {
      const axis = g.int(0, x.shape.length - 1);
      const keepdims = g.int(0, 1);
      const place = g.builder.node(op, [x.name], { axis: either(g, axis, x.shape.length), keepdims });
      const shape = x.shape.flatMap((size, i) => (i !== axis ? [size] : keepdims ? [1] : []));
      return g.apply('Cast', [place], { to: 1 }, shape, x.shape[axis]!, true);
    },
    (value) => value.exact && hasAxes(value),
  );

const cumSum: Recipe = {
  ...move((g, x) => {
    const axis = g.int(-x.shape.length, x.shape.length - 1);
    const attributes = { exclusive: g.int(0, 1), reverse: g.int(0, 1) };
    const bound = x.bound * x.shape.at(axis)!;
    return g.apply('CumSum', [x, g.builder.integers([axis], [])], attributes, x.shape, bound);
  }, hasAxes),
  from: 11,
};

/** Constants as exporters write them. */
const constant: Recipe = {
  make: (g) => {
    const x = g.value();
    if (!x) return undefined;
    const kinds: OnnxAttributes[] = [
      { value: tensorOf(g.numbers(1), [], 'float32') },
      { value: tensorOf(g.numbers(x.shape.at(-1) ?? 1), [x.shape.at(-1) ?? 1], 'float32') },
      ...(g.opset < 12 ? [] : [{ value_float: 0.25 }, { value_floats: [0.75] }]),
    ];
    const half = g.builder.node('Constant', [], { value: tensorOf([0.3], [1], 'float16') });
    const made = g.chance(0.2)
      ? g.builder.node('Cast', [half], { to: 1 })
      : g.builder.node('Constant', [], g.pick(kinds));
    // A vector makes a scalar one.
    const shape = x.shape.length > 0 ? x.shape : undefined;
    return shape && g.apply('Add', [x, made], {}, shape, x.bound + 1);
  },
};

/** What moves numbers, resamples them or sums them up. */
export const SHAPE_RECIPES: Recipes = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Slice: slice,
  Split: split,
  Concat: concat,
  Concat2: concat,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
  Gather: gather,
  OneHot: oneHot,
  Cast: cast,
  Dropout: dropout,
  Pad: pad,
  Upsample: upsample,
  Resize: resize,
  Constant: constant,
  ArgMax: extreme('ArgMax'),
  ArgMin: extreme('ArgMin'),
  CumSum: cumSum,
  ...Object.fromEntries(Object.keys(RANGES).map((op) => [op, reduction(op)])),
  ...FOLDING_RECIPES,
};
