import type { Shape } from '../../util/shape';
import type { OnnxAttribute, OnnxModel, OnnxNode, OnnxTensor, OnnxType, OnnxValue } from './model';
import { tensorOf } from './tensor-of';
import { writeOnnx } from './write';

export type OnnxAttributes = Readonly<Record<string, OnnxAttribute>>;

/** A graph that is being written down, operator by operator. */
export class OnnxBuilder {
  private readonly nodes: OnnxNode[] = [];
  private readonly initializers = new Map<string, OnnxTensor>();
  private readonly inputs: OnnxValue[] = [];
  private readonly outputs: OnnxValue[] = [];
  private names = 0;

  constructor(private readonly opset = 17) {}

  /**
   * @param shape with names for the sizes that are open.
   * @returns `name`, to be used as an operator's input.
   */
  input(name: string, shape: OnnxValue['shape'], type: OnnxType = 'float32'): string {
    this.inputs.push({ name, type, shape });
    return name;
  }

  /** @returns the name of the constant. */
  constant(
    values: ArrayLike<number>,
    shape: Shape = [values.length],
    type: OnnxType = 'float32',
    name = this.freshName(),
  ): string {
    this.initializers.set(name, tensorOf(values, shape, type, name));
    return name;
  }

  /** @returns the name of the constant, of int64; a vector, if `shape` does not say otherwise. */
  integers(values: ArrayLike<number>, shape?: Shape): string {
    return this.constant(values, shape, 'int64');
  }

  /** @returns the name of the operator's only output. */
  node(op: string, inputs: readonly string[], attributes: OnnxAttributes = {}): string {
    return this.nodeOf(op, inputs, attributes, 1)[0]!;
  }

  /** @returns the names of the operator's outputs. */
  nodeOf(
    op: string,
    inputs: readonly string[],
    attributes: OnnxAttributes,
    count: number,
    domain = '',
  ): string[] {
    const outputs = Array.from({ length: count }, () => this.freshName());
    this.nodes.push({
      op,
      domain,
      name: `${op}_${this.nodes.length}`,
      inputs,
      outputs,
      attributes: new Map(Object.entries(attributes)),
    });
    return outputs;
  }

  /** Makes a value an output of the graph. */
  output(name: string, shape: OnnxValue['shape'], type: OnnxType = 'float32'): this {
    this.outputs.push({ name, type, shape });
    return this;
  }

  build(metadata: Readonly<Record<string, string>> = {}, producer = 'kallima'): OnnxModel {
    const { opset, nodes, initializers, inputs, outputs } = this;
    return { opset, nodes, initializers, inputs, outputs, metadata, producer };
  }

  /** The file. */
  toBytes(): Uint8Array<ArrayBuffer> {
    return writeOnnx(this.build());
  }

  private freshName(): string {
    return `v${this.names++}`;
  }
}
