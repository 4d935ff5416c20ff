/** Element types of a GraphDef, by their TF.js names. */
export const DATA_TYPES = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;
export type GraphType = keyof typeof DATA_TYPES;

/** What an attribute is, before it is written as TensorFlow's `AttrValue`. */
export type AttributeValue =
  | { readonly text: string }
  | { readonly float: number }
  | { readonly int: number }
  | { readonly flag: boolean }
  | { readonly type: GraphType }
  | { readonly shape: readonly number[] }
  | { readonly ints: readonly number[] };

/** A node as JSON has it. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input?: readonly string[];
  readonly attr: Readonly<Record<string, object>>;
}

/** A constant, whose values lie in the weight files. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: GraphType;
  readonly values: ArrayLike<number>;
}

/** TensorFlow's `TensorShapeProto`; −1 is open. */
export function shapeProto(shape: readonly number[]): object {
  return { dim: shape.map((size) => ({ size: String(Math.max(size, -1)) })) };
}

/** Writes nodes and constants, each under a name of its own. */
export class GraphWriter {
  readonly nodes: NodeDef[] = [];
  readonly weights: Weight[] = [];
  private readonly names = new Set<string>();
  private readonly parameters = new Map<string, string>();

  /** Takes a name, or one like it where it is taken, for {@link add}. */
  reserve(name: string): string {
    // A colon parts a node's name from the number of an output, a caret marks an order only.
    const plain = name.replaceAll(/[^A-Za-z0-9_./-]/g, '_');
    let free = plain;
    for (let i = 1; this.names.has(free); i++) free = `${plain}_${i}`;
    this.names.add(free);
    return free;
  }

  /** Writes a node under a name that is reserved. */
  add(
    name: string,
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>>,
  ): void {
    const attr = Object.fromEntries(
      Object.entries(attributes).map(([key, value]) => [key, attributeProto(value)]),
    );
    this.nodes.push({ name, op, ...(inputs.length > 0 && { input: inputs }), attr });
  }

  /** @returns the node's name, which is also that of its first output; `name:1` is the second. */
  node(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    const name = this.reserve(op);
    this.add(name, op, inputs, attributes);
    return name;
  }

  /** A constant, whose name may get a number where it is taken. */
  constant(weight: Weight): string {
    const name = this.reserve(weight.name);
    this.add(name, 'Const', [], { dtype: { type: weight.type } });
    this.weights.push({ ...weight, name });
    return name;
  }

  /** Integers that an operator reads, such as axes; the same ones only once. */
  integers(values: number | readonly number[] | readonly (readonly number[])[]): string {
    const shape = typeof values === 'number' ? [] : shapeOfRows(values);
    return this.parameter('int32', shape, [values].flat(2) as number[]);
  }

  /** A number that an operator reads. */
  float(value: number): string {
    return this.parameter('float32', [], [value]);
  }

  private parameter(type: GraphType, shape: readonly number[], values: readonly number[]): string {
    const key = `${type}${JSON.stringify([shape, values])}`;
    const name = this.parameters.get(key) ?? this.constant({ name: 'parameter', type, shape, values });
    this.parameters.set(key, name);
    return name;
  }
}

function shapeOfRows(values: readonly (number | readonly number[])[]): number[] {
  const [first] = values;
  return typeof first === 'object' ? [values.length, first.length] : [values.length];
}

function attributeProto(value: AttributeValue): object {
  // Bytes are base64 in JSON; all texts here are ASCII.
  if ('text' in value) return { s: btoa(value.text) };
  if ('float' in value) return { f: value.float };
  if ('int' in value) return { i: String(value.int) };
  if ('flag' in value) return { b: value.flag };
  if ('type' in value) return { type: DATA_TYPES[value.type] };
  if ('shape' in value) return { shape: shapeProto(value.shape) };
  return { list: { i: value.ints.map(String) } };
}
