import { FormatError, UnsupportedError } from '../../errors';
import { formatShape, sizeOf } from '../../util/shape';
import { brief } from '../../util/text';
import { ONNX_TYPES, type OnnxTensor, type OnnxType, onnxTypeBytes } from './model';
import { bytesOf, fieldsOf, integerOf, pushFloats, pushIntegers, textOf } from './protobuf-reader';
import { encodeElements } from './values';

/** No operator of the models that are read here makes or takes more axes. */
const MOST_AXES = 8;

/** @throws {UnsupportedError} if elements of this type are not read here. */
export function typeOf(code: number, where: string): OnnxType {
  const type = ONNX_TYPES[code];
  if (!type) {
    throw new UnsupportedError(
      `readOnnx: elements must be floats, whole numbers or booleans of at least 8 bits, got ONNX's type ${code} for ${where}`,
    );
  }
  return type;
}

/**
 * Reads a constant; where its elements stand raw, as a view of the file.
 *
 * @param where for messages: what kind of constant, or whose attribute it is.
 */
export function readTensor(bytes: Uint8Array, where: string): OnnxTensor {
  let name = '';
  let code = 0;
  let raw: Uint8Array | undefined;
  let source = 0;
  let external = false;
  const shape: number[] = [];
  const numbers: number[] = [];
  for (const field of fieldsOf(bytes)) {
    switch (field.id) {
      case 1:
        pushIntegers(shape, field);
        break;
      case 2:
        code = integerOf(field);
        break;
      case 4:
      case 10:
        pushFloats(numbers, field, field.id === 4 ? 4 : 8);
        source = field.id;
        break;
      case 5:
      case 7:
      case 11:
        pushIntegers(numbers, field);
        source = field.id;
        break;
      case 8:
        name = textOf(field);
        break;
      case 9:
        raw = bytesOf(field);
        break;
      case 13:
        external = true;
        break;
      case 14:
        external ||= integerOf(field) !== 0;
    }
  }
  where += name && ` ${brief(name)}`;
  if (external) {
    throw new FormatError(
      `readOnnx: weights must be in the model's own file, got external data for ${where}; save the model as one file`,
    );
  }
  const type = typeOf(code, where);
  if (shape.length > MOST_AXES || shape.some((size) => size < 0)) {
    throw new FormatError(
      `readOnnx: a constant must have at most ${MOST_AXES} sizes, none negative, got ${formatShape(shape.slice(0, MOST_AXES + 1))} for ${where}`,
    );
  }
  if (source && (raw || source !== fieldOf(type))) {
    throw new FormatError(
      `readOnnx: a constant's elements must stand in one place, that of ${type}, got another for ${where}`,
    );
  }
  raw ??= encodeElements(numbers, type);
  const needed = sizeOf(shape) * onnxTypeBytes(type);
  if (raw.length !== needed) {
    throw new FormatError(
      `readOnnx: a constant must have the bytes that its shape needs, ${needed} for ${formatShape(shape)} of ${type}, got ${raw.length} for ${where}`,
    );
  }
  return { name, type, shape, bytes: raw };
}

/** The field of `TensorProto` in which elements stand that are not raw. */
const fieldOf = (type: OnnxType): number =>
  type === 'float32' ? 4 : type === 'float64' ? 10 : type === 'int64' ? 7 : /uint(32|64)/.test(type) ? 11 : 5;
