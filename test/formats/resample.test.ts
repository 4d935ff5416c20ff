import { describe, expect, it } from 'vitest';
import type { Image } from '../../src/formats/image';
import { convertChannels, resizeImage } from '../../src/formats/resample';

const grey = (width: number, height: number, data: number[]): Image => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
});

describe('resizeImage', () => {
  it('averages areas where it shrinks', () => {
    expect(resizeImage(grey(4, 2, [0, 100, 10, 20, 100, 200, 30, 40]), 1, 2)).toEqual(grey(2, 1, [100, 25]));
  });

  it('shares a pixel between two where the ratio is not whole', () => {
    expect(resizeImage(grey(3, 3, [0, 90, 180, 0, 90, 180, 0, 90, 180]), 2, 2)).toEqual(
      grey(2, 2, [30, 150, 30, 150]),
    );
  });

  it('is bilinear between pixel centres where it grows', () => {
    expect(resizeImage(grey(2, 2, [0, 100, 0, 100]), 4, 4).data.subarray(0, 4)).toEqual(
      Uint8Array.of(0, 25, 75, 100),
    );
  });

  it('keeps a flat image flat at any size', () => {
    for (const size of [1, 2, 3, 5, 7, 11, 13, 32, 50]) {
      const image: Image = {
        width: 13,
        height: 11,
        channels: 3,
        data: new Uint8Array(13 * 11 * 3).fill(201),
      };
      expect(new Set(resizeImage(image, size, size).data)).toEqual(new Set([201]));
    }
  });

  it('crops about the middle to the new proportions', () => {
    expect(resizeImage(grey(4, 2, [9, 1, 2, 9, 9, 3, 4, 9]), 2, 2)).toEqual(grey(2, 2, [1, 2, 3, 4]));
  });
});

describe('convertChannels', () => {
  it('repeats grey, and weighs colours by luma', () => {
    expect(convertChannels(grey(2, 1, [7, 9]), 3).data).toEqual(Uint8Array.of(7, 7, 7, 9, 9, 9));
    const colour: Image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 0, 10, 10, 10) };
    expect(convertChannels(colour, 1).data).toEqual(Uint8Array.of(76, 10));
  });
});
