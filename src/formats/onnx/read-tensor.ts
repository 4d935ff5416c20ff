import { FormatError, UnsupportedError } from '../../errors';
import { formatShape, sizeOf } from '../../util/shape';
import { brief } from '../../util/text';
import { ONNX_TYPES, type OnnxTensor, type OnnxType } from './model';
import type { Message } from './protobuf-reader';
import { encodeElements, onnxTypeBytes } from './values';

/** No operator of the models that are read here makes or takes more axes. */
const MOST_AXES = 8;

/** @throws {UnsupportedError} if elements of this type are not read here. */
export function typeOf(code: number, where: string): OnnxType {
  const type = ONNX_TYPES[code];
  if (!type)
    throw new UnsupportedError(
      `readOnnx: elements must be numbers of 8 to 64 bits, got type ${code} of ${where}`,
    );
  return type;
}

/**
 * Reads a constant; where its elements stand raw, as a view of the file.
 *
 * @param where for messages: what kind of constant, or whose attribute it is.
 */
export function readTensor(message: Message, where: string): OnnxTensor {
  const name = message.text(8);
  where += ` ${brief(name)}`;
  const fail = (requirement: string, what: string) =>
    new FormatError(`readOnnx: ${requirement}, got ${what} for ${where}`);
  if (message.has(13) || message.integer(14)) {
    throw fail('weights must be in the same file', 'external data');
  }
  const type = typeOf(message.integer(2), where);
  const shape = message.integers(1);
  if (shape.length > MOST_AXES || shape.some((size) => size < 0)) {
    throw fail(`a shape must have up to ${MOST_AXES} sizes, none negative`, brief(shape));
  }
  const bytes = message.chunks(9).pop() ?? encodeElements(listed(message, type), type);
  const needed = sizeOf(shape) * onnxTypeBytes(type);
  if (bytes.length !== needed) {
    throw fail(`${formatShape(shape)} of ${type} must have ${needed} bytes`, `${bytes.length}`);
  }
  return { name, type, shape, bytes };
}

/** Elements that do not stand raw; of 16-bit floats, their bits. */
function listed(message: Message, type: OnnxType): number[] {
  if (type === 'float32') return message.floats(4);
  if (type === 'float64') return message.floats(10, 8);
  return message.integers(type === 'int64' ? 7 : /uint(32|64)/.test(type) ? 11 : 5);
}
