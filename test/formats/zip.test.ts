import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readZip } from '../../src/formats/zip';
import { survivesMutations } from './mutate';

const text = new TextEncoder().encode('hello hello hello hello');
const file = zipSync({ 'b/second.txt': text, 'a.txt': [Uint8Array.of(1, 2, 3), { level: 0 }], folder: {} });

/** Where the nth directory entry starts. */
function central(bytes: Uint8Array, nth = 0): number {
  let seen = 0;
  for (let i = 0; i < bytes.length; i++) {
    if (
      bytes[i] === 0x50 &&
      bytes[i + 1] === 0x4b &&
      bytes[i + 2] === 1 &&
      bytes[i + 3] === 2 &&
      seen++ === nth
    )
      return i;
  }
  throw new Error('no such entry');
}

function changed(change: (view: DataView, bytes: Uint8Array) => void): Uint8Array {
  const bytes = file.slice();
  change(new DataView(bytes.buffer), bytes);
  return bytes;
}

describe('readZip', () => {
  it('lists files in the order of the directory, and unpacks them', () => {
    const entries = readZip(file);
    expect(entries.map(({ name, size }) => [name, size])).toEqual([
      ['b/second.txt', 23],
      ['a.txt', 3],
    ]);
    expect(entries[0]!.read()).toEqual(text);
    expect(entries[1]!.read()).toEqual(Uint8Array.of(1, 2, 3));
  });

  it('lists nothing in an empty zip', () => {
    expect(readZip(zipSync({}))).toEqual([]);
  });

  it.each([
    [
      'without a directory',
      Uint8Array.of(0x50, 0x4b, 3, 4),
      "readZip: 'x.zip' must end with a zip directory, got 4 bytes without one; the file is cut short",
    ],
    [
      'cut short',
      file.subarray(0, file.length - 5),
      `readZip: 'x.zip' must end with a zip directory, got ${file.length - 5} bytes without one; the file is cut short`,
    ],
    [
      'that lists more files than it has',
      changed((v, b) => {
        v.setUint16(b.length - 14, 9, true);
        v.setUint16(b.length - 12, 9, true);
      }),
      "readZip: 'x.zip' must list 9 files in its directory, got 3; it is damaged",
    ],
    [
      'that is encrypted',
      changed((v, b) => v.setUint16(central(b) + 8, 1, true)),
      "readZip: 'x.zip' must not be encrypted, got encrypted 'b/second.txt'",
    ],
    [
      'of another compression',
      changed((v, b) => v.setUint16(central(b) + 10, 12, true)),
      "readZip: 'x.zip' must be stored or deflated, got method 12 for 'b/second.txt'",
    ],
    [
      'that claims a gigabyte',
      changed((v, b) => v.setUint32(central(b) + 24, 2 ** 30, true)),
      "readZip: 'x.zip' must not claim more than it holds, got 1073741824 bytes from 9 for 'b/second.txt'",
    ],
    [
      'whose entry reaches past the data',
      changed((v, b) => v.setUint32(central(b) + 20, 5000, true)),
      /^readZip: 'x.zip' must hold 5000 bytes of 'b\/second.txt', got \d+; it is cut short or lies about its size$/,
    ],
    [
      'whose entry is elsewhere',
      changed((v, b) => v.setUint32(central(b) + 42, 3, true)),
      "readZip: 'x.zip' must hold 'b/second.txt' where its directory says, got other bytes there",
    ],
    [
      'whose entries overlap',
      changed((v, b) => v.setUint32(central(b, 1) + 42, 0, true)),
      "readZip: 'x.zip' must not have overlapping files, got 'b/second.txt' over 'a.txt'",
    ],
    [
      'of 64-bit sizes',
      changed((v, b) => v.setUint32(b.length - 6, 0xffffffff, true)),
      "readZip: 'x.zip' must be smaller than 4 GiB and 65535 files, got zip64; unpack it and pass the folder",
    ],
    [
      'in parts',
      changed((v, b) => v.setUint16(b.length - 18, 1, true)),
      "readZip: 'x.zip' must be one file, got a part of several",
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    const read = () => readZip(bytes, 'x.zip');
    expect(read).toThrow(typeof message === 'string' ? new FormatError(message) : message);
  });

  it('refuses data that does not match its size or checksum', () => {
    const short = changed((v, b) => v.setUint32(central(b) + 24, 22, true));
    expect(() => readZip(short, 'x.zip')[0]!.read()).toThrow(
      new FormatError(
        "inflate: 'x.zip/b/second.txt' must inflate to at most 22 bytes, got more; it lies about its size",
      ),
    );
    const other = changed((v, b) => v.setUint32(central(b) + 16, 7, true));
    expect(() => readZip(other, 'x.zip')[0]!.read()).toThrow(
      new FormatError(
        "readZip: 'x.zip/b/second.txt' must match its size and checksum in the zip, got 23 bytes; it is damaged",
      ),
    );
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(file, 4000, (bytes) => readZip(bytes, 'file').map((entry) => entry.read()));
  });
});
