import { FormatError, UnsupportedError, UnsupportedOpError } from '../../errors';
import { brief } from '../../util/text';
import { checkGraph } from './check';
import { looksLike } from './looks-like';
import {
  describeNode,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model';
import {
  bytesOf,
  type Field,
  fieldsOf,
  integerOf,
  notAModel,
  pushFloats,
  pushIntegers,
  textOf,
} from './protobuf-reader';
import { readTensor, typeOf } from './read-tensor';

const OLDEST_OPSET = 9;
const NEWEST_OPSET = 21;

/** Where a declared attribute type says that the value stands, as `AttributeProto.AttributeType` counts. */
const FLOAT = 1;
const INT = 2;
const STRING = 3;
const TENSOR = 4;
const FLOATS = 6;
const INTS = 7;
const STRINGS = 8;

/**
 * Reads an ONNX model, believing nothing that the file says: lengths, shapes and types must agree with the
 * bytes that are there before anything is made of them. Constants are views of `bytes`, where they stand raw.
 *
 * @throws {FormatError} if the file is damaged, lies, or is none; if its weights are in other files.
 * @throws {UnsupportedError} if its opset is not 9 to 21, or a type of elements is none of `OnnxType`.
 * @throws {UnsupportedOpError} if a node holds a graph.
 */
export function readOnnx(bytes: Uint8Array): OnnxModel {
  const other = looksLike(bytes);
  if (other) throw new FormatError(`readOnnx: the file must be an ONNX model, got ${other}`);
  // Not a Node Buffer, of which parts behave differently.
  bytes = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
  let opset = 0;
  let graph: Uint8Array | undefined;
  const producer: string[] = ['', ''];
  const metadata: [string, string][] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.id === 2 || field.id === 3) producer[field.id - 2] = textOf(field);
    else if (field.id === 7) graph = bytesOf(field);
    else if (field.id === 8) opset = readOpset(bytesOf(field)) ?? opset;
    else if (field.id === 14) metadata.push(readPair(bytesOf(field)));
  }
  if (!graph) throw notAModel('none of its graph');
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new UnsupportedError(
      `readOnnx: the model's opset must be ${OLDEST_OPSET} to ${NEWEST_OPSET}, got ${opset || 'none'}; export it with another, e.g. opset_version=17 in PyTorch`,
    );
  }
  const model = {
    opset,
    ...readGraph(graph),
    metadata: Object.fromEntries(metadata),
    producer: producer.join(' ').trim(),
  };
  checkGraph(model);
  return model;
}

/** The version, if it is that of ONNX's own operators. */
function readOpset(bytes: Uint8Array): number | undefined {
  let domain = '';
  let version = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1) domain = readDomain(field);
    else if (field.id === 2) version = integerOf(field);
  }
  return domain ? undefined : version;
}

/** ONNX's own domain has two names. */
function readDomain(field: Field): string {
  const domain = textOf(field);
  return domain === 'ai.onnx' ? '' : domain;
}

function readPair(bytes: Uint8Array): [string, string] {
  const pair: [string, string] = ['', ''];
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1 || field.id === 2) pair[field.id - 1] = textOf(field);
  }
  return pair;
}

function readGraph(bytes: Uint8Array) {
  const nodes: OnnxNode[] = [];
  const initializers = new Map<string, OnnxTensor>();
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1) nodes.push(readNode(bytesOf(field)));
    else if (field.id === 5) {
      const tensor = readTensor(bytesOf(field), 'initializer');
      if (initializers.has(tensor.name)) {
        throw new FormatError(
          `readOnnx: initializers must have different names, got ${brief(tensor.name)} twice`,
        );
      }
      initializers.set(tensor.name, tensor);
    } else if (field.id === 11) inputs.push(readValue(bytesOf(field), 'input'));
    else if (field.id === 12) outputs.push(readValue(bytesOf(field), 'output'));
    else if (field.id === 15) {
      throw new UnsupportedError('readOnnx: initializers must be dense, got a sparse one');
    }
  }
  return { nodes, initializers, inputs: inputs.filter(({ name }) => !initializers.has(name)), outputs };
}

function readNode(bytes: Uint8Array): OnnxNode {
  const inputs: string[] = [];
  const outputs: string[] = [];
  const packed: Uint8Array[] = [];
  const attributes = new Map<string, OnnxAttribute>();
  const node = { op: '', domain: '', name: '', inputs, outputs, attributes };
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1) inputs.push(textOf(field));
    else if (field.id === 2) outputs.push(textOf(field));
    else if (field.id === 3) node.name = textOf(field);
    else if (field.id === 4) node.op = textOf(field);
    else if (field.id === 5) packed.push(bytesOf(field));
    else if (field.id === 7) node.domain = readDomain(field);
  }
  // Now that all is known that a message about them says.
  for (const attribute of packed) attributes.set(...readAttribute(attribute, node));
  return node;
}

function readAttribute(bytes: Uint8Array, node: OnnxNode): [string, OnnxAttribute] {
  let name = '';
  let declared = 0;
  let found = 0;
  const numbers: number[] = [];
  const strings: string[] = [];
  let tensor: OnnxTensor | undefined;
  for (const field of fieldsOf(bytes)) {
    const { id } = field;
    if (id === 1) name = textOf(field);
    else if (id === 20) declared = integerOf(field);
    else if (id > 1 && id < 12) {
      // Fields 2 to 6 are types 1 to 5, fields 7 to 11 types 6 to 10.
      const kind = id - 1;
      if (found && found !== kind) declared = Number.NaN;
      found = kind;
      if (kind === FLOAT || kind === FLOATS) pushFloats(numbers, field);
      else if (kind === INT || kind === INTS) pushIntegers(numbers, field);
      else if (kind === STRING || kind === STRINGS) strings.push(textOf(field));
      else if (kind === TENSOR) tensor = readTensor(bytesOf(field), describeNode(node));
    }
  }
  const kind = declared || found;
  const of = () => `${brief(name)} of ${describeNode(node)}`;
  if (found && kind !== found) {
    throw new FormatError(
      `readOnnx: an attribute must be of one type, that which it says, got another for ${of()}`,
    );
  }
  const value =
    kind === FLOAT || kind === INT
      ? (numbers.pop() ?? 0)
      : kind === STRING
        ? (strings.pop() ?? '')
        : kind === TENSOR
          ? tensor
          : kind === STRINGS
            ? strings
            : kind === FLOATS || kind === INTS
              ? numbers
              : undefined;
  if (value === undefined) {
    throw new UnsupportedOpError(
      `readOnnx: an attribute must be a number, a string, a tensor, or a list of numbers or strings, got another (a graph, if it is control flow) for ${of()}`,
    );
  }
  return [name, value];
}

function readValue(bytes: Uint8Array, role: string): OnnxValue {
  let name = '';
  let tensorType: Uint8Array | undefined;
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1) name = textOf(field);
    else if (field.id === 2) {
      for (const inner of fieldsOf(bytesOf(field))) if (inner.id === 1) tensorType = bytesOf(inner);
    }
  }
  const where = `${role} ${brief(name)}`;
  if (!tensorType)
    throw new UnsupportedError(
      `readOnnx: inputs and outputs must be tensors, got another or no type for ${where}`,
    );
  let code = 0;
  let shape: (number | string)[] | undefined;
  for (const field of fieldsOf(tensorType)) {
    if (field.id === 1) code = integerOf(field);
    else if (field.id === 2) {
      shape = [];
      for (const dim of fieldsOf(bytesOf(field)))
        if (dim.id === 1) shape.push(readDimension(bytesOf(dim), where));
    }
  }
  return { name, type: typeOf(code, where), shape };
}

function readDimension(bytes: Uint8Array, where: string): number | string {
  let size: number | string = '';
  for (const field of fieldsOf(bytes)) {
    if (field.id === 1) size = integerOf(field);
    else if (field.id === 2) size = textOf(field);
  }
  if (typeof size === 'number' && size < 0) {
    throw new FormatError(`readOnnx: sizes must not be negative, got ${size} for ${where}`);
  }
  return size;
}
