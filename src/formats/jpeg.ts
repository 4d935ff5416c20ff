import { decode } from 'jpeg-js';
import { FormatError } from '../errors';
import { type Image, MAX_PIXELS } from './image';

/** At least one bit for each 8×8 block of one component: no honest file has more pixels a byte. */
const MAX_PIXELS_PER_BYTE = 512;
const MAX_MEMORY_MB = 1024;

export function isJpeg(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff;
}

interface Frame {
  readonly width: number;
  readonly height: number;
  readonly components: number;
}

/** Walks the marker segments to the frame header. */
function readFrame(bytes: Uint8Array, name: string): Frame {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 2; at + 9 < bytes.length; ) {
    if (bytes[at] !== 0xff) break;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    // C4, C8 and CC are tables; the other C0 to CF begin a frame.
    if (marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc) {
      return { height: view.getUint16(at + 5), width: view.getUint16(at + 7), components: bytes[at + 9]! };
    }
    at += 2 + view.getUint16(at + 2);
  }
  throw new FormatError(
    `readJpeg: '${name}' must have a frame header, got none; the file is cut short or damaged`,
  );
}

/** Whether the end marker is there; bytes after it are tolerated, as viewers do. */
function hasEnd(bytes: Uint8Array): boolean {
  for (let at = bytes.length - 2; at >= 2; at--)
    if (bytes[at] === 0xff && bytes[at + 1] === 0xd9) return true;
  return false;
}

/**
 * Reads a baseline or progressive JPEG: grey as one channel, colour as three.
 *
 * @param name for messages.
 * @throws {FormatError} if it is not a JPEG, damaged or cut short, or claims more pixels than it can hold.
 */
export function readJpeg(bytes: Uint8Array, name = 'jpeg data'): Image {
  if (!isJpeg(bytes))
    throw new FormatError(`readJpeg: '${name}' must start with a JPEG marker, got other bytes`);
  const { width, height, components } = readFrame(bytes, name);
  const pixels = width * height;
  if (pixels === 0 || pixels > MAX_PIXELS || pixels > bytes.length * MAX_PIXELS_PER_BYTE) {
    throw new FormatError(
      `readJpeg: '${name}' must have as many pixels as ${bytes.length} bytes can hold, got ${width}×${height}; it lies about its size`,
    );
  }
  if (!hasEnd(bytes)) {
    throw new FormatError(
      `readJpeg: '${name}' must end with an end marker, got ${bytes.length} bytes without one; the file is cut short`,
    );
  }
  let rgb: Uint8Array;
  try {
    const decoded = decode(bytes, {
      useTArray: true,
      formatAsRGBA: false,
      tolerantDecoding: false,
      maxResolutionInMP: MAX_PIXELS / 1e6,
      maxMemoryUsageInMB: MAX_MEMORY_MB,
    });
    if (decoded.width !== width || decoded.height !== height)
      throw new Error('two frames of different sizes');
    rgb = decoded.data;
  } catch (error) {
    throw new FormatError(
      `readJpeg: '${name}' must be a valid JPEG, got: ${error instanceof Error ? error.message : error}`,
    );
  }
  if (components !== 1) return { width, height, channels: 3, data: rgb };
  return { width, height, channels: 1, data: Uint8Array.from({ length: pixels }, (_, i) => rgb[3 * i]!) };
}
