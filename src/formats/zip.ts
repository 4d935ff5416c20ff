import { FormatError } from '../errors';
import { printable } from '../util/text';
import { crc32 } from './crc32';
import { inflate, MAX_DEFLATE_RATIO } from './inflate';

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
const MAX_COMMENT = 65535;
const STORED = 0;
const DEFLATED = 8;
const UTF8_FLAG = 0x800;
const ENCRYPTED_FLAG = 1;

/** One file in a zip. */
export interface ZipEntry {
  /** Its path, with `/` between folders. */
  readonly name: string;
  /** Bytes, unpacked. */
  readonly size: number;
  /**
   * Unpacks it.
   *
   * @throws {FormatError} if the data is damaged or not as long as the zip has it.
   */
  read(): Uint8Array;
}

export function isZip(head: Uint8Array): boolean {
  return (
    head[0] === 0x50 &&
    head[1] === 0x4b &&
    ((head[2] === 3 && head[3] === 4) || (head[2] === 5 && head[3] === 6))
  );
}

/**
 * Lists the files of a zip in the order of its directory; folders are left out, nothing is unpacked yet.
 *
 * @param name for messages.
 * @throws {FormatError} if the directory is missing, damaged, encrypted, zip64, split over several files, or
 *   if its entries overlap or claim more than their bytes can unpack to.
 */
export function readZip(bytes: Uint8Array, name = 'zip data'): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const fail = (requirement: string): never => {
    throw new FormatError(`readZip: '${name}' ${requirement}`);
  };
  let end = bytes.length - END_BYTES;
  const last = Math.max(0, end - MAX_COMMENT);
  while (end >= last && view.getUint32(end, true) !== END) end--;
  if (end < last || end < 0)
    fail(`must end with a zip directory, got ${bytes.length} bytes without one; the file is cut short`);
  const count = view.getUint16(end + 10, true);
  const start = view.getUint32(end + 16, true);
  if (view.getUint16(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count)
    fail('must be one file, got a part of several');
  if (count === 0xffff || start === 0xffffffff)
    fail('must be smaller than 4 GiB and 65535 files, got zip64; unpack it and pass the folder');

  const entries: ZipEntry[] = [];
  const ranges: [from: number, to: number, shown: string][] = [];
  let at = start;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL_BYTES > end || view.getUint32(at, true) !== CENTRAL)
      fail(`must list ${count} files in its directory, got ${i}; it is damaged`);
    const flags = view.getUint16(at + 8, true);
    const method = view.getUint16(at + 10, true);
    const checksum = view.getUint32(at + 16, true);
    const packedSize = view.getUint32(at + 20, true);
    const size = view.getUint32(at + 24, true);
    const nameBytes = view.getUint16(at + 28, true);
    const local = view.getUint32(at + 42, true);
    const next =
      at + CENTRAL_BYTES + nameBytes + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    if (next > end) fail(`must list ${count} files in its directory, got ${i}; it is damaged`);
    const raw = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + nameBytes);
    const path = new TextDecoder(flags & UTF8_FLAG ? 'utf-8' : 'latin1').decode(raw).replaceAll('\\', '/');
    at = next;
    if (path.endsWith('/')) continue;
    const shown = printable(path);
    if (flags & ENCRYPTED_FLAG) fail(`must not be encrypted, got encrypted '${shown}'`);
    if (method !== STORED && method !== DEFLATED)
      fail(`must be stored or deflated, got method ${method} for '${shown}'`);
    if (local + LOCAL_BYTES > start || view.getUint32(local, true) !== LOCAL)
      fail(`must hold '${shown}' where its directory says, got other bytes there`);
    const from = local + LOCAL_BYTES + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    if (from + packedSize > start)
      fail(
        `must hold ${packedSize} bytes of '${shown}', got ${Math.max(0, start - from)}; it is cut short or lies about its size`,
      );
    if (method === STORED ? size !== packedSize : size > packedSize * MAX_DEFLATE_RATIO) {
      fail(`must not claim more than it holds, got ${size} bytes from ${packedSize} for '${shown}'`);
    }
    ranges.push([local, from + packedSize, shown]);
    entries.push({
      name: path,
      size,
      read() {
        const packed = bytes.subarray(from, from + packedSize);
        const data = method === STORED ? packed : inflate('deflate', packed, size, `${name}/${shown}`);
        if (data.length !== size || crc32(data) !== checksum) {
          throw new FormatError(
            `readZip: '${name}/${shown}' must match its size and checksum in the zip, got ${data.length} bytes; it is damaged`,
          );
        }
        return data;
      },
    });
  }
  ranges.sort((a, b) => a[0] - b[0]);
  for (let i = 1; i < ranges.length; i++) {
    if (ranges[i]![0] < ranges[i - 1]![1])
      fail(`must not have overlapping files, got '${ranges[i - 1]![2]}' over '${ranges[i]![2]}'`);
  }
  return entries;
}
