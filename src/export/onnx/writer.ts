import { UnsupportedOpError } from '../../errors';
import { type OnnxAttributes, OnnxBuilder } from '../../formats/onnx/builder';
import type { OnnxType, OnnxValue } from '../../formats/onnx/model';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import { fitsHalf } from '../half';
import {
  inputsOf,
  isOpen,
  type TracedGraph,
  type TracedNode,
  type TracedShape,
  type TracedTensor,
  type TracedValues,
} from '../traced-graph';
import { inLayout, type Layout, orderOf, permute } from './layout';

/** Name of the open axis in inputs and output. */
const BATCH = 'N';

export interface WriterOptions {
  /** Store weights as 16-bit floats. */
  readonly half: boolean;
}

/** Names of a value in the file, in one layout or both. */
type Named = { [L in Layout]?: string };

/**
 * Writes a traced graph as ONNX operators. Each value is kept in the layouts in which it has been made or wanted;
 * a Transpose stands only where one is wanted that is not there.
 */
export class OnnxWriter {
  readonly builder = new OnnxBuilder(17);
  private readonly names = new Map<TracedTensor, Named>();
  private readonly users = new Map<TracedTensor, TracedNode[]>();
  private readonly written = new Set<TracedNode>();
  private readonly weights = new Map<string, string>();
  private readonly weightNames = new Set<string>();
  private batch: string | undefined;

  constructor(
    readonly graph: TracedGraph,
    private readonly options: WriterOptions,
  ) {
    for (const node of graph.nodes) {
      for (const input of inputsOf(node)) this.users.set(input, [...(this.users.get(input) ?? []), node]);
    }
  }

  // What is asked of a value.

  isConstant(tensor: TracedTensor): boolean {
    return this.graph.constants.has(tensor);
  }

  /** @throws {UnsupportedOpError} unless it is a constant: some operators take nothing else. */
  constantOf(tensor: TracedTensor, node: TracedNode): TracedValues {
    const constant = this.graph.constants.get(tensor);
    if (constant) return constant.values;
    throw this.unsupported(node, 'with an operand that is no constant');
  }

  /** Whether a layout of it is at hand without a Transpose. */
  has(tensor: TracedTensor, layout: Layout): boolean {
    return this.isConstant(tensor) || this.names.get(tensor)?.[layout] !== undefined;
  }

  /** The nodes that read it. */
  usersOf(tensor: TracedTensor): readonly TracedNode[] {
    return this.users.get(tensor) ?? [];
  }

  /** The node that reads it, where nothing else does. */
  soleUser(tensor: TracedTensor): TracedNode | undefined {
    const users = this.usersOf(tensor);
    return users.length === 1 && tensor !== this.graph.output ? users[0] : undefined;
  }

  // Names in the file.

  /** The name of a value in a layout, which is made if need be. */
  value(tensor: TracedTensor, layout: Layout = 'last'): string {
    const constant = this.graph.constants.get(tensor);
    if (constant) return this.weight(constant.name, constant.values, tensor.shape, layout);
    const named = this.names.get(tensor);
    if (!named) throw new UnsupportedOpError('export: a value must be made before it is read, got none');
    const rank = tensor.shape.length;
    if (rank < 3) return (named.last ?? named.first)!;
    named[layout] ??= this.moved(named[layout === 'first' ? 'last' : 'first']!, tensor.shape, layout);
    return named[layout]!;
  }

  /** A Transpose; where no two values change places a Reshape, which costs nothing. */
  private moved(name: string, shape: TracedShape, to: Layout): string {
    const [, ...sizes] = shape;
    const channels = sizes.pop()!;
    if (channels === 1 || sizes.every((size) => size === 1)) return this.reshaped(name, inLayout(shape, to));
    return this.builder.node('Transpose', [name], { perm: orderOf(shape.length, to) });
  }

  define(tensor: TracedTensor, layout: Layout, name: string): void {
    const named = this.names.get(tensor) ?? {};
    named[tensor.shape.length < 3 ? 'last' : layout] = name;
    this.names.set(tensor, named);
  }

  /** An operator whose output is a traced value. */
  emit(
    output: TracedTensor,
    op: string,
    inputs: readonly string[],
    attributes: OnnxAttributes = {},
    layout: Layout = 'last',
  ): void {
    this.define(output, layout, this.builder.node(op, inputs, attributes));
  }

  /** A node that another one's operator has taken in. */
  skip(node: TracedNode): void {
    this.written.add(node);
  }

  isSkipped(node: TracedNode): boolean {
    return this.written.has(node);
  }

  // Constants.

  /** A weight's name; the same weight in the same layout is stored once. */
  weight(name: string, values: TracedValues, shape: Shape, layout: Layout = 'last'): string {
    const order = layout === 'first' ? orderOf(shape.length, layout) : undefined;
    return this.arrangedWeight(name, values, shape, order);
  }

  /** A weight with its axes in another order, and perhaps another shape then. */
  private arrangedWeight(
    name: string,
    values: TracedValues,
    shape: Shape,
    order?: readonly number[],
    to: Shape = order?.map((axis) => shape[axis]!) ?? shape,
  ): string {
    const key = `${name} ${order} ${to}`;
    let stored = this.weights.get(key);
    if (stored === undefined) {
      const taken = this.weightNames.has(name) ? key : name;
      this.weightNames.add(name);
      stored = this.stored(taken, order ? permute(values, shape, order) : values, to);
      this.weights.set(key, stored);
    }
    return stored;
  }

  /** A value with the axes that TF.js has in another order; a constant is stored so. */
  arranged(tensor: TracedTensor, order: readonly number[], to?: Shape): string {
    const constant = this.graph.constants.get(tensor);
    if (constant) return this.arrangedWeight(constant.name, constant.values, tensor.shape, order, to);
    const moved = this.builder.node('Transpose', [this.value(tensor)], { perm: order });
    return to ? this.reshaped(moved, to) : moved;
  }

  /** A value as it is broadcast against values of a rank in a layout; undefined where it would have to be moved. */
  operand(tensor: TracedTensor, rank: number, layout: Layout): string | undefined {
    const { shape } = tensor;
    if (layout === 'last' || shape.length === rank || sizeOf(shape) === 1) {
      return this.value(tensor, shape.length === rank ? layout : 'last');
    }
    const constant = this.graph.constants.get(tensor);
    if (!constant) return undefined;
    const whole = [...Array<number>(rank - shape.length).fill(1), ...shape];
    const order = orderOf(rank, layout);
    const to = order.map((axis) => whole[axis]!);
    while (to[0] === 1) to.shift();
    return this.arrangedWeight(constant.name, constant.values, whole, order, to);
  }

  /** A constant of a name of its own; floats as halves where that is asked for. */
  stored(name: string, values: TracedValues, shape: Shape): string {
    const type: OnnxType =
      values instanceof Float32Array ? 'float32' : values instanceof Int32Array ? 'int32' : 'bool';
    const { builder } = this;
    const halve = this.options.half && type === 'float32' && fitsHalf(shape, values);
    if (!halve) return builder.constant(values, shape, type, name);
    return builder.node('Cast', [builder.constant(values, shape, 'float16', name)], { to: 1 });
  }

  scalar(value: number, type: OnnxType = 'float32'): string {
    const key = `${type} ${value}`;
    const name = this.weights.get(key) ?? this.builder.constant([value], [], type);
    this.weights.set(key, name);
    return name;
  }

  // Shapes that may be open.

  reshaped(name: string, shape: TracedShape): string {
    const open = shape.filter(isOpen).length;
    if (open > 1) return this.builder.node('Reshape', [name, this.shapeVector(shape)]);
    const sizes = shape.map((size) => (isOpen(size) ? -1 : size));
    return this.builder.node('Reshape', [name, this.builder.integers(sizes)]);
  }

  /** A shape as a vector of int64, open sizes computed when the model runs. */
  shapeVector(shape: TracedShape): string {
    const { builder } = this;
    if (!shape.some(isOpen)) return builder.integers(shape);
    const parts = shape.map((size) => {
      if (!isOpen(size)) return builder.integers([size]);
      return size === -1 ? this.count() : builder.node('Mul', [this.count(), builder.integers([-size])]);
    });
    return parts.length === 1 ? parts[0]! : builder.node('Concat', parts, { axis: 0 });
  }

  /** The number of samples, `[1]`. */
  private count(): string {
    if (this.batch === undefined) {
      const { builder } = this;
      const { tensor } = this.graph.inputs[0]!;
      const shape = builder.node('Shape', [this.value(tensor, layoutAtEnds(tensor))]);
      this.batch = builder.node('Slice', [shape, builder.integers([0]), builder.integers([1])]);
    }
    return this.batch;
  }

  // The file's ends.

  /** @returns the name of the input's value, until values get their last names: no other is like it. */
  input(name: string, tensor: TracedTensor): string {
    const layout = layoutAtEnds(tensor);
    const value = this.builder.input(`/${name}`, openShape(inLayout(tensor.shape, layout)), tensor.dtype);
    this.define(tensor, layout, value);
    return value;
  }

  /** @returns the name of the output's value. */
  output(tensor: TracedTensor, name: string): string {
    const layout = layoutAtEnds(tensor);
    const value = this.value(tensor, layout);
    this.builder.output(name, openShape(inLayout(tensor.shape, layout)), tensor.dtype);
    // No input is an output as it is.
    return this.graph.inputs.some((input) => input.tensor === tensor)
      ? this.builder.node('Identity', [value])
      : value;
  }

  unsupported({ kernel, outputs }: TracedNode, why = ''): UnsupportedOpError {
    return new UnsupportedOpError(
      `export: every TF.js kernel must have a counterpart in ONNX, got ${kernel}${why && ` ${why}`}, output ${formatShape(outputs[0]!.shape)}; build the layer of other ops`,
    );
  }
}

/** Images that go in and out are as ONNX has them. */
const layoutAtEnds = ({ shape }: TracedTensor): Layout => (shape.length === 4 ? 'first' : 'last');

function openShape(shape: TracedShape): OnnxValue['shape'] {
  return shape.map((size) => (isOpen(size) ? (size === -1 ? BATCH : `${-size}${BATCH}`) : size));
}
