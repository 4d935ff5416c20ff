import type { NamedAttrMap } from '@tensorflow/tfjs-core';
import { UnsupportedError } from '../errors';
import { sameShape, sizeOf } from '../util/shape';
import { brief } from '../util/text';
import type { SeenGraph, SeenNode, SeenTensor } from './seen';
import {
  inputsOf,
  isOpen,
  shapeFor,
  type TracedConstant,
  type TracedGraph,
  type TracedInput,
  type TracedNode,
  type TracedShape,
  type TracedTensor,
  type TracedValues,
} from './traced-graph';

/** Attributes that may depend on the number of samples, as sizes do. */
const SIZES = ['shape', 'size', 'reps', 'inputShape'];

/** Kernels whose inputs are broadcast against each other. */
const BROADCASTING = new Set([
  'Add',
  'Sub',
  'Multiply',
  'RealDiv',
  'Maximum',
  'Minimum',
  'Pow',
  'SquaredDifference',
  'Equal',
  'NotEqual',
  'Greater',
  'GreaterEqual',
  'Less',
  'LessEqual',
  'LogicalAnd',
  'LogicalOr',
]);

/**
 * One graph for any number of samples, from what was seen for two numbers of them: a size that is the same is fixed, one
 * that is in proportion is open.
 *
 * @throws {UnsupportedError} if the two differ in anything else.
 */
export function mergeTraces(one: SeenGraph, other: SeenGraph): TracedGraph {
  return new Merge(one, other).graph();
}

class Merge {
  private readonly tensors = new Map<SeenTensor, TracedTensor>();
  private readonly constants = new Map<TracedTensor, TracedConstant>();
  /** Constants with an axis a sample, by what stands for them: the same for each sample, once. */
  private readonly repeated = new Map<
    TracedTensor,
    { readonly once: TracedTensor; readonly reps: number[] }
  >();
  private readonly names = new Map<string, number>();
  private readonly nodes: TracedNode[] = [];
  private nextId = 0;

  constructor(
    private readonly one: SeenGraph,
    private readonly other: SeenGraph,
  ) {}

  graph(): TracedGraph {
    const { one, other } = this;
    if (one.inputs.length !== other.inputs.length) throw differs('the noise drawn');
    const inputs = one.inputs.map((input, at): TracedInput => {
      const { name, distribution } = input;
      const tensor = this.add(input.tensor, other.inputs[at]!.tensor, `input ${name}`);
      return distribution ? { name, tensor, distribution } : { name, tensor };
    });
    if (one.nodes.length !== other.nodes.length) throw differs('the number of kernel calls');
    for (const [at, node] of one.nodes.entries()) this.addNode(node, other.nodes[at]!);
    const output = this.tensors.get(one.output)!;
    return prune({ inputs, constants: this.constants, nodes: this.nodes, output });
  }

  private addNode(node: SeenNode, twin: SeenNode): void {
    const { kernel } = node;
    if (kernel !== twin.kernel) throw differs(`a call of ${kernel}`);
    const inputs: Record<string, TracedTensor | TracedTensor[]> = {};
    for (const [name, input] of Object.entries(node.inputs)) {
      const match = twin.inputs[name];
      inputs[name] = Array.isArray(input)
        ? input.map((item, at) => this.input(item, (match as SeenTensor[])[at], kernel))
        : this.input(input as SeenTensor, match as SeenTensor, kernel);
    }
    const outputs = node.outputs.map((output, at) => this.add(output, twin.outputs[at], kernel));
    if (changesNothing(kernel, inputs.x as TracedTensor, outputs[0]!)) {
      this.tensors.set(node.outputs[0]!, inputs.x as TracedTensor);
      return;
    }
    const attributes = this.attributes(kernel, node.attributes, twin.attributes);
    const whole = this.withConstants({ kernel, inputs, attributes, outputs });
    this.nodes.push(whole);
  }

  private input(seen: SeenTensor, twin: SeenTensor | undefined, kernel: string): TracedTensor {
    return this.tensors.get(seen) ?? this.addConstant(seen, twin, kernel);
  }

  private add(seen: SeenTensor, twin: SeenTensor | undefined, where: string): TracedTensor {
    if (!twin || twin.shape.length !== seen.shape.length) throw differs(`the rank of ${where}`);
    const shape = seen.shape.map((size, axis) => this.size(size, twin.shape[axis]!, where));
    return this.tensor(shape, seen);
  }

  private tensor(shape: TracedShape, seen: SeenTensor): TracedTensor {
    const tensor = { id: this.nextId++, shape, dtype: seen.dtype };
    this.tensors.set(seen, tensor);
    return tensor;
  }

  /** A size that the two have in common: fixed, or −k for k times the number of samples. */
  private size(size: number, twin: number, where: string): number {
    if (size === twin) return size;
    const times = size / this.one.count;
    if (Number.isInteger(times) && twin === times * this.other.count) return -times;
    throw differs(
      `a size of ${where}, ${size} for ${this.one.count} samples and ${twin} for ${this.other.count},`,
    );
  }

  private addConstant(seen: SeenTensor, twin: SeenTensor | undefined, where: string): TracedTensor {
    if (!seen.values || !twin?.values) throw differs(`an input of ${where}`);
    const tensor = this.add(seen, twin, where);
    const once = tensor.shape.map((size) => (isOpen(size) ? 1 : size));
    const values = collapse(seen.values, tensor.shape, this.one.count);
    const same = collapse(twin.values, tensor.shape, this.other.count);
    if (!values || !same || !sameValues(values, same)) throw differs(`a constant of ${where}`);
    const constant = { name: this.uniqueName(seen.name), values };
    if (tensor.shape.every((size) => !isOpen(size))) {
      this.constants.set(tensor, constant);
      return tensor;
    }
    const reps = tensor.shape.map((size) => (isOpen(size) ? size : 1));
    const stored = { id: this.nextId++, shape: once, dtype: tensor.dtype };
    this.repeated.set(tensor, { once: stored, reps });
    this.constants.set(stored, constant);
    return tensor;
  }

  /** A node that reads constants without an axis a sample: they are broadcast, or repeated first. */
  private withConstants(node: TracedNode): TracedNode {
    const all = inputsOf(node);
    const replace = (tensor: TracedTensor): TracedTensor => {
      const found = this.repeated.get(tensor);
      if (!found) return tensor;
      const broadcast =
        BROADCASTING.has(node.kernel) &&
        all.some((other) => other !== tensor && covers(other.shape, tensor.shape));
      if (broadcast) return found.once;
      const output = { ...tensor, id: this.nextId++ };
      this.repeated.set(output, found);
      const { once, reps } = found;
      this.nodes.push({ kernel: 'Tile', inputs: { x: once }, attributes: { reps }, outputs: [output] });
      return output;
    };
    const entries = Object.entries(node.inputs).map(
      ([name, input]) =>
        [name, Array.isArray(input) ? input.map(replace) : replace(input as TracedTensor)] as const,
    );
    return { ...node, inputs: Object.fromEntries(entries) };
  }

  private attributes(kernel: string, one: NamedAttrMap, other: NamedAttrMap): NamedAttrMap {
    const merge = (a: unknown, b: unknown, name: string): unknown => {
      if (Array.isArray(a) && Array.isArray(b) && a.length === b.length) {
        return a.map((item, at) => merge(item, b[at], name));
      }
      if (Object.is(a, b)) return a;
      if (SIZES.includes(name) && typeof a === 'number' && typeof b === 'number') {
        return this.size(a, b, `${kernel}'s ${name}`);
      }
      throw differs(`${kernel}'s ${name}, ${brief(a)} and ${brief(b)},`);
    };
    const entries = Object.entries(one).map(([name, value]) => [name, merge(value, other[name], name)]);
    return Object.fromEntries(entries) as NamedAttrMap;
  }

  /** A weight that is used in several shapes has a number after its name, a constant without a name always. */
  private uniqueName(weight: string | undefined): string {
    const name = weight ?? 'constant';
    const used = this.names.get(name) ?? 0;
    this.names.set(name, used + 1);
    return weight !== undefined && used === 0 ? name : `${name}/${used}`;
  }
}

/** TF.js copies for its own bookkeeping, and reshapes and casts to what there is already. */
function changesNothing(kernel: string, x: TracedTensor, output: TracedTensor): boolean {
  if (kernel === 'Cast') return x.dtype === output.dtype;
  return kernel === 'Identity' || (kernel === 'Reshape' && sameShape(x.shape, output.shape));
}

/** Whether an open axis of `shape` is open in `other` too, axes aligned from the last. */
function covers(other: TracedShape, shape: TracedShape): boolean {
  return shape.every((size, axis) => !isOpen(size) || other[axis + other.length - shape.length] === size);
}

/** Values of which only the first along each open axis are kept; undefined where the others are not the same. */
function collapse(values: TracedValues, shape: TracedShape, count: number): TracedValues | undefined {
  if (shape.every((size) => !isOpen(size))) return values;
  const sizes = shapeFor(shape, count);
  const kept = values.slice(0, sizeOf(shape.map((size) => (isOpen(size) ? 1 : size))));
  const filled = new Uint8Array(kept.length);
  for (let at = 0; at < values.length; at++) {
    let [rest, place, stride] = [at, 0, 1];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = sizes[axis]!;
      if (!isOpen(shape[axis]!)) {
        place += (rest % size) * stride;
        stride *= size;
      }
      rest = Math.floor(rest / size);
    }
    if (filled[place] === 1 && !Object.is(kept[place], values[at])) return undefined;
    kept[place] = values[at]!;
    filled[place] = 1;
  }
  return kept;
}

function sameValues(one: TracedValues, other: TracedValues): boolean {
  return (
    one === other || (one.length === other.length && one.every((value, at) => Object.is(value, other[at])))
  );
}

/** Leaves out what the output does not depend on. */
function prune(graph: TracedGraph): TracedGraph {
  const needed = new Set([graph.output]);
  const nodes = [...graph.nodes].reverse().filter((node) => {
    if (!node.outputs.some((output) => needed.has(output))) return false;
    for (const input of inputsOf(node)) needed.add(input);
    return true;
  });
  const constants = [...graph.constants].filter(([tensor]) => needed.has(tensor));
  return { ...graph, nodes: nodes.reverse(), constants: new Map(constants) };
}

function differs(what: string): UnsupportedError {
  return new UnsupportedError(
    `export: a generator must do the same for any number of samples, got ${what} that depends on it`,
  );
}
