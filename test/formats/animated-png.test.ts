import { decodeApng, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { ArgumentError, FormatError } from '../../src/errors';
import { animatedPng } from '../../src/formats/animated-png';
import { crc32 } from '../../src/formats/crc32';
import { readPng, writePng } from '../../src/formats/png';
import { philoxUniform } from '../../src/util/philox';

const [width, height] = [7, 5];

function picture(seed: number, channels: 1 | 3 = 3) {
  const data = Uint8Array.from(
    philoxUniform(width * height * channels, { seed, draw: 0 }),
    (value) => value * 256,
  );
  return { width, height, channels, data };
}

const pictures = [picture(1), picture(2), picture(3)];
const frames = pictures.map(writePng);

function idat(data: Uint8Array): number[] {
  const body = Uint8Array.of(...new TextEncoder().encode('IDAT'), ...data);
  const number = (value: number) => [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
  return [...number(data.length), ...body, ...number(crc32(body))];
}

/** The types of a file's chunks. */
function types(bytes: Uint8Array): string[] {
  const found: string[] = [];
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  for (let at = 8; at < bytes.length; at += 12 + view.getUint32(at))
    found.push(String.fromCharCode(...bytes.subarray(at + 4, at + 8)));
  return found;
}

describe('animatedPng', () => {
  it('is read back frame by frame, with delay and plays', () => {
    const read = decodeApng(animatedPng(frames, { delay: 80, plays: 3 }), { checkCrc: true });
    expect(read).toMatchObject({ width, height, channels: 3, numberOfFrames: 3, numberOfPlays: 3 });
    expect(read.frames.map(({ data }) => [...data])).toEqual(pictures.map(({ data }) => [...data]));
    for (const frame of read.frames) expect(frame).toMatchObject({ delayNumber: 80, delayDenominator: 1000 });
  });

  it('plays for ever, 25 frames a second, unless told otherwise', () => {
    const read = decodeApng(animatedPng(frames));
    expect(read.numberOfPlays).toBe(0);
    expect(read.frames[0]).toMatchObject({ delayNumber: 40, delayDenominator: 1000 });
  });

  it('shows its first frame to whoever knows no animation', () => {
    expect(readPng(animatedPng(frames))).toEqual(pictures[0]);
    expect(types(animatedPng(frames))).toEqual([
      'IHDR',
      'acTL',
      'fcTL',
      'IDAT',
      'fcTL',
      'fdAT',
      'fcTL',
      'fdAT',
      'IEND',
    ]);
  });

  it('may be of one frame', () => {
    expect(decodeApng(animatedPng([frames[1]!])).frames).toHaveLength(1);
  });

  it('keeps every part of pixels that came in parts', () => {
    const split = (bytes: Uint8Array): Uint8Array => {
      // Header, one IDAT and the end is all that these files hold.
      const data = bytes.subarray(33 + 8, bytes.length - 12 - 4);
      const parts = [data.subarray(0, 20), data.subarray(20)].map((part) => idat(part));
      return Uint8Array.from([...bytes.subarray(0, 33), ...parts.flat(), ...bytes.subarray(-12)]);
    };
    const read = decodeApng(animatedPng(frames.map(split)), { checkCrc: true });
    expect(read.frames.map(({ data }) => [...data])).toEqual(pictures.map(({ data }) => [...data]));
    expect(types(animatedPng(frames.map(split))).filter((type) => type === 'fdAT')).toHaveLength(4);
  });

  it('refuses frames that differ in size, colour or depth', () => {
    const other = { width: height, height: width, channels: 3 as const, data: pictures[0]!.data };
    expect(() => animatedPng([frames[0]!, writePng(other)])).toThrow(
      /^animatedPng: frames must have one size, colour type and palette, got frame 1 unlike the first$/,
    );
    expect(() => animatedPng([...frames, writePng(picture(4, 1))])).toThrow(/got frame 3 unlike/);
    const deep = encode({ width, height, channels: 3, depth: 16, data: Uint16Array.from(pictures[0]!.data) });
    expect(() => animatedPng([frames[0]!, deep])).toThrow(FormatError);
  });

  it('refuses what is no whole PNG, and numbers out of range', () => {
    expect(() => animatedPng([frames[0]!, frames[1]!.subarray(0, 60)])).toThrow(
      /'frame 1' must end with an IEND/,
    );
    expect(() => animatedPng([new TextEncoder().encode('<html>')])).toThrow(
      /'frame 0' must start with the PNG/,
    );
    const damaged = Uint8Array.from(frames[0]!);
    damaged[45]! ^= 1;
    expect(() => animatedPng([damaged])).toThrow(/damaged IDAT chunk/);
    const empty = Uint8Array.from([...frames[0]!.subarray(0, 33), ...frames[0]!.subarray(-12)]);
    expect(() => animatedPng([empty])).toThrow(/'frame 0' must have a header and pixels, got none/);
    expect(() => animatedPng([])).toThrow(ArgumentError);
    expect(() => animatedPng(frames, { delay: 0 })).toThrow(/delay must be a number in \[1, 65535\], got 0/);
    expect(() => animatedPng(frames, { plays: -1 })).toThrow(
      /plays must be an integer of at least 0, got -1/,
    );
  });
});
