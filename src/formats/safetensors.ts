import { ArgumentError, FormatError } from '../errors';
import { fromFloat16, toFloat16 } from '../util/float16';
import { formatShape, type Shape } from '../util/shape';
import { brief } from '../util/text';

/** An array of values that a safetensors file can hold here. */
export type SafetensorsArray =
  | Float32Array
  | Float64Array
  | Int8Array
  | Uint8Array
  | Int16Array
  | Uint16Array
  | Int32Array
  | Uint32Array;

/** One tensor: its dtype is that of the array. */
export interface SafetensorsEntry {
  readonly shape: Shape;
  readonly data: SafetensorsArray;
  /** Of a Float32Array: in the file its values have half precision (F16). */
  readonly half?: boolean;
}

export interface SafetensorsFile {
  readonly tensors: ReadonlyMap<string, SafetensorsEntry>;
  /** The header's `__metadata__`: any strings. */
  readonly metadata: ReadonlyMap<string, string>;
}

const KINDS = {
  F64: { tag: 'Float64Array', bytes: 8, from: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  F32: { tag: 'Float32Array', bytes: 4, from: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  I32: { tag: 'Int32Array', bytes: 4, from: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U32: { tag: 'Uint32Array', bytes: 4, from: (buffer: ArrayBuffer) => new Uint32Array(buffer) },
  F16: {
    tag: 'Float16Array',
    bytes: 2,
    from: (buffer: ArrayBuffer) => fromFloat16(new Uint16Array(buffer)),
  },
  I16: { tag: 'Int16Array', bytes: 2, from: (buffer: ArrayBuffer) => new Int16Array(buffer) },
  U16: { tag: 'Uint16Array', bytes: 2, from: (buffer: ArrayBuffer) => new Uint16Array(buffer) },
  I8: { tag: 'Int8Array', bytes: 1, from: (buffer: ArrayBuffer) => new Int8Array(buffer) },
  U8: { tag: 'Uint8Array', bytes: 1, from: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const;
type Dtype = keyof typeof KINDS;
const DTYPES = Object.keys(KINDS) as Dtype[];

const LENGTH_BYTES = 8;
/** The data starts, and so every tensor of a sorted file lies, on this boundary. */
const DATA_ALIGNMENT = 8;
const METADATA = '__metadata__';

/**
 * Writes tensors as a safetensors file: an 8-byte little-endian header length, a JSON header, raw values.
 * The same tensors in the same order give the same bytes.
 *
 * @throws {ArgumentError} if a shape does not fit its data, or a tensor is named `__metadata__`.
 * @see https://github.com/huggingface/safetensors#format
 */
export function writeSafetensors(
  tensors: Iterable<readonly [string, SafetensorsEntry]>,
  metadata: Iterable<readonly [string, string]> = [],
): Uint8Array<ArrayBuffer> {
  const entries = [...tensors].map(([name, { shape, data, half = false }]) => {
    const count = shape.reduce((product, size) => product * size, 1);
    if (count !== data.length || name === METADATA) {
      throw new ArgumentError(
        `writeSafetensors: a tensor's shape must fit its data, got ${brief(name)} ${formatShape(shape)} with ${data.length} values`,
      );
    }
    if (half && data instanceof Float32Array) {
      return { name, shape, data: toFloat16(data), dtype: 'F16' as const };
    }
    const dtype = DTYPES.find((candidate) => KINDS[candidate].tag === data[Symbol.toStringTag])!;
    return { name, shape, data, dtype };
  });
  // Wide elements first keeps every tensor aligned without holes, which the format forbids.
  entries.sort((a, b) => KINDS[b.dtype].bytes - KINDS[a.dtype].bytes);

  // A list of pairs, not an object: an object would move integer-like names to the front.
  const header: string[] = [];
  const pairs = [...metadata];
  if (pairs.length > 0) {
    header.push(
      `"${METADATA}":{${pairs.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`,
    );
  }
  let end = 0;
  for (const { name, shape, data, dtype } of entries) {
    const start = end;
    end += data.byteLength;
    header.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [start, end] })}`);
  }
  const json = new TextEncoder().encode(`{${header.join(',')}}`);
  const dataStart = Math.ceil((LENGTH_BYTES + json.length) / DATA_ALIGNMENT) * DATA_ALIGNMENT;

  const bytes = new Uint8Array(dataStart + end);
  new DataView(bytes.buffer).setUint32(0, dataStart - LENGTH_BYTES, true);
  bytes.fill(0x20, LENGTH_BYTES, dataStart);
  bytes.set(json, LENGTH_BYTES);
  let at = dataStart;
  for (const { data } of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * Reads a safetensors file, believing nothing it says: lengths, offsets and shapes must agree with each
 * other and with the file's size before anything is allocated for them.
 *
 * @param name of the file, for messages.
 * @throws {FormatError} if the file is truncated or lies, or holds a dtype that this reader lacks.
 */
export function readSafetensors(bytes: Uint8Array, name = 'the file'): SafetensorsFile {
  const { header, dataStart } = readHeader(bytes, name);
  const dataBytes = bytes.length - dataStart;
  const metadata = new Map<string, string>();
  const tensors = new Map<string, SafetensorsEntry>();
  const ranges: { key: string; start: number; end: number }[] = [];
  for (const [key, value] of Object.entries(header)) {
    if (key === METADATA) {
      for (const [field, text] of Object.entries(record(value, name, METADATA))) {
        if (typeof text !== 'string') {
          throw new FormatError(
            `readSafetensors: ${name} must hold strings as metadata, got ${brief(text)} for ${brief(field)}`,
          );
        }
        metadata.set(field, text);
      }
      continue;
    }
    const { dtype, shape, start, end } = readEntry(key, record(value, name, key), dataBytes, name);
    ranges.push({ key, start, end });
    // Not `slice`: of a Node Buffer, which is a Uint8Array too, it copies nothing.
    const copy = new Uint8Array(bytes.subarray(dataStart + start, dataStart + end));
    const data = KINDS[dtype].from(copy.buffer);
    tensors.set(key, dtype === 'F16' ? { shape, data, half: true } : { shape, data });
  }
  checkCovered(ranges, dataBytes, name);
  return { tensors, metadata };
}

function readHeader(bytes: Uint8Array, name: string) {
  const lie = (what: string) =>
    new FormatError(
      `readSafetensors: ${name} must be a whole safetensors file, got ${what}; it is truncated or of another format`,
    );
  if (bytes.length < LENGTH_BYTES) throw lie(`${bytes.length} bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = view.getUint32(0, true) + view.getUint32(4, true) * 2 ** 32;
  if (length > bytes.length - LENGTH_BYTES) {
    throw lie(`a header of ${length} bytes in a file of ${bytes.length}`);
  }
  const dataStart = LENGTH_BYTES + length;
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart));
    return { header: record(JSON.parse(text), name, 'header'), dataStart };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw lie('a header that is not JSON');
  }
}

function readEntry(key: string, entry: Readonly<Record<string, unknown>>, dataBytes: number, name: string) {
  const { dtype, shape, data_offsets: offsets } = entry;
  const known = DTYPES.find((candidate) => candidate === dtype);
  if (known === undefined) {
    throw new FormatError(
      `readSafetensors: dtype must be one of ${DTYPES.join(', ')}, got ${brief(dtype)} for ${brief(key)} in ${name}`,
    );
  }
  const kind = KINDS[known];
  const sizes = wholeNumbers(shape);
  const range = wholeNumbers(offsets);
  const expected = sizes?.reduce((product, size) => product * size, kind.bytes);
  const [start, end] = range ?? [];
  if (
    !sizes ||
    range?.length !== 2 ||
    start === undefined ||
    end === undefined ||
    end > dataBytes ||
    end - start !== expected
  ) {
    throw new FormatError(
      `readSafetensors: offsets must fit shape and file, got ${brief(key)} ${brief(shape)} at ${brief(offsets)} of ${dataBytes} bytes in ${name}; it is truncated or damaged`,
    );
  }
  return { dtype: known, shape: sizes, start, end };
}

/** The format allows no holes and no overlaps: a file cannot hide bytes, nor claim more than it has. */
function checkCovered(
  ranges: { key: string; start: number; end: number }[],
  dataBytes: number,
  name: string,
): void {
  ranges.sort((a, b) => a.start - b.start || a.end - b.end);
  let at = 0;
  for (const { key, start, end } of ranges) {
    if (start !== at) {
      throw new FormatError(
        `readSafetensors: tensors must follow each other without holes, got ${brief(key)} at ${start} where ${at} was due in ${name}`,
      );
    }
    at = end;
  }
  if (at !== dataBytes) {
    throw new FormatError(
      `readSafetensors: tensors must fill the file, got ${dataBytes - at} bytes past the last in ${name}`,
    );
  }
}

function record(value: unknown, name: string, key: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new FormatError(
      `readSafetensors: ${brief(key)} must be a JSON object, got ${brief(value)} in ${name}`,
    );
  }
  return value as Readonly<Record<string, unknown>>;
}

function wholeNumbers(value: unknown): number[] | undefined {
  const valid =
    Array.isArray(value) && value.every((item) => Number.isSafeInteger(item) && (item as number) >= 0);
  return valid ? (value as number[]) : undefined;
}
