import { ArgumentError, FormatError } from '../errors';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import { printable } from '../util/text';
import type { ArrayFile } from './array';

const MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
const MAX_HEADER = 65536;
const HEADER_ALIGNMENT = 64;

/** What each dtype becomes, its width in bytes and how one value is read. */
interface Dtype {
  readonly bytes: number;
  readonly make: (count: number) => ArrayFile['data'];
  readonly get: (view: DataView, at: number, little: boolean) => number;
}

const bytesOf = (count: number) => new Uint8Array(count);
const integers = (count: number) => new Int32Array(count);
const floats = (count: number) => new Float32Array(count);

const DTYPES: Readonly<Record<string, Dtype>> = {
  b1: { bytes: 1, make: bytesOf, get: (v, at) => v.getUint8(at) },
  u1: { bytes: 1, make: bytesOf, get: (v, at) => v.getUint8(at) },
  i1: { bytes: 1, make: integers, get: (v, at) => v.getInt8(at) },
  u2: { bytes: 2, make: integers, get: (v, at, l) => v.getUint16(at, l) },
  i2: { bytes: 2, make: integers, get: (v, at, l) => v.getInt16(at, l) },
  u4: { bytes: 4, make: integers, get: (v, at, l) => v.getUint32(at, l) },
  i4: { bytes: 4, make: integers, get: (v, at, l) => v.getInt32(at, l) },
  u8: { bytes: 8, make: integers, get: (v, at, l) => Number(v.getBigUint64(at, l)) },
  i8: { bytes: 8, make: integers, get: (v, at, l) => Number(v.getBigInt64(at, l)) },
  f4: { bytes: 4, make: floats, get: (v, at, l) => v.getFloat32(at, l) },
  f8: { bytes: 8, make: floats, get: (v, at, l) => v.getFloat64(at, l) },
};

export function isNpy(head: Uint8Array): boolean {
  return MAGIC.every((byte, i) => head[i] === byte);
}

interface Header {
  readonly little: boolean;
  readonly dtype: Dtype;
  readonly fortran: boolean;
  readonly shape: number[];
  readonly offset: number;
}

function readHeader(bytes: Uint8Array, name: string): Header {
  if (!isNpy(bytes)) throw new FormatError(`readNpy: '${name}' must start with \\x93NUMPY, got other bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const major = bytes[6] ?? 0;
  if (major < 1 || major > 3)
    throw new FormatError(`readNpy: '${name}' must be of version 1, 2 or 3, got ${major}`);
  const start = major === 1 ? 10 : 12;
  const length = bytes.length < start ? 0 : major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  if (length > MAX_HEADER || bytes.length < start + length || length === 0) {
    throw new FormatError(
      `readNpy: '${name}' must hold its header of ${length} bytes, got ${bytes.length} bytes in all`,
    );
  }
  const text = new TextDecoder('latin1').decode(bytes.subarray(start, start + length));
  const descr = /'descr'\s*:\s*'([<>|=]?)([a-zA-Z]\d+)'/.exec(text);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(text);
  const axes = /'shape'\s*:\s*\(([\d,\s]*)\)/.exec(text);
  if (!descr || !order || !axes) {
    throw new FormatError(
      `readNpy: '${name}' must have descr, fortran_order and shape in its header, got ${printable(text.trim())}`,
    );
  }
  const dtype = DTYPES[descr[2]!];
  if (!dtype) {
    const known = Object.keys(DTYPES).join(', ');
    throw new FormatError(
      `readNpy: '${name}' must be of dtype ${known}, got ${descr[2]}; convert it with astype`,
    );
  }
  const shape = axes[1]!
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  return { little: descr[1] !== '>', dtype, fortran: order[1] === 'True', shape, offset: start + length };
}

/**
 * Reads a NumPy `.npy` file. Bytes and booleans become Uint8Array, other integers Int32Array, floats and
 * doubles Float32Array; either byte order; Fortran order is turned into C order.
 *
 * @param name for messages.
 * @throws {FormatError} if it is not npy, of a dtype other than these, not as long as its header has it, or
 *   if an integer does not fit into 32 bits.
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 */
export function readNpy(bytes: Uint8Array, name = 'npy data'): ArrayFile {
  const { little, dtype, fortran, shape, offset } = readHeader(bytes, name);
  const count = sizeOf(shape);
  if (bytes.length - offset !== count * dtype.bytes) {
    const why =
      bytes.length - offset < count * dtype.bytes ? 'the file is cut short' : 'it lies about its size';
    throw new FormatError(
      `readNpy: '${name}' must hold ${count * dtype.bytes} bytes for shape ${formatShape(shape)}, got ${bytes.length - offset}; ${why}`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const data = dtype.make(count);
  for (let i = 0; i < count; i++) {
    const value = dtype.get(view, offset + i * dtype.bytes, little);
    data[i] = value;
    if (data instanceof Int32Array && data[i] !== value) {
      throw new FormatError(`readNpy: '${name}' must hold integers of 32 bits, got ${value} at ${i}`);
    }
  }
  return { shape, data: fortran ? fromFortran(data, shape) : data };
}

/** First axis fastest to last axis fastest. */
function fromFortran(data: ArrayFile['data'], shape: Shape): ArrayFile['data'] {
  const out = data.slice();
  const index = shape.map(() => 0);
  for (let to = 0; to < out.length; to++) {
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) from = from * shape[axis]! + index[axis]!;
    out[to] = data[from]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis]! < shape[axis]!) break;
      index[axis] = 0;
    }
  }
  return out;
}

/**
 * Writes a NumPy `.npy` file, version 1, C order: Float32Array as `<f4`, Uint8Array as `|u1`, Int32Array as `<i4`.
 *
 * @throws {ArgumentError} if the shape does not fit the number of values.
 */
export function writeNpy({ shape, data }: ArrayFile): Uint8Array {
  if (sizeOf(shape) !== data.length) {
    throw new ArgumentError(
      `writeNpy: shape must fit the values, got ${formatShape(shape)} and ${data.length} values`,
    );
  }
  const descr = data instanceof Float32Array ? '<f4' : data instanceof Uint8Array ? '|u1' : '<i4';
  const axes = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
  const text = `{'descr': '${descr}', 'fortran_order': False, 'shape': (${axes}), }`;
  const offset = Math.ceil((10 + text.length + 1) / HEADER_ALIGNMENT) * HEADER_ALIGNMENT;
  const bytes = new Uint8Array(offset + data.byteLength);
  const view = new DataView(bytes.buffer);
  bytes.set([...MAGIC, 1, 0]);
  view.setUint16(8, offset - 10, true);
  bytes.set(new TextEncoder().encode(`${text.padEnd(offset - 11)}\n`), 10);
  if (data instanceof Uint8Array) {
    bytes.set(data, offset);
    return bytes;
  }
  for (let i = 0; i < data.length; i++) {
    if (data instanceof Float32Array) view.setFloat32(offset + 4 * i, data[i]!, true);
    else view.setInt32(offset + 4 * i, data[i]!, true);
  }
  return bytes;
}
