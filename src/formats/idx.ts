import { FormatError } from '../errors';
import { formatShape, sizeOf } from '../util/shape';
import type { ArrayFile } from './array';
import { inflate, inflateHead } from './inflate';

const TYPE_BYTES: Readonly<Record<number, number>> = { 8: 1, 9: 1, 11: 2, 12: 4, 13: 4, 14: 8 };
const MAX_AXES = 8;

interface Header {
  readonly type: number;
  readonly shape: number[];
  readonly offset: number;
  /** Of the whole file, as the header has it. */
  readonly bytes: number;
}

/** Whether the bytes start as an IDX file does: two zeros, a known type, one to eight axes. */
export function isIdx(head: Uint8Array): boolean {
  return (
    head.length >= 4 &&
    head[0] === 0 &&
    head[1] === 0 &&
    TYPE_BYTES[head[2]!] !== undefined &&
    head[3]! >= 1 &&
    head[3]! <= MAX_AXES
  );
}

export function isGzip(head: Uint8Array): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

function readHeader(head: Uint8Array, name: string): Header {
  if (!isIdx(head)) {
    const got = [...head.subarray(0, 4)].join(' ');
    throw new FormatError(
      `readIdx: '${name}' must start with an IDX magic number (0 0 type axes), got bytes ${got || 'none'}`,
    );
  }
  const axes = head[3]!;
  const offset = 4 + 4 * axes;
  if (head.length < offset) {
    throw new FormatError(
      `readIdx: '${name}' must hold a header of ${offset} bytes, got ${head.length}; the file is cut short`,
    );
  }
  const view = new DataView(head.buffer, head.byteOffset, head.length);
  const shape = Array.from({ length: axes }, (_, axis) => view.getUint32(4 + 4 * axis));
  return { type: head[2]!, shape, offset, bytes: offset + sizeOf(shape) * TYPE_BYTES[head[2]!]! };
}

/**
 * Reads an IDX file (the format of MNIST), gzipped or not. Unsigned bytes stay bytes; signed bytes and
 * 16/32-bit integers become Int32Array, floats and doubles Float32Array.
 *
 * @param name for messages.
 * @throws {FormatError} if the header is not IDX, or the data is not as long as the header has it.
 * @see http://yann.lecun.com/exdb/mnist/
 */
export function readIdx(bytes: Uint8Array, name = 'idx data'): ArrayFile {
  const packed = isGzip(bytes);
  const head = packed ? inflateHead('gzip', bytes, 4 + 4 * MAX_AXES, name) : bytes;
  const header = readHeader(head, name);
  const whole = packed ? inflate('gzip', bytes, header.bytes, name) : bytes;
  if (whole.length !== header.bytes) {
    const why = whole.length < header.bytes ? 'the file is cut short' : 'it lies about its size';
    throw new FormatError(
      `readIdx: '${name}' must hold ${header.bytes} bytes for shape ${formatShape(header.shape)}, got ${whole.length}; ${why}`,
    );
  }
  return { shape: header.shape, data: values(whole, header) };
}

function values(whole: Uint8Array, { type, shape, offset }: Header): ArrayFile['data'] {
  if (type === 8) return whole.subarray(offset);
  const view = new DataView(whole.buffer, whole.byteOffset, whole.length);
  const count = sizeOf(shape);
  const data = type >= 13 ? new Float32Array(count) : new Int32Array(count);
  for (let i = 0; i < count; i++) {
    if (type === 9) data[i] = view.getInt8(offset + i);
    else if (type === 11) data[i] = view.getInt16(offset + 2 * i);
    else if (type === 12) data[i] = view.getInt32(offset + 4 * i);
    else if (type === 13) data[i] = view.getFloat32(offset + 4 * i);
    else data[i] = view.getFloat64(offset + 8 * i);
  }
  return data;
}
