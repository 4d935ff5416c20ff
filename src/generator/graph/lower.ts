import { FormatError, UnsupportedOpError } from '../../errors';
import { describeNode, type OnnxModel, type OnnxNode } from '../../formats/onnx/model';
import type { Trace, TraceBuffer } from '../../program/trace';
import { formatShape, type Shape, sizeOf } from '../../util/shape';
import { Context } from './context';
import { heldType, initializer } from './initializer';
import type { Toolbox } from './tools';
import {
  channelsLast,
  ELEMENT_BYTES,
  type Order,
  orderedStrides,
  orderOf,
  rowMajor,
  Value,
  type ValueType,
} from './value';

/** A tensor that goes in or comes out. */
export interface Port {
  readonly name: string;
  readonly type: ValueType;
  /** ONNX's: images as NCHW. */
  readonly shape: Shape;
  /** Its axes in memory, the outermost first; no gaps. */
  readonly order: Order;
}

/** A graph as records, for one set of input shapes. */
export interface Lowered {
  readonly trace: Trace;
  readonly inputs: readonly (Port & { readonly buffer: TraceBuffer })[];
  /** In the order of the trace's outputs. */
  readonly outputs: readonly Port[];
}

/**
 * Writes a model as kernel records.
 *
 * @param shapes of its inputs, by name.
 * @param tools that do for the model: see `toolboxOf`.
 * @throws {UnsupportedOpError} if an operator is unknown, naming it and its node.
 * @throws {FormatError} if a node cannot work with the shapes that it gets.
 */
export function lower(
  model: OnnxModel,
  shapes: Readonly<Record<string, Shape>>,
  { operators, fold }: Toolbox,
): Lowered {
  const context = new Context(model.opset, usesOf(model));
  const { recorder, values } = context;
  for (const [name, tensor] of model.initializers) values.set(name, initializer(recorder, tensor));
  const inputs = model.inputs.map(({ name, type }) => {
    const shape = shapes[name]!;
    context.checkShape(portNode('input', name), shape);
    const held = heldType({ type });
    const order = shape.length === 4 ? channelsLast(4) : rowMajor(shape.length);
    const address = recorder.input(sizeOf(shape) * ELEMENT_BYTES[held]);
    values.set(name, new Value(held, shape, orderedStrides(shape, order), () => address));
    return { name, type: held, shape, order, buffer: recorder.at(address).buffer };
  });
  for (const node of model.nodes) {
    recorder.name = describeNode(node);
    if (fold(context, node)) continue;
    // Names such as `constructor` are no operators.
    const operator = Object.hasOwn(operators, node.op) && node.domain === '' ? operators[node.op] : undefined;
    if (!operator) {
      throw new UnsupportedOpError(
        `loadGenerator: operators must be ONNX's own that generators use, got ${describeNode(node)}`,
      );
    }
    operator(context, node);
  }
  const results = model.outputs.map(({ name }) => {
    const value = values.get(name);
    if (!value) throw new FormatError(`loadGenerator: output '${name}' must be made by a node, got none`);
    const output = portNode('output', name);
    recorder.name = `output ${name}`;
    const order = orderOf(value);
    // What comes out is a whole buffer that the program makes.
    return context.isWhole(value) ? context.dense(output, value, order) : context.clone(output, value, order);
  });
  return {
    trace: recorder.finish(results.map(({ address }) => address)),
    inputs,
    outputs: results.map((value, i) => ({
      name: model.outputs[i]!.name,
      type: value.type,
      shape: value.shape,
      order: orderOf(value),
    })),
  };
}

/** @throws {FormatError} if an open size is given none. */
export function shapeOf(
  { name, shape }: OnnxModel['inputs'][number],
  sizes: Readonly<Record<string, number>>,
): Shape {
  if (!shape) throw new FormatError(`loadGenerator: input '${name}' must have a shape, got none`);
  const settled = shape.map((size) => (typeof size === 'number' ? size : (sizes[size] ?? 1)));
  if (settled.some((size) => !Number.isSafeInteger(size) || size < 1)) {
    throw new FormatError(
      `loadGenerator: input '${name}' must have sizes of at least 1, got ${formatShape(settled)}`,
    );
  }
  return settled;
}

/** An input or output as if it were a node, for messages. */
function portNode(op: string, name: string): OnnxNode {
  return { op, domain: '', name, inputs: [], outputs: [], attributes: new Map() };
}

function usesOf({ nodes, outputs }: OnnxModel): Map<string, number> {
  const uses = new Map<string, number>();
  const count = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const { inputs } of nodes) for (const name of inputs) count(name);
  for (const { name } of outputs) count(name);
  return uses;
}
