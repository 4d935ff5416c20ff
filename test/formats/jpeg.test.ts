import { encode } from 'jpeg-js';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import { readJpeg } from '../../src/formats/jpeg';
import { survivesMutations } from './mutate';

const WIDTH = 24;
const HEIGHT = 16;
const rgba = new Uint8Array(WIDTH * HEIGHT * 4);
for (let i = 0; i < WIDTH * HEIGHT; i++)
  rgba.set([(i % WIDTH) * 10, Math.floor(i / WIDTH) * 15, 90, 255], i * 4);
const file = new Uint8Array(encode({ width: WIDTH, height: HEIGHT, data: rgba }, 95).data);

/** A grey 8×8 JPEG of one flat block, by hand: DC category 0, end of block. */
const GREY = Uint8Array.from([
  0xff,
  0xd8,
  0xff,
  0xdb,
  0,
  67,
  0,
  ...new Array(64).fill(1),
  0xff,
  0xc0,
  0,
  11,
  8,
  0,
  8,
  0,
  8,
  1,
  1,
  0x11,
  0,
  0xff,
  0xc4,
  0,
  20,
  0,
  1,
  ...new Array(15).fill(0),
  0,
  0xff,
  0xc4,
  0,
  20,
  0x10,
  1,
  ...new Array(15).fill(0),
  0,
  0xff,
  0xda,
  0,
  8,
  1,
  1,
  0,
  0,
  63,
  0,
  0x3f,
  0xff,
  0xd9,
]);

describe('readJpeg', () => {
  it('reads colour within what compression loses', () => {
    const image = readJpeg(file);
    expect(image).toMatchObject({ width: WIDTH, height: HEIGHT, channels: 3 });
    for (let i = 0; i < WIDTH * HEIGHT; i++) {
      for (let c = 0; c < 3; c++) {
        const error = image.data[3 * i + c]! - rgba[4 * i + c]!;
        expect(Math.abs(error)).toBeLessThan(12);
      }
    }
  });

  it('reads grey as one channel', () => {
    expect(readJpeg(GREY)).toEqual({ width: 8, height: 8, channels: 1, data: new Uint8Array(64).fill(128) });
  });

  const lying = file.slice();
  const frame = lying.findIndex((byte, i) => byte === 0xff && lying[i + 1] === 0xc0);
  lying.set([0xff, 0xff, 0xff, 0xff], frame + 5);
  it.each([
    [
      'of another format',
      Uint8Array.of(1, 2),
      "readJpeg: 'x.jpg' must start with a JPEG marker, got other bytes",
    ],
    [
      'without a frame',
      file.subarray(0, 30),
      "readJpeg: 'x.jpg' must have a frame header, got none; the file is cut short or damaged",
    ],
    [
      'cut short',
      file.subarray(0, file.length - 20),
      `readJpeg: 'x.jpg' must end with an end marker, got ${file.length - 20} bytes without one; the file is cut short`,
    ],
    [
      'that claims 65535×65535',
      lying,
      `readJpeg: 'x.jpg' must have as many pixels as ${file.length} bytes can hold, got 65535×65535; it lies about its size`,
    ],
  ])('refuses a file %s', (_, bytes, message) => {
    expect(() => readJpeg(bytes, 'x.jpg')).toThrow(new FormatError(message));
  });

  it('never does anything else with a damaged file', () => {
    survivesMutations(file, 2000, (bytes) => readJpeg(bytes, 'file'));
    survivesMutations(GREY, 2000, (bytes) => readJpeg(bytes, 'file'));
  });
});
