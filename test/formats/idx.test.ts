import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readIdx } from '../../src/formats/idx';
import { idx } from './idx-bytes';
import { survivesMutations } from './mutate';

const pixels = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const images = idx(8, [2, 3, 4], pixels);

describe('readIdx', () => {
  it('reads unsigned bytes as they are, gzipped or not', () => {
    expect(readIdx(images)).toEqual({ shape: [2, 3, 4], data: pixels });
    expect(readIdx(gzipSync(images))).toEqual({ shape: [2, 3, 4], data: pixels });
  });

  it('reads gzipped files of several pieces', () => {
    const large = idx(
      8,
      [100, 100, 50],
      Uint8Array.from({ length: 500_000 }, (_, i) => (i * i) >> 5),
    );
    expect(readIdx(gzipSync(large)).data).toEqual(large.subarray(16));
  });

  it('reads the other number types, big-endian', () => {
    const bytes = (size: number, set: (view: DataView) => void): Uint8Array => {
      const out = new Uint8Array(size);
      set(new DataView(out.buffer));
      return out;
    };
    expect(readIdx(idx(9, [2], new Uint8Array([1, 255]))).data).toEqual(Int32Array.of(1, -1));
    expect(
      readIdx(
        idx(
          11,
          [1],
          bytes(2, (v) => v.setInt16(0, -300)),
        ),
      ).data,
    ).toEqual(Int32Array.of(-300));
    expect(
      readIdx(
        idx(
          12,
          [1],
          bytes(4, (v) => v.setInt32(0, -70000)),
        ),
      ).data,
    ).toEqual(Int32Array.of(-70000));
    expect(
      readIdx(
        idx(
          13,
          [1],
          bytes(4, (v) => v.setFloat32(0, 0.5)),
        ),
      ).data,
    ).toEqual(Float32Array.of(0.5));
    expect(
      readIdx(
        idx(
          14,
          [1],
          bytes(8, (v) => v.setFloat64(0, 0.25)),
        ),
      ).data,
    ).toEqual(Float32Array.of(0.25));
  });

  it.each([
    [
      'of another format',
      new Uint8Array([1, 2, 3, 4]),
      "readIdx: 'x.idx' must start with an IDX magic number (0 0 type axes), got bytes 1 2 3 4",
    ],
    [
      'that is empty',
      new Uint8Array(0),
      "readIdx: 'x.idx' must start with an IDX magic number (0 0 type axes), got bytes none",
    ],
    [
      'with half a header',
      images.subarray(0, 9),
      "readIdx: 'x.idx' must hold a header of 16 bytes, got 9; the file is cut short",
    ],
    [
      'cut short',
      images.subarray(0, 30),
      "readIdx: 'x.idx' must hold 40 bytes for shape [2,3,4], got 30; the file is cut short",
    ],
    [
      'with more than it claims',
      idx(8, [2, 3], pixels),
      "readIdx: 'x.idx' must hold 18 bytes for shape [2,3], got 36; it lies about its size",
    ],
    [
      'that claims 64 GiB',
      idx(8, [4096, 4096, 4096], pixels),
      "readIdx: 'x.idx' must hold 68719476752 bytes for shape [4096,4096,4096], got 40; the file is cut short",
    ],
    [
      'gzipped that claims 64 GiB',
      gzipSync(idx(8, [4096, 4096, 4096], pixels)),
      "readIdx: 'x.idx' must hold 68719476752 bytes for shape [4096,4096,4096], got 40; the file is cut short",
    ],
    [
      'gzipped with more than it claims',
      gzipSync(idx(8, [2, 3], pixels)),
      "inflate: 'x.idx' must inflate to at most 18 bytes, got more; it lies about its size",
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => readIdx(bytes, 'x.idx')).toThrow(new FormatError(message));
  });

  it('refuses a gzip cut short and one of other data than its checksum', () => {
    const packed = gzipSync(images);
    expect(() => readIdx(packed.subarray(0, packed.length - 12), 'x.gz')).toThrow(/^\w+: 'x.gz' must/);
    const flipped = packed.slice();
    flipped[flipped.length - 7]! ^= 1;
    expect(() => readIdx(flipped, 'x.gz')).toThrow("inflate: 'x.gz' must match its gzip checksum");
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(images, 3000, (bytes) => readIdx(bytes, 'file'));
    survivesMutations(gzipSync(images), 3000, (bytes) => readIdx(bytes, 'file'));
  });
});
