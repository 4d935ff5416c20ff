import { FormatError } from '../../errors';

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** A field of a message as it stands in the file. */
export interface Field {
  readonly id: number;
  readonly wire: number;
  /** Of a varint. */
  readonly value: number;
  /** Of anything else: a view of the file. */
  readonly bytes: Uint8Array;
}

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

const NOTHING = new Uint8Array();

export const notAModel = (what: string): FormatError =>
  new FormatError(
    `readOnnx: the file must be a whole ONNX model, got ${what}; it is truncated or of another format`,
  );

/** A signed integer of up to 64 bits; past what a number holds exactly, the nearest that it does. */
function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.bytes[cursor.at++];
    if (byte === undefined) throw notAModel('an integer without an end');
    if (shift < 28) low += (byte & 127) << shift;
    else high += (byte & 127) * 2 ** (shift - 28);
    if (byte < 128) {
      if (high >= 2 ** 36) break;
      const value = (high < 2 ** 35 ? high : high - 2 ** 36) * 2 ** 28 + low;
      return Math.max(-Number.MAX_SAFE_INTEGER, Math.min(value, Number.MAX_SAFE_INTEGER));
    }
  }
  throw notAModel('an integer of more than 64 bits');
}

/**
 * The fields of a message, one after the other: nothing is copied, and nothing is believed that the bytes at
 * hand do not bear out.
 *
 * @throws {FormatError} where they end early, or hold a group or an unknown wire type.
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const cursor = { bytes, at: 0 };
  while (cursor.at < bytes.length) {
    const tag = readVarint(cursor);
    const wire = tag % 8;
    const id = Math.floor(tag / 8);
    if (id < 1) throw notAModel(`a field with the number ${id}`);
    if (wire === VARINT) {
      yield { id, wire, value: readVarint(cursor), bytes: NOTHING };
      continue;
    }
    const length =
      wire === BYTES ? readVarint(cursor) : wire === FIXED64 ? 8 : wire === FIXED32 ? 4 : Number.NaN;
    const start = cursor.at;
    const left = bytes.length - start;
    if (Number.isNaN(length)) throw notAModel(`a field of wire type ${wire}`);
    if (length < 0 || length > left) throw notAModel(`a field of ${length} bytes with ${left} left`);
    cursor.at += length;
    yield { id, wire, value: 0, bytes: bytes.subarray(start, cursor.at) };
  }
}

function expectWire({ id, wire }: Field, expected: number): void {
  if (wire !== expected) {
    throw notAModel(`wire type ${wire} for field ${id}, which has ${expected}`);
  }
}

export function integerOf(field: Field): number {
  expectWire(field, VARINT);
  return field.value;
}

export function bytesOf(field: Field): Uint8Array {
  expectWire(field, BYTES);
  return field.bytes;
}

export function textOf(field: Field): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytesOf(field));
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw notAModel('text that is not UTF-8');
  }
}

/** Adds the integers of a repeated field, packed or not. */
export function pushIntegers(to: number[], field: Field): void {
  if (field.wire !== BYTES) {
    to.push(integerOf(field));
    return;
  }
  const cursor = { bytes: field.bytes, at: 0 };
  while (cursor.at < cursor.bytes.length) to.push(readVarint(cursor));
}

/** Adds the floats of a repeated field of 4 or 8 bytes each, packed or not; of one that is not repeated, it. */
export function pushFloats(to: number[], field: Field, size: 4 | 8 = 4): void {
  const { wire, bytes } = field;
  if (wire !== BYTES) expectWire(field, size === 4 ? FIXED32 : FIXED64);
  if (bytes.length % size) throw notAModel(`${bytes.length} bytes of ${size}-byte floats`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 0; at < bytes.length; at += size) {
    to.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
  }
}
