import { fromFloat16 } from '../../util/float16';
import type { OnnxTensor, OnnxType } from './model';

/** Arrays of each type's elements; 16-bit floats as their bits, 64-bit integers as anything so wide. */
const ARRAYS = {
  float32: Float32Array,
  float64: Float64Array,
  float16: Uint16Array,
  bfloat16: Uint16Array,
  int64: Float64Array,
  uint64: Float64Array,
  int32: Int32Array,
  uint32: Uint32Array,
  int16: Int16Array,
  uint16: Uint16Array,
  int8: Int8Array,
  uint8: Uint8Array,
  bool: Uint8Array,
};

/** Bytes of an element. */
export function onnxTypeBytes(type: OnnxType): number {
  return ARRAYS[type].BYTES_PER_ELEMENT;
}

/** The bytes of elements, little-endian. @param numbers whole, unless the type is of floats; the bits of 16-bit ones. */
export function encodeElements(numbers: ArrayLike<number>, type: OnnxType): Uint8Array {
  if (!isLong(type)) return new Uint8Array(new ARRAYS[type](numbers).buffer);
  const words = new Int32Array(2 * numbers.length);
  for (let i = 0; i < words.length; i += 2) {
    const number = numbers[i / 2]!;
    words[i] = number;
    words[i + 1] = Math.floor(number / 2 ** 32);
  }
  return new Uint8Array(words.buffer);
}

const isLong = (type: OnnxType): boolean => /int64/.test(type);

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** The float of which these are the upper 16 bits. */
function brainToFloat(upper: number): number {
  bits[0] = upper << 16;
  return float[0]!;
}

const clamp = (value: number, most = Number.MAX_SAFE_INTEGER): number =>
  Math.max(-most, Math.min(value, most));

/** What an element means that is stored as a number; for other types, itself. */
const MEANING: { readonly [T in OnnxType]?: (stored: number) => number } = {
  bfloat16: brainToFloat,
  bool: (value) => Number(value !== 0),
  int64: clamp,
  uint64: clamp,
};

function decode<R extends number[] | Float32Array>(to: R, elements: ArrayLike<number>, type: OnnxType): R {
  const meaning = MEANING[type] ?? Number;
  for (let index = 0; index < elements.length; index++) to[index] = meaning(elements[index]!);
  return to;
}

/** Elements as they are stored, aligned; a copy. Halves and long integers are made numbers. */
function stored({ type, bytes }: OnnxTensor) {
  const { buffer } = new Uint8Array(bytes);
  if (type === 'float16') return fromFloat16(new Uint16Array(buffer));
  const elements = new ARRAYS[type](buffer);
  if (!isLong(type)) return elements;
  const words = new Int32Array(buffer);
  const high = (word: number) => (type === 'uint64' ? word >>> 0 : word);
  return Float64Array.from(elements, (_, i) => high(words[2 * i + 1]!) * 2 ** 32 + (words[2 * i]! >>> 0));
}

/** A constant's elements, for small ones: shapes, indices, scales. Integers past ±(2^53 − 1) become that. */
export function onnxNumbers(tensor: OnnxTensor): number[] {
  return decode([], stored(tensor), tensor.type);
}

/** A constant's elements as 32-bit floats; a copy. */
export function onnxFloats(tensor: OnnxTensor): Float32Array<ArrayBuffer> {
  const elements = stored(tensor);
  if (elements instanceof Float32Array) return elements;
  return decode(new Float32Array(elements.length), elements, tensor.type);
}

/**
 * A constant's elements as 32-bit integers, true being 1; a copy. Those past the ends of the range, as "to the
 * end" is written, become its ends.
 */
export function onnxInt32s(tensor: OnnxTensor): Int32Array<ArrayBuffer> {
  return Int32Array.from(onnxNumbers(tensor), (value) => Math.max(-(2 ** 31), Math.min(value, 2 ** 31 - 1)));
}
