import { FormatError } from '../errors';
import { crc32 } from './crc32';

const PNG_SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

export function isPng(head: Uint8Array): boolean {
  return PNG_SIGNATURE.every((byte, i) => head[i] === byte);
}

export interface PngChunk {
  readonly type: string;
  /** With its length, type and checksum. */
  readonly whole: Uint8Array;
  readonly data: Uint8Array;
}

/**
 * The chunks that make the picture; all others are dropped, so nothing hides in them.
 *
 * @param name for messages.
 * @throws {FormatError} if it is not a PNG, cut short, or a checksum is wrong.
 */
export function pictureChunks(caller: string, bytes: Uint8Array, name: string): PngChunk[] {
  if (!isPng(bytes))
    throw new FormatError(`${caller}: '${name}' must start with the PNG signature, got other bytes`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const chunks: PngChunk[] = [];
  for (let at = PNG_SIGNATURE.length; ; ) {
    const length = at + 12 <= bytes.length ? view.getUint32(at) : Number.POSITIVE_INFINITY;
    if (at + 12 + length > bytes.length) {
      throw new FormatError(
        `${caller}: '${name}' must end with an IEND chunk, got ${bytes.length} bytes without one; the file is cut short`,
      );
    }
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const whole = bytes.subarray(at, at + 12 + length);
    if (view.getUint32(at + 8 + length) !== crc32(bytes.subarray(at + 4, at + 8 + length))) {
      throw new FormatError(
        `${caller}: '${name}' must match its checksums, got a damaged ${type.replace(/[^\w]/g, '?')} chunk`,
      );
    }
    if (['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND'].includes(type)) {
      chunks.push({ type, whole, data: bytes.subarray(at + 8, at + 8 + length) });
    }
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
}

/** A PNG file of chunks, each whole. */
export function joinChunks(chunks: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const parts = [PNG_SIGNATURE, ...chunks];
  const file = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    file.set(part, at);
    at += part.length;
  }
  return file;
}

export const viewOf = ({ buffer, byteOffset, length }: Uint8Array) =>
  new DataView(buffer, byteOffset, length);

/** Numbers of 32 bits. */
export function numbers(...values: number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  for (const [i, value] of values.entries()) viewOf(bytes).setUint32(4 * i, value);
  return bytes;
}

/** A chunk with its length, type and checksum. */
export function pngChunk(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const whole = new Uint8Array(12 + length);
  viewOf(whole).setUint32(0, length);
  for (let i = 0; i < 4; i++) whole[4 + i] = type.charCodeAt(i);
  let at = 8;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  viewOf(whole).setUint32(at, crc32(whole.subarray(4, at)));
  return whole;
}
