import { sameShape, sizeOf } from '../../util/shape';
import {
  inputsOf,
  type TracedConstant,
  type TracedGraph,
  type TracedNode,
  type TracedShape,
  type TracedTensor,
} from '../traced-graph';
import { orderOf, permute } from './layout';
import { inputOf, outputOf } from './operator';

/** Kernels of one value, and of several that are broadcast, that treat every column of a matrix alike. */
const BY_ELEMENT =
  'Relu LeakyRelu Elu Selu Sigmoid Tanh Softplus Abs Exp Square Sqrt Rsqrt Erf Neg Relu6 ClipByValue ' +
  'Add Sub Multiply RealDiv Maximum Minimum';
const ELEMENTWISE = new Set(BY_ELEMENT.split(' '));

/**
 * A graph that says the same with fewer changes of layout: batch normalisation of matrices without the shapes that TF.js
 * takes it through, and the weights of dense layers in the order of channels first where their output becomes an image,
 * or their input was one.
 */
export function simplify(graph: TracedGraph): TracedGraph {
  return new Simplification(withPlainBatchNorm(graph)).graph();
}

/** Which nodes read a value. */
function usersIn({ nodes }: TracedGraph): (tensor: TracedTensor) => readonly TracedNode[] {
  const users = new Map<TracedTensor, TracedNode[]>();
  for (const node of nodes) {
    for (const input of inputsOf(node)) users.set(input, [...(users.get(input) ?? []), node]);
  }
  return (tensor) => users.get(tensor) ?? [];
}

/** TF.js normalises everything as images: `[N, C]` as `[1, 1, N, C]`, and back. */
function withPlainBatchNorm(graph: TracedGraph): TracedGraph {
  const usersOf = usersIn(graph);
  const madeBy = new Map(
    graph.nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)),
  );
  const dropped = new Set<TracedNode>();
  const replaced = new Map<TracedNode, TracedNode>();
  for (const node of graph.nodes) {
    if (node.kernel !== 'FusedBatchNorm') continue;
    const before = madeBy.get(inputOf(node, 'x'));
    const users = usersOf(outputOf(node));
    const [after] = users;
    if (before?.kernel !== 'Reshape' || after?.kernel !== 'Reshape' || users.length > 1) continue;
    const x = inputOf(before, 'x');
    const output = outputOf(after);
    if (outputOf(node) === graph.output || !sameShape(x.shape, output.shape)) continue;
    replaced.set(node, { ...node, inputs: { ...node.inputs, x }, outputs: [output] });
    dropped.add(after);
    if (usersOf(outputOf(before)).length === 1) dropped.add(before);
  }
  const nodes = graph.nodes.filter((node) => !dropped.has(node)).map((node) => replaced.get(node) ?? node);
  return { ...graph, nodes };
}

class Simplification {
  private readonly usersOf: (tensor: TracedTensor) => readonly TracedNode[];
  private readonly madeBy: ReadonlyMap<TracedTensor, TracedNode>;
  private readonly constants: Map<TracedTensor, TracedConstant>;
  private nextId: number;

  constructor(private readonly before: TracedGraph) {
    const { nodes, inputs } = before;
    this.usersOf = usersIn(before);
    this.madeBy = new Map(nodes.flatMap((node) => node.outputs.map((output) => [output, node] as const)));
    this.constants = new Map(before.constants);
    const all = [...inputs.map(({ tensor }) => tensor), ...nodes.flatMap(({ outputs }) => outputs)];
    this.nextId = 1 + Math.max(...[...all, ...before.constants.keys()].map(({ id }) => id));
  }

  graph(): TracedGraph {
    const nodes = this.before.nodes.flatMap((node) =>
      node.kernel === 'Reshape' ? this.reshape(node) : [node],
    );
    return { ...this.before, nodes, constants: this.constants };
  }

  /** A Reshape, with a Transpose that costs nothing where a dense layer's weights could be arranged for it. */
  private reshape(node: TracedNode): TracedNode[] {
    const [x, output] = [inputOf(node, 'x'), outputOf(node)];
    if (x.shape.length === 2 && isImage(output.shape)) {
      const weights = this.columnsOf(x, node);
      if (!weights) return [node];
      const [, height, width, channels] = output.shape as [number, number, number, number];
      for (const weight of weights) {
        const rows = sizeOf(weight.shape) / (height * width * channels);
        this.arrange(weight, [rows, height, width, channels], [0, 3, 1, 2]);
      }
      const image = this.tensor(
        orderOf(4, 'first').map((axis) => output.shape[axis]!),
        output,
      );
      return [
        { ...node, attributes: { shape: [...image.shape] }, outputs: [image] },
        {
          kernel: 'Transpose',
          inputs: { x: image },
          attributes: { perm: orderOf(4, 'last') },
          outputs: [output],
        },
      ];
    }
    if (isImage(x.shape) && output.shape.length === 2) {
      const weight = this.rowsAfter(output);
      if (!weight) return [node];
      const [, height, width, channels] = x.shape as [number, number, number, number];
      this.arrange(weight, [height, width, channels, weight.shape[1]!], [2, 0, 1, 3]);
      const image = this.tensor(
        orderOf(4, 'first').map((axis) => x.shape[axis]!),
        x,
      );
      return [
        { kernel: 'Transpose', inputs: { x }, attributes: { perm: orderOf(4, 'first') }, outputs: [image] },
        { ...node, inputs: { x: image } },
      ];
    }
    return [node];
  }

  /**
   * The constants that hold a number for each column of a matrix, which nothing reads but `user`; undefined where the
   * columns come from anything else.
   */
  private columnsOf(matrix: TracedTensor, user: TracedNode): TracedTensor[] | undefined {
    const node = this.madeBy.get(matrix);
    if (!node || matrix === this.before.output || !this.isOnlyFor(matrix, user)) return undefined;
    const columns = matrix.shape[1]!;
    if (node.kernel === 'BatchMatMul') {
      const b = inputOf(node, 'b');
      const plain = b.shape.length === 2 && !node.attributes.transposeB;
      return plain && this.isOwn(b, node) ? [b] : undefined;
    }
    if (!ELEMENTWISE.has(node.kernel) && node.kernel !== 'FusedBatchNorm') return undefined;
    const found: TracedTensor[] = [];
    for (const input of inputsOf(node)) {
      if (this.constants.has(input)) {
        if (sizeOf(input.shape) === 1) continue;
        if (input.shape.at(-1) !== columns || !this.isOwn(input, node)) return undefined;
        found.push(input);
      } else {
        const more = sameShape(input.shape, matrix.shape) && this.columnsOf(input, node);
        if (!more) return undefined;
        found.push(...more);
      }
    }
    return found;
  }

  /** The weights of the one dense layer that reads a matrix, a row for each of its columns. */
  private rowsAfter(matrix: TracedTensor): TracedTensor | undefined {
    const users = this.usersOf(matrix);
    const [user] = users;
    if (users.length !== 1 || user?.kernel !== 'BatchMatMul' || matrix === this.before.output)
      return undefined;
    const { transposeA, transposeB } = user.attributes;
    const b = inputOf(user, 'b');
    const plain = inputOf(user, 'a') === matrix && !transposeA && !transposeB && b.shape.length === 2;
    return plain && this.isOwn(b, user) ? b : undefined;
  }

  private isOnlyFor(tensor: TracedTensor, user: TracedNode): boolean {
    return this.usersOf(tensor).every((other) => other === user);
  }

  /** A constant that can be changed for its one reader. */
  private isOwn(tensor: TracedTensor, reader: TracedNode): boolean {
    return this.before.constants.has(tensor) && this.isOnlyFor(tensor, reader);
  }

  private arrange(weight: TracedTensor, shape: readonly number[], order: readonly number[]): void {
    const { name, values } = this.constants.get(weight)!;
    this.constants.set(weight, { name, values: permute(values, shape, order) });
  }

  private tensor(shape: TracedShape, like: TracedTensor): TracedTensor {
    return { id: this.nextId++, shape, dtype: like.dtype };
  }
}

/** A batch of images whose order changes with the layout. */
function isImage(shape: TracedShape): boolean {
  const [count, height, width, channels] = shape;
  return shape.length === 4 && count === -1 && channels! > 1 && height! * width! > 1;
}
