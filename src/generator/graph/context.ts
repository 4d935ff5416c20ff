import { ALIGNMENT } from '../../../assembly/abi/record';
import { FormatError } from '../../errors';
import { describeNode, type OnnxNode } from '../../formats/onnx/model';
import { strided } from '../../program/records/layout';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import { printable } from '../../util/text';
import { GraphRecorder } from './recorder';
import {
  ELEMENT_BYTES,
  type Known,
  liesIn,
  type Order,
  orderedStrides,
  rowMajor,
  Value,
  type ValueType,
} from './value';

/** A tensor may have as many elements as this: a file of a kilobyte can ask for any number. */
const MOST_ELEMENTS = 2 ** 28;
const MOST_AXES = 8;
/** A run may take as many operations as this, some minutes of them. */
const MOST_OPERATIONS = 2 ** 44;
/** What an element that is written costs beside an operation of a product. */
const ELEMENT_OPERATIONS = 16;
/** Numbers that are made before there is a memory to plan: shapes and ranges, some seconds of them. */
const MOST_NUMBERS = 2 ** 21;

/** Lowers one node: reads its inputs, writes records, names its outputs. */
export type Operator = (context: Context, node: OnnxNode) => void;

/** What operators work with: the values named so far, and where records go. */
export class Context {
  readonly recorder = new GraphRecorder();
  readonly values = new Map<string, Value>();
  /** How a value can be made anew with each of its channels (axis 1) scaled and shifted on the way. */
  readonly scalable = new Map<Value, (factor: Value, shift: Value) => Value>();
  /** Nodes so far that draw noise. */
  draws = 0;
  private operations = 0;
  private numbers = 0;
  /** Copies of values that have been made, by their order. */
  private readonly copies = new Map<Value, Map<string, Value>>();

  constructor(
    /** Version of the default operator set. */
    readonly opset: number,
    /** How often each name is read: by nodes, and as an output of the graph. */
    readonly uses: ReadonlyMap<string, number>,
  ) {}

  /** @throws {FormatError} if the node has no such input. */
  input(node: OnnxNode, index: number): Value {
    const value = this.optional(node, index);
    if (!value) throw this.fail(node, `input ${index}`, 'none');
    return value;
  }

  /** @throws {FormatError} if the node has no such input, or one that is not of floats. */
  floats(node: OnnxNode, index: number): Value {
    const value = this.input(node, index);
    if (value.type !== 'float32') throw this.fail(node, `input ${index} to be of floats`, value.type);
    return value;
  }

  optional(node: OnnxNode, index: number): Value | undefined {
    const name = node.inputs[index];
    if (!name) return undefined;
    const value = this.values.get(name);
    if (!value) throw this.fail(node, `input '${name}' to be an output of a node before it`, 'none');
    return value;
  }

  /** The numbers of an input that must be known when the model is loaded; undefined where the node has none. */
  known(node: OnnxNode, index: number): Known | undefined {
    const value = this.optional(node, index);
    if (!value) return undefined;
    const { known } = value;
    if (!known) {
      throw this.fail(
        node,
        `input '${node.inputs[index]}' to be a constant`,
        'one that depends on the inputs',
      );
    }
    return known;
  }

  /** Names an output; one that nobody asked for is dropped. */
  output(node: OnnxNode, value: Value, index = 0): void {
    const name = node.outputs[index];
    if (name) this.values.set(name, value);
  }

  /**
   * A new tensor without gaps.
   *
   * @param order of its axes in memory; the last one innermost by default.
   * @throws {FormatError} if no tensor can have this shape, or none that could be held.
   */
  allocate(node: OnnxNode, type: ValueType, shape: Shape, order: Order = rowMajor(shape.length)): Value {
    this.checkShape(node, shape);
    this.spend(node, sizeOf(shape) * ELEMENT_OPERATIONS);
    const address = this.recorder.scratch(sizeOf(shape) * ELEMENT_BYTES[type]);
    return new Value(type, shape, orderedStrides(shape, order), () => address);
  }

  checkShape(node: OnnxNode, shape: Shape): void {
    const valid = shape.every((size) => Number.isInteger(size) && size >= 0 && size <= MOST_ELEMENTS);
    if (!valid || shape.length > MOST_AXES || sizeOf(shape) > MOST_ELEMENTS) {
      throw this.fail(
        node,
        `a shape of at most ${MOST_AXES} axes and ${MOST_ELEMENTS} elements`,
        formatShape(shape),
      );
    }
  }

  /** A constant of known values, as many as the shape says. */
  constant(type: ValueType, shape: Shape, known: Known): Value {
    this.numbers += known.length;
    if (this.numbers > MOST_NUMBERS) {
      throw new FormatError(
        `loadGenerator: a model must make at most ${MOST_NUMBERS} numbers of constants, got ${this.numbers}`,
      );
    }
    const locate = () => this.recorder.constant(packed(type, known));
    return new Value(type, shape, orderedStrides(shape, rowMajor(shape.length)), locate, () => known);
  }

  /** The value itself if it lies without gaps in `order` (by default the last axis innermost), else a copy that does. */
  dense(node: OnnxNode, value: Value, order: Order = rowMajor(value.shape.length)): Value {
    const { type, start } = value;
    // Kernels take it that what they read begins at a boundary.
    if (liesIn(value, order) && (start * ELEMENT_BYTES[type]) % ALIGNMENT === 0) return value;
    // What is known stays known: shapes are turned about too.
    if (value.known && order.every((axis, i) => axis === i))
      return this.constant(type, value.shape, value.known);
    const key = `${order}`;
    const copies = this.copies.get(value) ?? new Map<string, Value>();
    this.copies.set(value, copies);
    const copy = copies.get(key) ?? this.clone(node, value, order);
    copies.set(key, copy);
    return copy;
  }

  /** A copy without gaps. */
  clone(node: OnnxNode, value: Value, order: Order): Value {
    const copy = this.allocate(node, value.type, value.shape, order);
    this.copy(node, copy, value);
    return copy;
  }

  /** Whether a value is all of a buffer that records write. */
  isWhole({ address, type, shape }: Value): boolean {
    const { kind, bytes } = this.recorder.at(address).buffer;
    return kind === 'temporary' && bytes === sizeOf(shape) * ELEMENT_BYTES[type];
  }

  /** Writes `from` over `to`, a view of the same shape. */
  copy(node: OnnxNode, to: Value, from: Value): void {
    const side = ({ address, strides }: Value) => ({ pointer: address, strides });
    if (!strided(this.recorder, ELEMENT_BYTES[to.type], to.shape, side(to), side(from))) {
      throw this.fail(node, 'a copy of at most six axes', formatShape(to.shape));
    }
  }

  /** @throws {FormatError} if the nodes so far take more work than a run may. */
  spend(node: OnnxNode, operations: number): void {
    this.operations += operations;
    if (!(this.operations <= MOST_OPERATIONS)) {
      throw this.fail(node, `at most ${MOST_OPERATIONS} operations with those before it`, `${operations}`);
    }
  }

  /** `loadGenerator: <node> needs <requirement>, got <what>`. */
  fail(node: OnnxNode, requirement: string, what: string): FormatError {
    return new FormatError(
      `loadGenerator: ${describeNode(node)} needs ${requirement}, got ${printable(what)}`,
    );
  }
}

/** Known values as they lie in memory; whole numbers beyond 32 bits become the nearest there is. */
function packed(type: ValueType, values: Known): Uint8Array {
  if (type === 'bool') return Uint8Array.from(values);
  if (type === 'float32') return new Uint8Array(Float32Array.from(values).buffer);
  const most = 2 ** 31;
  return new Uint8Array(
    Int32Array.from(values, (value) => Math.max(-most, Math.min(most - 1, value))).buffer,
  );
}
