import { tensorOf } from '../../src/formats/onnx/tensor-of';
import { type Made, product, type RandomGraph, type Recipe, type Recipes } from './random-graph';

/** A chain that is computed from the shape of a value, as exporters write it for sizes that are open. */
const chain = (
  make: (g: RandomGraph, x: Made, node: Node) => Made | undefined,
  from = 9,
  fits: (value: Made) => boolean = ({ shape }) => shape.length > 0,
): Recipe => ({
  from,
  make: (g) => {
    const x = g.value(fits);
    return x && make(g, x, (op, inputs, attributes) => g.builder.node(op, inputs, attributes));
  },
});

type Node = (
  op: string,
  inputs: readonly string[],
  attributes?: Parameters<RandomGraph['builder']['node']>[2],
) => string;

function unsqueezed(g: RandomGraph, node: Node, name: string): string {
  const [inputs, attributes] = g.list('axes', 13, [0]);
  return node('Unsqueeze', [name, ...inputs], attributes);
}

const sliceOf = (g: RandomGraph, node: Node, name: string, start: number, end: number): string =>
  g.opset < 10
    ? node('Slice', [name], { starts: [start], ends: [end] })
    : node('Slice', [name, g.builder.integers([start]), g.builder.integers([end])]);

/** x.view(x.size(0), −1) */
const viewBySize = chain((g, x, node) => {
  const size = node('Gather', [node('Shape', [x.name]), g.builder.integers([0], [])], { axis: 0 });
  const shape = node('Concat', [unsqueezed(g, node, size), g.builder.integers([-1])], { axis: 0 });
  const [count, ...rest] = x.shape;
  return g.apply('Reshape', [x, shape], {}, [count!, product(rest)], x.bound, x.exact);
});

/** The first axes as they are, the rest multiplied. */
const viewByProduct = chain((g, x, node) => {
  const shape = node('Shape', [x.name]);
  const at = g.int(0, x.shape.length - 1);
  const rest = sliceOf(g, node, shape, at, 2 ** 31 - 1);
  const [inputs, attributes] = g.list('axes', 18, [0]);
  const all = node('ReduceProd', [rest, ...inputs], { keepdims: 1, ...attributes });
  const wanted = at === 0 ? all : node('Concat', [sliceOf(g, node, shape, 0, at), all], { axis: 0 });
  const made = [...x.shape.slice(0, at), product(x.shape.slice(at))];
  return g.apply('Reshape', [x, wanted], {}, made, x.bound, x.exact);
});

/** Half of the last axis, by its size. */
const half = chain(
  (g, x, node) => {
    const shape = node('Shape', [x.name]);
    const last = node('Gather', [shape, g.builder.integers([x.shape.length - 1])], { axis: 0 });
    const middle = node('Div', [last, g.builder.integers([2])]);
    const start = node('Sub', [middle, node('Mul', [middle, g.builder.integers([1])])]);
    const axes = g.builder.integers([x.shape.length - 1]);
    const own = [...x.shape.slice(0, -1), Math.floor(x.shape.at(-1)! / 2)];
    return g.apply('Slice', [x, start, middle, axes], {}, own, x.bound, x.exact);
  },
  11,
  ({ shape }) => (shape.at(-1) ?? 0) > 1,
);

/** As F.interpolate writes sizes: floor(float(size) · factor). */
const resizeBySize = chain(
  (g, x, node) => {
    const shape = node('Shape', [x.name]);
    const factor = g.pick([2, 1.5, 3, 0.5]);
    const [n, c, ...sizes] = x.shape as [number, number, number, number];
    const out = sizes.map((size) => Math.floor(size * factor));
    if (!g.fits([n, c, ...out]) || out.some((size) => size < 1)) return undefined;
    const floats = node('Cast', [sliceOf(g, node, shape, 2, 4)], { to: 1 });
    const scaled = node('Floor', [node('Mul', [floats, g.builder.constant([factor])])]);
    const whole = node('Cast', [scaled], { to: 7 });
    const wanted = node('Concat', [sliceOf(g, node, shape, 0, 2), whole], { axis: 0 });
    const none = g.opset < 13 ? g.builder.constant([]) : '';
    const attributes = {
      mode: 'nearest',
      coordinate_transformation_mode: 'asymmetric',
      nearest_mode: 'floor',
    };
    return g.apply('Resize', [x, none, none, wanted], attributes, [n, c, ...out], x.bound, x.exact);
  },
  11,
  ({ shape }) => shape.length === 4,
);

/** x.expand(n, −1, …): −1 is replaced by 1 through Equal and Where. */
const expandByWhere = chain((g, x, node) => {
  const outer = g.int(1, 3);
  const shape = [outer, ...x.shape];
  if (!g.fits(shape)) return undefined;
  const wanted = g.builder.integers([outer, ...x.shape.map(() => -1)]);
  const value = tensorOf([1], [1], 'int64');
  const ones = node('ConstantOfShape', [node('Shape', [wanted])], { value });
  const open = node('Mul', [ones, g.builder.integers([-1], [])]);
  const sizes = node('Where', [node('Equal', [wanted, open]), ones, wanted]);
  return g.apply('Expand', [x, sizes], {}, shape, x.bound, x.exact);
});

/** Plus a tensor of one value, as large as x is. */
const constantOfShape = chain((g, x, node) => {
  const value = tensorOf([0.25], [1], 'float32');
  const made = node('ConstantOfShape', [node('Shape', [x.name])], g.chance(0.7) ? { value } : {});
  return g.apply('Add', [x, made], {}, x.shape, x.bound + 1);
});

/** Plus 0.1, 0.2, … along the last axis. */
const range = chain((g, x, node) => {
  const shape = node('Shape', [x.name]);
  const last = node('Gather', [shape, g.builder.integers([-1], [])], { axis: 0 });
  const scalar = (value: number) => g.builder.integers([value], []);
  const numbers = node('Range', [scalar(0), last, scalar(1)]);
  const floats = node('Mul', [node('Cast', [numbers], { to: 1 }), g.builder.constant([0.1], [])]);
  return g.apply('Add', [x, floats], {}, x.shape, x.bound + 2);
}, 11);

/** The mean by hand: Σ x / size. */
const size = chain((g, x, node) => {
  const count = node('Cast', [node('Size', [x.name])], { to: 1 });
  return g.apply('Div', [x, count], {}, x.shape, x.bound);
});

/** Arithmetic on whole numbers that ends in a size. */
const integers = chain((g, x, node) => {
  const count = node('Size', [x.name]);
  const scalar = (value: number) => g.builder.integers([value], []);
  const rest = node('Mod', [count, scalar(g.pick([2, 3, 5]))]);
  const least = node('Max', [node('Min', [rest, scalar(2)]), scalar(1)]);
  const isOdd = node('Not', [node('Equal', [rest, scalar(0)])]);
  const times = node('Abs', [node('Neg', [node('Where', [isOdd, least, scalar(1)])])]);
  const repeats = node('Concat', [unsqueezed(g, node, times), g.builder.integers(x.shape.map(() => 1))], {
    axis: 0,
  });
  const wide = unsqueezed(g, node, x.name);
  const made = node('Tile', [wide, repeats]);
  // However often it was repeated, the first is x.
  const first = node('Gather', [made, scalar(0)], { axis: 0 });
  return { ...x, name: first };
}, 13);

/** A slice of a shape by Shape's own attributes. */
const shapePart = chain((g, x, node) => {
  const rest = node('Shape', [x.name], { start: 1 });
  const first = node('Shape', [x.name], { start: 0, end: 1 });
  const turned = node('Concat', [rest, first], { axis: 0 });
  const shape = [...x.shape.slice(1), x.shape[0]!];
  return g.apply('Reshape', [x, turned], {}, shape, x.bound, x.exact);
}, 17);

/** What exporters write for sizes that are open; all of it is known once the sizes are. */
export const FOLDING_RECIPES: Recipes = {
  viewBySize,
  viewByProduct,
  half,
  resizeBySize,
  expandByWhere,
  ConstantOfShape: constantOfShape,
  Range: range,
  Size: size,
  integers,
  shapePart,
};
