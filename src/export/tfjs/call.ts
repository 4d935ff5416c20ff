import { UnsupportedOpError } from '../../errors';
import type { TracedNode, TracedShape, TracedTensor } from '../traced-graph';
import type { AttributeValue, GraphType, GraphWriter } from './graph-def';

type Attributes = Readonly<Record<string, AttributeValue>>;

/** A kernel call that is being written as nodes. */
export class Call {
  /** The node's inputs in order, lists among them flattened. */
  readonly inputs: readonly string[];

  /**
   * @param named gives the name of what makes a value.
   * @param sizes writes a list of sizes, of which some may depend on the batch, and gives its name.
   */
  constructor(
    readonly node: TracedNode,
    readonly writer: GraphWriter,
    private readonly named: (tensor: TracedTensor) => string,
    readonly sizes: (sizes: TracedShape) => string,
  ) {
    this.inputs = Object.values(node.inputs).flat().map(named);
  }

  get kernel(): string {
    return this.node.kernel;
  }

  get output(): TracedTensor {
    return this.node.outputs[0]!;
  }

  /** The value of an input that is not a list. */
  tensor(name: string): TracedTensor {
    return this.node.inputs[name] as TracedTensor;
  }

  /** The name of an input, or undefined where it was left out. */
  input(name: string): string | undefined {
    const input = this.node.inputs[name];
    return input && this.named(input as TracedTensor);
  }

  /** One node that reads the call's inputs and then others. @returns its only output. */
  append(op: string, others: readonly string[] = [], attributes: Attributes = {}): readonly string[] {
    return [this.writer.node(op, [...this.inputs, ...others], attributes)];
  }

  /** As {@link append}, for a node of as many outputs as the call. */
  appendSeveral(op: string, others: readonly string[], attributes: Attributes): readonly string[] {
    const [name] = this.append(op, others, attributes);
    return this.node.outputs.map((_, i) => (i === 0 ? name! : `${name}:${i}`));
  }

  // Attributes, as the trace has them or as this call's own.

  number(name: string, standard?: number): number {
    const value = this.node.attributes[name] ?? standard;
    if (typeof value === 'number') return value;
    throw this.unsupported(name);
  }

  /** One number stands for each of `count`. */
  numbers(name: string, count = 1): readonly number[] {
    const value = this.node.attributes[name];
    if (typeof value === 'number') return Array.from({ length: count }, () => value);
    if (Array.isArray(value)) return value as number[];
    throw this.unsupported(name);
  }

  rows(name: string): readonly (readonly number[])[] {
    const value: unknown = this.node.attributes[name];
    if (Array.isArray(value)) return value as number[][];
    throw this.unsupported(name);
  }

  text(name: string): string {
    const value = this.node.attributes[name];
    if (typeof value === 'string') return value;
    throw this.unsupported(name);
  }

  /** A constant that holds integers of an attribute. */
  integers(name: string): string {
    return this.writer.integers(this.numbers(name));
  }

  /** A constant that holds one integer of an attribute. */
  integer(name: string, standard?: number): string {
    return this.writer.integers(this.number(name, standard));
  }

  float(name: string): string {
    return this.writer.float(this.number(name));
  }

  flag(name: string): AttributeValue {
    return { flag: this.node.attributes[name] === true };
  }

  get outputType(): AttributeValue {
    return { type: this.output.dtype as GraphType };
  }

  /** @param attribute that the graph model has no way to say. */
  unsupported(attribute: string): UnsupportedOpError {
    const value = JSON.stringify(this.node.attributes[attribute]) ?? 'none';
    return new UnsupportedOpError(
      `export: ${attribute} of ${this.kernel} must be one that a graph model has, got ${value}; use another layer`,
    );
  }
}

/** Writes a call; gives the names of its outputs. */
export type Lowering = (call: Call) => readonly string[];
