import { Gunzip, Inflate, Unzlib } from 'fflate';
import { FormatError } from '../errors';
import { crc32 } from './crc32';

export type Compression = 'gzip' | 'zlib' | 'deflate';

/** Deflate cannot shrink data further than this: 258 bytes by two bits. */
export const MAX_DEFLATE_RATIO = 1032;

/** Compressed bytes fed at a time: the output of one piece is at most this times the ratio above. */
const PIECE = 16384;

class Enough extends Error {}

/** fflate tells of a gzip's members from the second on. */
function stream(
  kind: Compression,
  bytes: Uint8Array,
  use: (chunk: Uint8Array) => void,
  onFurtherMember?: () => void,
): void {
  const inflator = kind === 'gzip' ? new Gunzip(use) : kind === 'zlib' ? new Unzlib(use) : new Inflate(use);
  if (inflator instanceof Gunzip && onFurtherMember) inflator.onmember = onFurtherMember;
  for (let at = 0; at < bytes.length; at += PIECE) {
    const end = Math.min(at + PIECE, bytes.length);
    inflator.push(bytes.subarray(at, end), end === bytes.length);
  }
}

function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Inflates the first `count` bytes and no more than a piece beyond them.
 *
 * @returns fewer bytes where the data ends before.
 * @throws {FormatError} if the stream is damaged before that.
 */
export function inflateHead(kind: Compression, bytes: Uint8Array, count: number, name: string): Uint8Array {
  const head = new Uint8Array(count);
  let filled = 0;
  try {
    stream(kind, bytes, (chunk) => {
      const part = chunk.subarray(0, count - filled);
      head.set(part, filled);
      filled += part.length;
      if (filled === count) throw new Enough();
    });
  } catch (error) {
    if (!(error instanceof Enough)) {
      throw new FormatError(`inflate: '${name}' must hold whole ${kind} data, got: ${reason(error)}`);
    }
  }
  return head.subarray(0, filled);
}

/**
 * Inflates everything, holding no more than the limit and one piece in memory.
 *
 * @param limit bytes that the result may have.
 * @throws {FormatError} if the stream is damaged, cut short or longer than `limit`.
 */
export function inflate(kind: Compression, bytes: Uint8Array, limit: number, name: string): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let furtherMembers = 0;
  const take = (chunk: Uint8Array): void => {
    size += chunk.length;
    if (size > limit) {
      throw new FormatError(
        `inflate: '${name}' must inflate to at most ${limit} bytes, got more; it lies about its size`,
      );
    }
    chunks.push(chunk);
  };
  try {
    stream(kind, bytes, take, () => furtherMembers++);
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`inflate: '${name}' must hold whole ${kind} data, got: ${reason(error)}`);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  if (kind === 'gzip' && furtherMembers === 0) checkGzip(bytes, whole, name);
  return whole;
}

/** A gzip member ends with the CRC-32 and the length of what it holds. */
function checkGzip(bytes: Uint8Array, whole: Uint8Array, name: string): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const claimed = view.getUint32(bytes.length - 8, true);
  if (view.getUint32(bytes.length - 4, true) !== whole.length >>> 0 || claimed !== crc32(whole)) {
    throw new FormatError(
      `inflate: '${name}' must match its gzip checksum, got other data; the file is damaged or cut short`,
    );
  }
}
