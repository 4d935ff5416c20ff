import { FormatError } from '../../errors';

/** Wire types. */
const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/** No model has more fields in a message, or elements that are not packed. Each takes a hundred bytes here. */
const MOST_FIELDS = 2 ** 20;

const MOST = Number.MAX_SAFE_INTEGER;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

interface Field {
  readonly wire: number;
  /** Of a varint; of bytes, how many. */
  readonly value: number;
  /** Of anything but a varint: a view of the file. */
  readonly bytes: Uint8Array;
}

export const notAModel = (what: string): FormatError =>
  new FormatError(`readOnnx: the file must be a whole ONNX model, got ${what}`);

/** A signed integer of up to 64 bits; past what a number holds exactly, the nearest that it does. */
function readVarint(cursor: Cursor): number {
  let low = 0;
  let high = 0;
  for (let shift = 0; shift < 70; shift += 7) {
    const byte = cursor.bytes[cursor.at++] ?? 256;
    if (shift < 28) low += (byte & 127) << shift;
    else high += (byte & 127) * 2 ** (shift - 28);
    if (byte < 128 && high < 2 ** 36) {
      const value = (high < 2 ** 35 ? high : high - 2 ** 36) * 2 ** 28 + low;
      return Math.max(-MOST, Math.min(value, MOST));
    }
  }
  throw notAModel('an integer without an end, or of more than 64 bits');
}

/**
 * The fields of a message. Nothing is copied, and nothing is believed that the bytes at hand do not bear out.
 * Where a field should stand once, the last one counts.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class Message {
  private readonly fields = new Map<number, Field[]>();

  /** @throws {FormatError} if the bytes end early, or hold a group or an unknown wire type. */
  constructor(bytes: Uint8Array) {
    const cursor = { bytes, at: 0 };
    for (let count = 0; cursor.at < bytes.length; count++) {
      const tag = readVarint(cursor);
      const wire = tag % 8;
      const id = Math.floor(tag / 8);
      const value = wire === VARINT || wire === BYTES ? readVarint(cursor) : 0;
      const length = [0, 8, value, -1, -1, 4][wire] ?? -1;
      const start = cursor.at;
      cursor.at += length;
      if (id < 1 || length < 0 || cursor.at > bytes.length || count > MOST_FIELDS) {
        throw notAModel(`field ${id} of wire type ${wire} with ${length} bytes of ${bytes.length - start}`);
      }
      const field = { wire, value, bytes: bytes.subarray(start, cursor.at) };
      if (!this.fields.get(id)?.push(field)) this.fields.set(id, [field]);
    }
  }

  has(id: number): boolean {
    return this.fields.has(id);
  }

  /** Of a repeated field, packed or not. */
  integers(id: number): number[] {
    const numbers: number[] = [];
    for (const { wire, value, bytes } of this.all(id, VARINT, BYTES)) {
      const cursor = { bytes, at: 0 };
      if (wire === VARINT) numbers.push(value);
      while (cursor.at < bytes.length) numbers.push(readVarint(cursor));
    }
    return numbers;
  }

  integer(id: number): number {
    return this.integers(id).pop() ?? 0;
  }

  /** Of a repeated field of 4 or 8 bytes each, packed or not. */
  floats(id: number, size = 4): number[] {
    const numbers: number[] = [];
    for (const { bytes } of this.all(id, size === 4 ? FIXED32 : FIXED64, BYTES)) {
      if (bytes.length % size) throw notAModel(`${bytes.length} bytes of floats`);
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      for (let at = 0; at < bytes.length; at += size) {
        numbers.push(size === 4 ? view.getFloat32(at, true) : view.getFloat64(at, true));
      }
    }
    return numbers;
  }

  chunks(id: number): Uint8Array[] {
    return this.all(id, BYTES, BYTES).map(({ bytes }) => bytes);
  }

  messages(id: number): Message[] {
    return this.chunks(id).map((bytes) => new Message(bytes));
  }

  texts(id: number): string[] {
    return this.chunks(id).map((bytes) => {
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      } catch {
        throw notAModel('text that is not UTF-8');
      }
    });
  }

  text(id: number): string {
    return this.texts(id).pop() ?? '';
  }

  private all(id: number, ...wires: number[]): readonly Field[] {
    const fields = this.fields.get(id) ?? [];
    for (const { wire } of fields) {
      if (!wires.includes(wire)) throw notAModel(`wire type ${wire} for field ${id}`);
    }
    return fields;
  }
}
