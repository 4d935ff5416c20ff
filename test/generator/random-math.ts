import type { OnnxAttributes } from '../../src/formats/onnx/builder';
import { type Made, product, type RandomGraph, type Recipe, type Recipes } from './random-graph';

interface UnaryRecipe {
  readonly from?: number;
  /** Only of what any runtime has the same bits of: it jumps. */
  readonly jumps?: boolean;
  /** The result has the same bits too. */
  readonly exact?: boolean;
  readonly bound?: (x: number) => number;
  readonly attributes?: (graph: RandomGraph) => OnnxAttributes;
}

const one = () => 1;

/** Half of the time nothing: the operator's own defaults. */
const half = (g: RandomGraph, attributes: OnnxAttributes): OnnxAttributes =>
  g.chance(0.5) ? {} : attributes;

const UNARY: Readonly<Record<string, UnaryRecipe>> = {
  Relu: { exact: true },
  LeakyRelu: { attributes: (g) => half(g, { alpha: g.random() }) },
  Elu: { attributes: (g) => half(g, { alpha: 0.5 + g.random() }) },
  Selu: { bound: (x) => 2 * x },
  Celu: { from: 13, attributes: (g) => ({ alpha: 0.5 + g.random() }) },
  ThresholdedRelu: { from: 11, jumps: true, exact: true, attributes: () => ({ alpha: 0.3 }) },
  Tanh: { bound: one },
  Sigmoid: { bound: one },
  HardSigmoid: { bound: one, attributes: (g) => half(g, { alpha: 0.3, beta: 0.4 }) },
  HardSwish: { from: 17 },
  Softplus: { bound: (x) => x + 1 },
  Softsign: { bound: one },
  Mish: { from: 18 },
  Gelu: { from: 21, attributes: (g) => half(g, { approximate: 'tanh' }) },
  Erf: { bound: one },
  Abs: { exact: true },
  Neg: { exact: true },
  Sin: { bound: one },
  Cos: { bound: one },
  Sign: { jumps: true, exact: true, bound: one },
  Floor: { jumps: true, exact: true },
  Ceil: { jumps: true, exact: true },
  Round: { from: 11, jumps: true, exact: true },
  Identity: { exact: true },
};

function unaryRecipe(op: string, recipe: UnaryRecipe): Recipe {
  const { from, jumps = false, exact = false, bound = (x) => x, attributes } = recipe;
  const make = (g: RandomGraph) => {
    const x = g.value((value) => !jumps || value.exact);
    return x && g.apply(op, [x], attributes?.(g) ?? {}, x.shape, bound(x.bound), exact && x.exact);
  };
  return from === undefined ? { make } : { from, make };
}

const number = (g: RandomGraph, value: number) => g.builder.constant([value], []);

/** A value between 0.3 and 1.3. */
function positive(g: RandomGraph): Made | undefined {
  const x = g.value();
  if (!x) return undefined;
  const squashed = g.apply('Sigmoid', [x], {}, x.shape, 1);
  return g.apply('Add', [squashed, number(g, 0.3)], {}, x.shape, 1.3);
}

const onPositive = (op: string, bound: number): Recipe => ({
  make: (g) => {
    const x = positive(g);
    return x && g.apply(op, [x], {}, x.shape, bound);
  },
});

/** A shape that broadcasts with another to that: sizes of 1, and fewer axes. */
function narrower(g: RandomGraph, shape: readonly number[]): number[] {
  return shape.map((size) => (g.chance(0.4) ? 1 : size)).slice(g.chance(0.4) ? g.int(0, shape.length) : 0);
}

const broadcasts = (a: readonly number[], b: readonly number[]) =>
  a.every((size, i) => {
    const other = b[i - a.length + b.length] ?? 1;
    return size === other || size === 1 || other === 1;
  }) && a.length >= b.length;

/** Another value, or constants, that an operand may be combined with. */
function partner(g: RandomGraph, x: Made): Made {
  const other = g.chance(0.6)
    ? g.value(({ shape }) => broadcasts(x.shape, shape) && g.fits(joint(x.shape, shape)))
    : undefined;
  if (other) return other;
  const shape = narrower(g, x.shape);
  return { name: g.weights(shape), shape, bound: 1, exact: false };
}

const joint = (a: readonly number[], b: readonly number[]) =>
  a.map((size, i) => (size === 1 ? (b[i - a.length + b.length] ?? 1) : size));

const binary = (op: string, bound: (a: number, b: number) => number): Recipe => ({
  make: (g) => {
    const x = g.value();
    if (!x) return undefined;
    const y = partner(g, x);
    const operands = g.chance(0.3) ? [y, x] : [x, y];
    return g.apply(op, operands, {}, joint(x.shape, y.shape), bound(x.bound, y.bound));
  },
});

const most = (a: number, b: number) => Math.max(a, b);

const several = (op: string): Recipe => ({
  make: (g) => {
    const x = g.value();
    if (!x) return undefined;
    const others = Array.from({ length: g.int(0, 2) }, () => {
      const other = g.value(({ shape }) => shape.join() === x.shape.join());
      return other ?? { name: g.weights(x.shape), shape: x.shape, bound: 1, exact: false };
    });
    const bound = [x, ...others].reduce((sum, value) => sum + value.bound, 0);
    return g.apply(op, [x, ...others], {}, x.shape, bound);
  },
});

const divide: Recipe = {
  make: (g) => {
    const below = positive(g);
    if (!below) return undefined;
    const shape = narrower(g, below.shape);
    return g.apply('Div', [g.weights(shape), below], {}, below.shape, 4);
  },
};

const power: Recipe = {
  make: (g) => {
    if (g.chance(0.4)) {
      const x = g.value(({ bound }) => bound < 4);
      return x && g.apply('Pow', [x, number(g, g.pick([2, 3]))], {}, x.shape, x.bound ** 3);
    }
    const base = positive(g);
    if (!base) return undefined;
    const shape = narrower(g, base.shape);
    return g.apply('Pow', [base, g.weights(shape)], {}, base.shape, 4);
  },
};

const clip: Recipe = {
  make: (g) => {
    const x = g.value();
    if (!x) return undefined;
    const [low, high] = [-0.5 * g.random(), 0.5 * g.random()];
    if (g.opset < 11) return g.apply('Clip', [x], { min: low, max: high }, x.shape, 1);
    const limits = [g.chance(0.2) ? '' : number(g, low), number(g, high)];
    return g.apply('Clip', [x, ...limits], {}, x.shape, limits[0] ? 1 : x.bound);
  },
};

const prelu: Recipe = {
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 1);
    if (!x) return undefined;
    const [, channels = 1, ...rest] = x.shape;
    const slope = g.weights(g.chance(0.3) ? [1] : [channels, ...rest.map(() => 1)]);
    return g.apply('PRelu', [x, slope], {}, x.shape, x.bound);
  },
};

const LATER_COMPARISONS = ['GreaterOrEqual', 'LessOrEqual'];

/** A choice by truth values, which are compared, combined and negated. */
const choose: Recipe = {
  make: (g) => {
    const x = g.value(({ exact }) => exact);
    if (!x) return undefined;
    const compare = () => {
      const ops = ['Greater', 'Less', ...(g.opset < 13 ? [] : LATER_COMPARISONS)];
      return g.builder.node(g.pick(ops), [x.name, g.weights(narrower(g, x.shape))]);
    };
    let condition = compare();
    if (g.chance(0.5)) condition = g.builder.node(g.pick(['And', 'Or', 'Xor']), [condition, compare()]);
    if (g.chance(0.4)) condition = g.builder.node('Not', [condition]);
    if (g.chance(0.3)) {
      const whole = g.builder.node('Cast', [x.name], { to: 7 });
      const zero = g.builder.integers([0], []);
      condition = g.builder.node('Or', [condition, g.builder.node('Equal', [whole, zero])]);
    }
    if (g.chance(0.2)) return g.apply('Cast', [condition], { to: 1 }, x.shape, 1, true);
    const y = g.value(({ shape }) => broadcasts(x.shape, shape));
    const from = y && g.chance(0.7) ? y : x;
    const other = g.weights(narrower(g, x.shape));
    return g.apply('Where', [condition, from, other], {}, joint(x.shape, from.shape), from.bound);
  },
};

/** Replaces what is no number: nothing here, but a runtime has to look. */
const replaceNaN: Recipe = {
  make: (g) => {
    const x = g.value();
    if (!x) return undefined;
    const condition = g.builder.node('IsNaN', [x.name]);
    return g.apply('Where', [condition, number(g, 0), x], {}, x.shape, x.bound, x.exact);
  },
};

const lpNorm: Recipe = {
  make: (g) => {
    const x = positive(g);
    if (!x || x.shape.length === 0) return undefined;
    const axis = g.int(-1, x.shape.length - 1);
    return g.apply('LpNormalization', [x], { axis, p: g.int(1, 2) }, x.shape, 1);
  },
};

/** Weights of a layer keep the range about as it is. */
const scaleOf = (terms: number) => 1.5 / Math.sqrt(Math.max(1, terms));

function windowOf(g: RandomGraph, sizes: readonly number[], limit = 4) {
  const kernel = sizes.map(() => g.int(1, limit));
  return {
    kernel,
    strides: sizes.map(() => g.int(1, 3)),
    dilations: sizes.map(() => (g.chance(0.7) ? 1 : 2)),
    before: kernel.map((taps) => g.int(0, taps - 1)),
    after: kernel.map((taps) => g.int(0, taps - 1)),
  };
}

/** Images, or lines with channels. */
const layerInput = (g: RandomGraph) =>
  g.value(({ shape }) => shape.length === 4 || (shape.length === 3 && shape[1]! <= 16));

const SAME = ['SAME_UPPER', 'SAME_LOWER'];

const conv: Recipe = {
  make: (g) => {
    const x = layerInput(g);
    if (!x) return undefined;
    const [count, channels, ...sizes] = x.shape as [number, number, ...number[]];
    const group = g.pick([1, 1, 1, channels, ...[2, 3].filter((n) => channels % n === 0)]);
    const filters = group * g.int(1, 4);
    const { kernel, strides, dilations, before, after } = windowOf(g, sizes);
    const same = g.chance(0.2);
    if (same) dilations.fill(1);
    const out = sizes.map((size, i) => {
      if (same) return Math.ceil(size / strides[i]!);
      const reach = (kernel[i]! - 1) * dilations[i]! + 1;
      return Math.floor((size + before[i]! + after[i]! - reach) / strides[i]!) + 1;
    });
    const shape = [count, filters, ...out];
    if (out.some((size) => size < 1) || !g.fits(shape)) return undefined;
    const terms = (channels / group) * product(kernel);
    const filter = g.weights([filters, channels / group, ...kernel], scaleOf(terms));
    const bias = g.chance(0.6) ? [g.weights([filters])] : [];
    const attributes = {
      kernel_shape: kernel,
      strides,
      group,
      ...(same ? { auto_pad: g.pick(SAME) } : { dilations, pads: [...before, ...after] }),
    };
    return g.apply('Conv', [x, filter, ...bias], attributes, shape, 2 * x.bound + 1);
  },
};

const convTranspose: Recipe = {
  make: (g) => {
    const x = layerInput(g);
    if (!x) return undefined;
    const [count, channels, ...sizes] = x.shape as [number, number, ...number[]];
    const group = g.pick([1, 1, 1, ...[2, 3, channels].filter((n) => channels % n === 0)]);
    const each = g.int(1, 4);
    const { kernel, strides, dilations, before, after } = windowOf(g, sizes);
    const extra = strides.map((stride) => (g.chance(0.3) ? g.int(0, stride - 1) : 0));
    const out = sizes.map((size, i) => {
      const reach = (kernel[i]! - 1) * dilations[i]! + 1;
      return (size - 1) * strides[i]! + reach - before[i]! - after[i]! + extra[i]!;
    });
    const shape = [count, group * each, ...out];
    if (out.some((size) => size < 1) || !g.fits(shape)) return undefined;
    const terms = ((channels / group) * product(kernel)) / product(strides);
    const filter = g.weights([channels, each, ...kernel], scaleOf(terms));
    const bias = g.chance(0.6) ? [g.weights([group * each])] : [];
    const attributes = {
      kernel_shape: kernel,
      strides,
      dilations,
      group,
      pads: [...before, ...after],
      output_padding: extra,
    };
    return g.apply('ConvTranspose', [x, filter, ...bias], attributes, shape, 2 * x.bound + 1);
  },
};

const pool = (op: string): Recipe => ({
  make: (g) => {
    const x = layerInput(g);
    if (!x) return undefined;
    const [count, channels, ...sizes] = x.shape as [number, number, ...number[]];
    const { kernel, strides, before, after } = windowOf(g, sizes, 3);
    const ceil = g.opset > 9 && g.chance(0.3);
    const out = sizes.map((size, i) => {
      const steps = (size + before[i]! + after[i]! - kernel[i]!) / strides[i]!;
      return (ceil ? Math.ceil(steps) : Math.floor(steps)) + 1;
    });
    // A window that begins in the padding is where runtimes differ.
    const inside = out.every((size, i) => (size - 1) * strides[i]! < sizes[i]! + before[i]!);
    if (out.some((size) => size < 1) || !inside) return undefined;
    const attributes: OnnxAttributes = {
      kernel_shape: kernel,
      strides,
      pads: [...before, ...after],
      ...(ceil ? { ceil_mode: 1 } : {}),
      ...(op === 'AveragePool' && g.chance(0.4) && !ceil ? { count_include_pad: 1 } : {}),
    };
    const exact = op === 'MaxPool' && x.exact;
    return g.apply(op, [x], attributes, [count, channels, ...out], x.bound, exact);
  },
});

const globalPool = (op: string): Recipe => ({
  make: (g) => {
    const x = g.image();
    return x && g.apply(op, [x], {}, [x.shape[0]!, x.shape[1]!, 1, 1], x.bound);
  },
});

const gemm: Recipe = {
  make: (g) => {
    const x = g.value(({ shape }) => shape.length === 2 && product(shape) <= 1024);
    if (!x) return undefined;
    const [transA, transB] = [g.int(0, 1), g.int(0, 1)];
    const [m, k] = transA ? [x.shape[1]!, x.shape[0]!] : [x.shape[0]!, x.shape[1]!];
    const n = g.int(1, 20);
    const b = g.weights(transB ? [n, k] : [k, n], scaleOf(k));
    const c = g.opset < 11 || g.chance(0.7) ? [g.weights(g.pick([[n], [1, n], [m, 1], [m, n]]))] : [];
    const factors = half(g, { alpha: 0.5, beta: 0.7 });
    return g.apply('Gemm', [x, b, ...c], { transA, transB, ...factors }, [m, n], 2 * x.bound + 1);
  },
};

const matMul: Recipe = {
  make: (g) => {
    const x = g.value(({ shape }) => shape.length >= 1);
    if (!x) return undefined;
    const k = x.shape.at(-1)!;
    const n = g.int(1, 12);
    const outer = x.shape.slice(0, -1);
    const shape = [...outer, n];
    if (!g.fits(shape)) return undefined;
    const batch = outer.length > 1 && g.chance(0.4) ? outer.slice(0, -1) : [];
    const y = g.weights([...batch, k, n], scaleOf(k));
    return g.apply('MatMul', [x, y], {}, shape, 2 * x.bound);
  },
};

const EPSILON = { epsilon: 1e-2 };

const batchNorm: Recipe = {
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 1);
    if (!x) return undefined;
    const channels = [x.shape[1]!];
    const variance = g.weights(channels, 0.4, 0.6);
    const inputs = [x, g.weights(channels), g.weights(channels), g.weights(channels), variance];
    return g.apply('BatchNormalization', inputs, EPSILON, x.shape, 3 * x.bound + 2);
  },
};

const instanceNorm: Recipe = {
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 2);
    if (!x) return undefined;
    const channels = [x.shape[1]!];
    const inputs = [x, g.weights(channels), g.weights(channels)];
    return g.apply('InstanceNormalization', inputs, EPSILON, x.shape, 5);
  },
};

const layerNorm: Recipe = {
  from: 17,
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 0);
    if (!x) return undefined;
    const at = g.int(0, x.shape.length - 1);
    const own = x.shape.slice(at);
    const inputs = [x, g.weights(own), ...(g.chance(0.7) ? [g.weights(own)] : [])];
    const axis = g.chance(0.5) ? at : at - x.shape.length;
    return g.apply('LayerNormalization', inputs, { axis, ...EPSILON }, x.shape, 5);
  },
};

const groupNorm: Recipe = {
  from: 21,
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 2);
    if (!x) return undefined;
    const channels = x.shape[1]!;
    const groups = g.pick([1, 2, 3, channels].filter((n) => channels % n === 0));
    const inputs = [x, g.weights([channels]), g.weights([channels])];
    return g.apply('GroupNormalization', inputs, { num_groups: groups, ...EPSILON }, x.shape, 5);
  },
};

const softmax = (op: string): Recipe => ({
  make: (g) => {
    const x = g.value(({ shape }) => shape.length > 0);
    if (!x) return undefined;
    const rank = x.shape.length;
    const axis = g.opset < 11 ? g.int(0, rank - 1) : g.int(-rank, rank - 1);
    const attributes = rank > 1 ? half(g, { axis }) : { axis };
    return g.apply(op, [x], attributes, x.shape, op === 'Softmax' ? 1 : 2 * x.bound + 5);
  },
});

/** What is computed with floats: layers, activations, arithmetic. */
export const MATH_RECIPES: Recipes = {
  ...Object.fromEntries(Object.entries(UNARY).map(([op, recipe]) => [op, unaryRecipe(op, recipe)])),
  // Few graphs have an opset that has it.
  Gelu2: unaryRecipe('Gelu', UNARY.Gelu!),
  Exp: {
    make: (g) => {
      const x = g.value(({ bound }) => bound <= 3);
      return x && g.apply('Exp', [x], {}, x.shape, Math.exp(x.bound));
    },
  },
  Log: onPositive('Log', 1.3),
  Sqrt: onPositive('Sqrt', 1.2),
  Reciprocal: onPositive('Reciprocal', 3.4),
  Add: binary('Add', (a, b) => a + b),
  Sub: binary('Sub', (a, b) => a + b),
  Mul: binary('Mul', (a, b) => a * b),
  Max: binary('Max', most),
  Min: binary('Min', most),
  Sum: several('Sum'),
  Mean: several('Mean'),
  Div: divide,
  Pow: power,
  Clip: clip,
  PRelu: prelu,
  Where: choose,
  IsNaN: replaceNaN,
  LpNormalization: lpNorm,
  Conv: conv,
  Conv2: conv,
  ConvTranspose: convTranspose,
  ConvTranspose2: convTranspose,
  MaxPool: pool('MaxPool'),
  AveragePool: pool('AveragePool'),
  GlobalAveragePool: globalPool('GlobalAveragePool'),
  GlobalMaxPool: globalPool('GlobalMaxPool'),
  Gemm: gemm,
  MatMul: matMul,
  BatchNormalization: batchNorm,
  InstanceNormalization: instanceNorm,
  LayerNormalization: layerNorm,
  GroupNormalization: groupNorm,
  Softmax: softmax('Softmax'),
  LogSoftmax: softmax('LogSoftmax'),
};
