import { ArgumentError } from '../../errors';
import { formatShape, sizeOf } from '../../util/shape';
import {
  ONNX_TYPES,
  type OnnxAttribute,
  type OnnxModel,
  type OnnxNode,
  type OnnxTensor,
  type OnnxValue,
} from './model';
import { MessageWriter } from './protobuf-writer';
import { onnxTypeBytes } from './values';

/** Attributes of ONNX's operators whose numbers are floats also where they are whole. */
const FLOATS = new Set(
  'activation_alpha activation_beta alpha beta bias clip cubic_coeff_a epsilon extrapolation_value gamma high k lambd low max mean min momentum norm_coefficient ratio scale scales seed softcap threshold value value_float value_floats'.split(
    ' ',
  ),
);

/** As `AttributeProto.AttributeType` counts. */
const TYPE = { float: 1, int: 2, string: 3, tensor: 4, floats: 6, ints: 7, strings: 8 };

/** The largest file that protobuf's own readers take. */
const MOST_BYTES = 2 ** 31 - 1;

/**
 * Writes an ONNX model. The same model gives the same bytes.
 *
 * Numbers among attributes are written as floats if the attribute is one that ONNX has as float, or if one of
 * them is not whole; else as integers.
 *
 * @throws {ArgumentError} if a constant's bytes do not fit its shape, or the file would exceed 2 GiB.
 */
export function writeOnnx(model: OnnxModel): Uint8Array<ArrayBuffer> {
  const graph = new MessageWriter();
  for (const node of model.nodes) graph.message(1, nodeMessage(node));
  graph.text(2, 'graph');
  for (const [name, tensor] of model.initializers) graph.message(5, tensorMessage({ ...tensor, name }));
  for (const input of model.inputs) graph.message(11, valueMessage(input));
  for (const output of model.outputs) graph.message(12, valueMessage(output));

  const [, name, version] = /^(.*?)(?: (\d\S*))?$/s.exec(model.producer)!;
  const file = new MessageWriter()
    .integer(1, irVersion(model.opset))
    .textIfAny(2, name ?? '')
    .textIfAny(3, version ?? '')
    .message(7, graph)
    .message(8, new MessageWriter().text(1, '').integer(2, model.opset));
  for (const [key, value] of Object.entries(model.metadata)) {
    file.message(14, new MessageWriter().text(1, key).text(2, value));
  }
  for (const domain of new Set(model.nodes.map((node) => node.domain))) {
    if (domain) file.message(8, new MessageWriter().text(1, domain).integer(2, 1));
  }
  const bytes = file.toBytes();
  if (bytes.length > MOST_BYTES) {
    throw new ArgumentError(
      `writeOnnx: a model must be under 2 GiB, got ${bytes.length} bytes; write its weights as float16`,
    );
  }
  return bytes;
}

/** Of the release of ONNX in which the opset came out. */
function irVersion(opset: number): number {
  if (opset < 10) return 4;
  if (opset < 12) return opset - 5;
  if (opset < 15) return 7;
  if (opset < 19) return 8;
  return opset < 21 ? 9 : 10;
}

function nodeMessage({ op, domain, name, inputs, outputs, attributes }: OnnxNode): MessageWriter {
  const node = new MessageWriter();
  for (const input of inputs) node.text(1, input);
  for (const output of outputs) node.text(2, output);
  node.textIfAny(3, name).text(4, op).textIfAny(7, domain);
  for (const [key, value] of attributes) node.message(5, attributeMessage(key, value));
  return node;
}

const isStrings = (list: readonly (number | string)[]): list is readonly string[] =>
  typeof list[0] === 'string';

function attributeMessage(name: string, value: OnnxAttribute): MessageWriter {
  const attribute = new MessageWriter().text(1, name);
  const areFloats = (numbers: readonly number[]) => FLOATS.has(name) || !numbers.every(Number.isInteger);
  let type: number;
  if (typeof value === 'number') {
    type = areFloats([value]) ? TYPE.float : TYPE.int;
    if (type === TYPE.float) attribute.float(2, value);
    else attribute.integer(3, value);
  } else if (typeof value === 'string') {
    type = TYPE.string;
    attribute.text(4, value);
  } else if ('bytes' in value) {
    type = TYPE.tensor;
    attribute.message(5, tensorMessage(value));
  } else if (isStrings(value)) {
    type = TYPE.strings;
    for (const item of value) attribute.text(9, item);
  } else if (areFloats(value)) {
    type = TYPE.floats;
    for (const item of value) attribute.float(7, item);
  } else {
    type = TYPE.ints;
    for (const item of value) attribute.integer(8, item);
  }
  return attribute.integer(20, type);
}

function tensorMessage({ name, type, shape, bytes }: OnnxTensor): MessageWriter {
  if (sizeOf(shape) * onnxTypeBytes(type) !== bytes.length) {
    throw new ArgumentError(
      `writeOnnx: a constant's bytes must fit its shape, got '${name}' ${formatShape(shape)} of ${type} with ${bytes.length}`,
    );
  }
  const tensor = new MessageWriter();
  for (const size of shape) tensor.integer(1, size);
  return tensor.integer(2, ONNX_TYPES.indexOf(type)).textIfAny(8, name).bytes(9, bytes);
}

function valueMessage({ name, type, shape }: OnnxValue): MessageWriter {
  const tensor = new MessageWriter().integer(1, ONNX_TYPES.indexOf(type));
  if (shape) {
    const sizes = new MessageWriter();
    for (const size of shape) {
      const dimension = new MessageWriter();
      if (typeof size === 'number') dimension.integer(1, size);
      else dimension.textIfAny(2, size);
      sizes.message(1, dimension);
    }
    tensor.message(2, sizes);
  }
  return new MessageWriter().text(1, name).message(2, new MessageWriter().message(1, tensor));
}
