import { encode } from 'fast-png';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { crc32 } from '../../src/formats/crc32';
import { readPng, writePng } from '../../src/formats/png';
import { survivesMutations } from './mutate';

const SIGNATURE = [137, 80, 78, 71, 13, 10, 26, 10];

function chunk(type: string, data: ArrayLike<number>): number[] {
  const body = Uint8Array.from([...new TextEncoder().encode(type), ...Array.from(data)]);
  const out = new Uint8Array(8 + body.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, data.length);
  out.set(body, 4);
  view.setUint32(4 + body.length, crc32(body));
  return [...out];
}

interface PngParts {
  width: number;
  height: number;
  depth: number;
  color: number;
  interlace?: number;
  rows: number[];
  extra?: number[][];
}

/** A PNG by hand; `rows` with their filter bytes. */
function png({ width, height, depth, color, interlace = 0, rows, extra = [] }: PngParts): Uint8Array {
  const header = [
    0,
    0,
    width >> 8,
    width & 255,
    0,
    0,
    height >> 8,
    height & 255,
    depth,
    color,
    0,
    0,
    interlace,
  ];
  const data = zlibSync(Uint8Array.from(rows));
  return Uint8Array.from([
    ...SIGNATURE,
    ...chunk('IHDR', header),
    ...extra.flat(),
    ...chunk('IDAT', data),
    ...chunk('IEND', []),
  ]);
}

const rgb = Uint8Array.from({ length: 5 * 4 * 3 }, (_, i) => (i * 37) & 255);

describe('png', () => {
  it.each([1, 3] as const)('reads back what it wrote, %i channels', (channels) => {
    const image = { width: 5, height: 4, channels, data: rgb.slice(0, 20 * channels) };
    expect(readPng(writePng(image))).toEqual(image);
  });

  it('rounds 16 bits to 8', () => {
    const data = Uint16Array.of(0, 257, 65535, 32768);
    const file = encode({ width: 2, height: 2, channels: 1, depth: 16, data });
    expect(readPng(file).data).toEqual(Uint8Array.of(0, 1, 255, 128));
  });

  it('lays transparency over white, or over the background asked for', () => {
    const file = encode({
      width: 2,
      height: 1,
      channels: 4,
      depth: 8,
      data: Uint8Array.of(10, 20, 30, 0, 10, 20, 30, 51),
    });
    expect(readPng(file).data).toEqual(Uint8Array.of(255, 255, 255, 206, 208, 210));
    expect(readPng(file, 'x', [0, 100, 200]).data).toEqual(Uint8Array.of(0, 100, 200, 2, 84, 166));
  });

  it('keeps grey with alpha grey where the background is', () => {
    const file = encode({
      width: 2,
      height: 1,
      channels: 2,
      depth: 8,
      data: Uint8Array.of(100, 255, 100, 0),
    });
    expect(readPng(file)).toEqual({ width: 2, height: 1, channels: 1, data: Uint8Array.of(100, 255) });
    expect(readPng(file, 'x', [9, 8, 7])).toEqual({
      width: 2,
      height: 1,
      channels: 3,
      data: Uint8Array.of(100, 100, 100, 9, 8, 7),
    });
  });

  it('reads a palette of two bits with transparency', () => {
    const file = png({
      width: 3,
      height: 2,
      depth: 2,
      color: 3,
      rows: [0, 0b00011000, 0, 0b10000100],
      extra: [chunk('PLTE', [255, 0, 0, 0, 255, 0, 0, 0, 255]), chunk('tRNS', [255, 255, 0])],
    });
    expect(readPng(file).data).toEqual(
      Uint8Array.of(255, 0, 0, 0, 255, 0, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 255, 0),
    );
  });

  it('spreads one and four bits of grey over 0 to 255', () => {
    expect(
      readPng(png({ width: 9, height: 1, depth: 1, color: 0, rows: [0, 0b10110000, 0b10000000] })).data,
    ).toEqual(Uint8Array.of(255, 0, 255, 255, 0, 0, 0, 0, 255));
    expect(readPng(png({ width: 3, height: 1, depth: 4, color: 0, rows: [0, 0x0f, 0x70] })).data).toEqual(
      Uint8Array.of(0, 255, 119),
    );
  });

  it('makes the transparent colour of a plain image show the background', () => {
    const file = png({
      width: 2,
      height: 1,
      depth: 8,
      color: 0,
      rows: [0, 7, 9],
      extra: [chunk('tRNS', [0, 7])],
    });
    expect(readPng(file).data).toEqual(Uint8Array.of(255, 9));
  });

  it('reads interlaced images', () => {
    const data = rgb.slice(0, 60);
    const file = encode({ width: 5, height: 4, channels: 3, depth: 8, data }, { interlace: 'Adam7' });
    expect(readPng(file).data).toEqual(data);
  });

  const small = { width: 2, height: 2, depth: 8, color: 0, rows: [0, 1, 2, 0, 3, 4] };
  it.each([
    [
      'of another format',
      Uint8Array.of(1, 2),
      "readPng: 'x.png' must start with the PNG signature, got other bytes",
    ],
    [
      'cut short',
      png(small).subarray(0, 50),
      "readPng: 'x.png' must end with an IEND chunk, got 50 bytes without one; the file is cut short",
    ],
    [
      'whose header claims more rows',
      png({ ...small, height: 9 }),
      "readPng: 'x.png' must hold 27 bytes of pixels for 2×9, got 6; the file is cut short or lies about its size",
    ],
    [
      'whose header claims 48 million pixels',
      png({ ...small, width: 8000, height: 6000 }),
      "readPng: 'x.png' must hold 48006000 bytes of pixels for 8000×6000, got fewer; the file is cut short or lies about its size",
    ],
    [
      'whose header claims fewer rows',
      png({ ...small, height: 1 }),
      "inflate: 'x.png' must inflate to at most 3 bytes, got more; it lies about its size",
    ],
    [
      'of four thousand million pixels',
      png({ ...small, width: 65535, height: 65535 }),
      "readPng: 'x.png' must have 1 to 67108864 pixels, got 65535×65535",
    ],
    ['of no pixels', png({ ...small, width: 0 }), "readPng: 'x.png' must have 1 to 67108864 pixels, got 0×2"],
    [
      'of an unknown colour type',
      png({ ...small, color: 5 }),
      "readPng: 'x.png' must have a colour type and bit depth of PNG, got 5 and 8",
    ],
    [
      'without its palette',
      png({ ...small, color: 3 }),
      "readPng: 'x.png' must have a palette for its colour type 3, got none",
    ],
    [
      'interlaced with few bits',
      png({ ...small, depth: 4, interlace: 1 }),
      "readPng: 'x.png' must not be interlaced with less than 8 bits, got 4 bits; save it again without interlacing",
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => readPng(bytes, 'x.png')).toThrow(new FormatError(message));
  });

  it('refuses a damaged chunk', () => {
    const file = png(small);
    file[30]! ^= 1;
    expect(() => readPng(file, 'x.png')).toThrow(
      new FormatError("readPng: 'x.png' must match its checksums, got a damaged IHDR chunk"),
    );
  });

  it('does not inflate what hides beside the picture', () => {
    const bomb = zlibSync(new Uint8Array(2 ** 26));
    const file = png({ ...small, extra: [chunk('iCCP', [65, 0, 0, ...bomb])] });
    expect(readPng(file).data).toEqual(Uint8Array.of(1, 2, 3, 4));
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(writePng({ width: 5, height: 4, channels: 3, data: rgb }), 3000, (bytes) =>
      readPng(bytes, 'file'),
    );
  });

  it('never does anything else with a lying file whose checksums are right', () => {
    const parts = { ...small, color: 3, extra: [chunk('PLTE', [255, 0, 0, 0, 255, 0]), chunk('tRNS', [9])] };
    const valid = png(parts);
    survivesMutations(valid, 3000, (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
      for (let at = 8; at + 12 <= bytes.length; ) {
        const length = view.getUint32(at);
        if (at + 12 + length > bytes.length) break;
        view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
        at += 12 + length;
      }
      return readPng(bytes, 'file');
    });
  });
});
