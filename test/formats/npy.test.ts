import { describe, expect, it } from 'vitest';
import { ArgumentError, FormatError } from '../../src/errors';
import { readNpy, writeNpy } from '../../src/formats/npy';
import { survivesMutations } from './mutate';

/** A version-1 file by hand. */
function npy(header: string, payload: Uint8Array): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(10 + text.length + payload.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, text.length & 255, text.length >> 8]);
  bytes.set(text, 10);
  bytes.set(payload, 10 + text.length);
  return bytes;
}

const header = (descr: string, shape: string, fortran = 'False') =>
  `{'descr': '${descr}', 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`;
const bytesOf = (array: ArrayBufferView): Uint8Array => new Uint8Array(array.buffer);

describe('npy', () => {
  it.each([
    [{ shape: [2, 3], data: Float32Array.of(1, -2, 3.5, 0, 1e-7, 9) }],
    [{ shape: [4], data: Uint8Array.of(0, 1, 128, 255) }],
    [{ shape: [1, 2, 1], data: Int32Array.of(-70000, 5) }],
    [{ shape: [], data: Float32Array.of(4) }],
  ])('reads back what it wrote: %j', (array) => {
    expect(readNpy(writeNpy(array))).toEqual(array);
  });

  it('writes the header that NumPy writes', () => {
    const bytes = writeNpy({ shape: [2], data: Float32Array.of(1, 2) });
    expect(bytes.length).toBe(128 + 8);
    const text = new TextDecoder('latin1').decode(bytes.subarray(10, 128));
    expect(text).toBe(`${"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".padEnd(117)}\n`);
  });

  it('turns Fortran order into C order', () => {
    const file = npy(header('|u1', '(2, 3)', 'True'), Uint8Array.of(1, 4, 2, 5, 3, 6));
    expect(readNpy(file)).toEqual({ shape: [2, 3], data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  });

  it('reads the other dtypes in either byte order', () => {
    expect(readNpy(npy(header('<f8', '(2,)'), bytesOf(Float64Array.of(0.5, -2)))).data).toEqual(
      Float32Array.of(0.5, -2),
    );
    expect(readNpy(npy(header('>i2', '(1,)'), Uint8Array.of(0xff, 0xfe))).data).toEqual(Int32Array.of(-2));
    expect(readNpy(npy(header('<i8', '(1,)'), bytesOf(BigInt64Array.of(-3n)))).data).toEqual(
      Int32Array.of(-3),
    );
    expect(readNpy(npy(header('|b1', '(2,)'), Uint8Array.of(0, 1))).data).toEqual(Uint8Array.of(0, 1));
  });

  it.each([
    [
      'of another format',
      Uint8Array.of(1, 2),
      "readNpy: 'x.npy' must start with \\x93NUMPY, got other bytes",
    ],
    [
      'cut short',
      npy(header('<f4', '(2, 3)'), new Uint8Array(20)),
      "readNpy: 'x.npy' must hold 24 bytes for shape [2,3], got 20; the file is cut short",
    ],
    [
      'with more than it claims',
      npy(header('|u1', '(3,)'), new Uint8Array(5)),
      "readNpy: 'x.npy' must hold 3 bytes for shape [3], got 5; it lies about its size",
    ],
    [
      'that claims terabytes',
      npy(header('|u1', '(99999, 99999, 999)'), new Uint8Array(5)),
      "readNpy: 'x.npy' must hold 9989800200999 bytes for shape [99999,99999,999], got 5; the file is cut short",
    ],
    [
      'of complex numbers',
      npy(header('<c8', '(1,)'), new Uint8Array(8)),
      "readNpy: 'x.npy' must be of dtype b1, u1, i1, u2, i2, u4, i4, u8, i8, f4, f8, got c8; convert it with astype",
    ],
    [
      'without a shape',
      npy("{'descr': '<f4', 'fortran_order': False}", new Uint8Array(4)),
      "readNpy: 'x.npy' must have descr, fortran_order and shape in its header, got {'descr': '<f4', 'fortran_order': False}",
    ],
    [
      'with integers over 32 bits',
      npy(header('<i8', '(1,)'), bytesOf(BigInt64Array.of(2n ** 40n))),
      "readNpy: 'x.npy' must hold integers of 32 bits, got 1099511627776 at 0",
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => readNpy(bytes, 'x.npy')).toThrow(new FormatError(message));
  });

  it('refuses to write a shape that does not fit', () => {
    expect(() => writeNpy({ shape: [3], data: Float32Array.of(1) })).toThrow(
      new ArgumentError('writeNpy: shape must fit the values, got [3] and 1 values'),
    );
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(writeNpy({ shape: [5, 3], data: new Float32Array(15) }), 4000, (bytes) =>
      readNpy(bytes, 'file'),
    );
  });
});
