import { decode, decodeApng, encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { readPng } from '../../src/formats/png';
import { toAnimatedPng, toPng } from '../../src/generator/png';
import { philoxUniform } from '../../src/util/philox';

const batch = (count: number, channels: number) => {
  const shape = [count, 5, 7, channels];
  const data = philoxUniform(count * 35 * channels, { seed: channels, draw: 0 }).map(
    (value) => 2 * value - 1,
  );
  return { data, shape, range: [-1, 1] as const };
};

/** The bytes that a value in [−1, 1] becomes. */
const bytes = ({ data }: ReturnType<typeof batch>) => [
  ...Uint8ClampedArray.from(data, (value) => (value + 1) * 127.5),
];

describe('toPng', () => {
  it.each([1, 2, 3, 4])('writes images of %i channels that are read back', async (channels) => {
    const images = batch(3, channels);
    const read = decode(await toPng(images, 1), { checkCrc: true });
    expect(read).toMatchObject({ width: 7, height: 5, channels, depth: 8 });
    expect([...read.data]).toEqual(bytes(images).slice(35 * channels, 2 * 35 * channels));
  });

  it('spends no more on a smooth picture than another writer', async () => {
    const shape = [1, 32, 32, 1];
    const data = Float32Array.from({ length: 1024 }, (_, i) => (i % 32) / 16 - 1);
    const file = await toPng({ data, shape, range: [-1, 1] });
    const plain = encode({ width: 32, height: 32, channels: 1, depth: 8, data: readPng(file).data });
    expect(file.length).toBeLessThanOrEqual(plain.length);
  });

  it('refuses what is no image', async () => {
    await expect(toPng({ data: new Float32Array(4), shape: [2, 2], range: [0, 1] })).rejects.toThrow(
      ShapeError,
    );
    await expect(toPng(batch(2, 3), 2)).rejects.toThrow(ArgumentError);
  });
});

describe('toAnimatedPng', () => {
  it('plays the images of a batch', async () => {
    const images = batch(4, 3);
    const read = decodeApng(await toAnimatedPng(images, { delay: 50, plays: 2 }), { checkCrc: true });
    expect(read).toMatchObject({ width: 7, height: 5, channels: 3, numberOfFrames: 4, numberOfPlays: 2 });
    expect(read.frames.flatMap(({ data }) => [...data])).toEqual(bytes(images));
    expect(read.frames.map(({ delayNumber }) => delayNumber)).toEqual([50, 50, 50, 50]);
  });

  it('refuses an empty batch', async () => {
    await expect(toAnimatedPng(batch(0, 3))).rejects.toThrow(ArgumentError);
  });
});
