import { FormatError, UnsupportedError, UnsupportedOpError } from '../../errors';
import { brief } from '../../util/text';
import { checkGraph } from './check';
import { looksLike } from './looks-like';
import { describeNode, type OnnxAttribute, type OnnxModel, type OnnxNode, type OnnxValue } from './model';
import { Message, notAModel } from './protobuf-reader';
import { readTensor, typeOf } from './read-tensor';

const OLDEST_OPSET = 9;
const NEWEST_OPSET = 21;

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
  if (other) throw notAModel(other);
  // Not a Node Buffer, of which parts behave differently.
  const file = new Message(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length));
  const [graph] = file.messages(7);
  if (!graph) throw notAModel('none of its graph');
  const opset = file.messages(8).reduce((found, set) => (domainOf(set, 1) ? found : set.integer(2)), 0);
  if (opset < OLDEST_OPSET || opset > NEWEST_OPSET) {
    throw new UnsupportedError(
      `readOnnx: the model's opset must be ${OLDEST_OPSET} to ${NEWEST_OPSET}, got ${opset}; export it with opset_version=17`,
    );
  }
  const nodes = graph.messages(1).map(readNode);
  const constants = graph.messages(5).map((tensor) => readTensor(tensor, 'initializer'));
  const initializers = new Map(constants.map((tensor) => [tensor.name, tensor]));
  if (initializers.size < constants.length) throw notAModel('two initializers of the same name');
  if (graph.has(15)) throw new UnsupportedError('readOnnx: initializers must be dense, got a sparse one');
  const model = {
    opset,
    nodes,
    initializers,
    inputs: graph
      .messages(11)
      .map(readValue)
      .filter(({ name }) => !initializers.has(name)),
    outputs: graph.messages(12).map(readValue),
    metadata: Object.fromEntries(file.messages(14).map((pair) => [pair.text(1), pair.text(2)])),
    producer: `${file.text(2)} ${file.text(3)}`.trim(),
  };
  checkGraph(model);
  return model;
}

/** Empty for ONNX's own, which has two names. */
function domainOf(message: Message, id: number): string {
  return message.text(id).replace(/^ai\.onnx$/, '');
}

function readNode(message: Message): OnnxNode {
  const node = {
    op: message.text(4),
    domain: domainOf(message, 7),
    name: message.text(3),
    inputs: message.texts(1),
    outputs: message.texts(2),
  };
  const attributes = message.messages(5).map((attribute): [string, OnnxAttribute] => {
    return [attribute.text(1), readAttribute(attribute, { ...node, attributes: new Map() })];
  });
  return { ...node, attributes: new Map(attributes) };
}

/** Values of type 1 stand in field 2, and so on, as `AttributeProto.AttributeType` counts. */
function readAttribute(message: Message, node: OnnxNode): OnnxAttribute {
  const found = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((type) => message.has(type + 1));
  const type = message.integer(20) || found[0];
  const of = `attribute ${brief(message.text(1))} of ${describeNode(node)}`;
  if (found.some((other) => other !== type)) {
    throw new FormatError(`readOnnx: attributes must be of the type that they say, got ${of}`);
  }
  if (type === 1) return message.floats(2).pop() ?? 0;
  if (type === 2) return message.integer(3);
  if (type === 3) return message.text(4);
  const [tensor] = message.messages(5);
  if (tensor) return readTensor(tensor, of);
  if (type === 6) return message.floats(7);
  if (type === 7) return message.integers(8);
  if (type === 8) return message.texts(9);
  throw new UnsupportedOpError(
    `readOnnx: attributes must be numbers, texts or tensors, got a graph or such as ${of}`,
  );
}

function readValue(message: Message): OnnxValue {
  const name = message.text(1);
  const where = `input or output ${brief(name)}`;
  const tensor = message
    .messages(2)
    .flatMap((type) => type.messages(1))
    .pop();
  if (!tensor) throw new UnsupportedError(`readOnnx: inputs and outputs must be tensors, got ${where}`);
  const shape = tensor
    .messages(2)
    .pop()
    ?.messages(1)
    .map((size) => {
      if (size.integer(1) < 0)
        throw new FormatError(`readOnnx: sizes must not be negative, got one of ${where}`);
      return size.has(1) ? size.integer(1) : size.text(2);
    });
  return { name, type: typeOf(tensor.integer(1), where), shape };
}
