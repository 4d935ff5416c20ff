import { describe, it } from 'vitest';
import { type Case, checkCase } from './operator-cases';

const PADS: readonly Case[] = [
  { opset: 9, shape: [1, 2, 3, 4], attributes: { pads: [0, 0, 1, 2, 0, 0, 3, 1], value: 1.5 } },
  { opset: 9, shape: [1, 2, 3, 4], attributes: { pads: [0, 0, 1, 2, 0, 0, 2, 1], mode: 'reflect' } },
  { shape: [1, 2, 3, 4], rest: [[0, 0, 1, 2, 0, 0, 3, 1]] },
  { shape: [2, 3, 5, 4], rest: [[0, 0, -1, 2, 0, 0, 3, -2], { floats: [-3] }] },
  { shape: [2, 3, 5, 4], rest: [[0, 1, 2, 3, 0, 1, 2, 0]], attributes: { mode: 'reflect' } },
  { shape: [2, 3, 5, 4], rest: [[1, 1, 2, 3, 0, 1, 6, 0]], attributes: { mode: 'edge' } },
  { opset: 18, shape: [2, 3, 5, 4], rest: [[1, 2, 2, 0], '', [3, -2]], attributes: { mode: 'reflect' } },
  { opset: 18, shape: [2, 3, 5, 4], rest: [[1, 2], { floats: [7] }, [-1]] },
  { opset: 19, shape: [2, 3, 5, 4], rest: [[0, 0, 2, 3, 0, 0, 5, 4]], attributes: { mode: 'wrap' } },
  { shape: [7], rest: [[3, 2]], attributes: { mode: 'reflect' } },
  { shape: [2, 3, 7], rest: [[0, 0, 3, 0, 0, 6]], attributes: { mode: 'edge' } },
  { shape: [3, 4], rest: [[1, 1, 0, 2], [2]], of: 'int64' },
  { shape: [3, 4], rest: [[1, 1, 0, 2]], of: 'int64', attributes: { mode: 'edge' } },
];

describe('Pad', () => {
  it.each(PADS)('%j', async (each) => {
    await checkCase('Pad', each);
  });
});

const MODES = ['half_pixel', 'pytorch_half_pixel', 'align_corners', 'asymmetric'];
const NEAREST = ['round_prefer_floor', 'round_prefer_ceil', 'floor', 'ceil'];
const FACTORS = [
  [2, 2],
  [1.5, 0.6],
  [4, 1],
  [0.3, 3],
];

const RESIZES: readonly Case[] = [
  { opset: 10, shape: [1, 2, 3, 4], rest: [{ floats: [1, 1, 2, 3] }] },
  { opset: 10, shape: [1, 2, 6, 4], rest: [{ floats: [1, 1, 0.5, 1.5] }] },
  { opset: 10, shape: [1, 2, 3, 4], rest: [{ floats: [1, 1, 2, 2] }], attributes: { mode: 'linear' } },
  { shape: [2, 3, 4], rest: ['', { floats: [1, 1, 2.5] }] },
  { shape: [4, 5], rest: ['', { floats: [2, 0.7] }], attributes: { mode: 'linear' } },
  { shape: [2, 3, 4, 5], rest: ['', '', [2, 3, 9, 4]] },
  { shape: [2, 3, 4, 5], rest: ['', '', [2, 3, 1, 1]], attributes: { mode: 'linear' } },
  { shape: [1, 2, 3, 4, 5], rest: ['', { floats: [1, 1, 2, 2, 0.8] }], attributes: { mode: 'linear' } },
  { shape: [1, 2, 3, 4, 5], rest: ['', { floats: [1, 1, 2, 2, 0.8] }] },
  { shape: [2, 3, 4, 5], rest: ['', { floats: [2, 2, 2, 2] }] },
  { opset: 18, shape: [2, 3, 4, 5], rest: ['', { floats: [2, 3] }], attributes: { axes: [2, 3] } },
  { opset: 18, shape: [2, 3, 4, 5], rest: ['', '', [6, 7]], attributes: { axes: [3, 2], mode: 'linear' } },
  ...['not_larger', 'not_smaller'].map((keep_aspect_ratio_policy) => ({
    opset: 18,
    shape: [1, 2, 4, 5],
    rest: ['', '', [7, 11]] as const,
    attributes: { axes: [2, 3], keep_aspect_ratio_policy },
  })),
  { shape: [1, 2, 3, 4], rest: ['', { floats: [1, 1, 2, 2] }], of: 'int32' },
  ...[...MODES, 'tf_half_pixel_for_nn'].flatMap((coordinate_transformation_mode) =>
    NEAREST.flatMap((nearest_mode) =>
      FACTORS.map((factors) => ({
        opset: 11,
        shape: [1, 2, 5, 4],
        rest: [{ floats: [] }, { floats: [1, 1, ...factors] }],
        attributes: { coordinate_transformation_mode, nearest_mode },
      })),
    ),
  ),
  ...[...MODES, 'half_pixel_symmetric'].flatMap((coordinate_transformation_mode) =>
    FACTORS.map((factors) => ({
      opset: 19,
      shape: [1, 5, 5, 4],
      rest: ['', { floats: [1, 1, ...factors] }] as const,
      attributes: { coordinate_transformation_mode, mode: 'linear' },
    })),
  ),
];

describe('Resize', () => {
  it.each(RESIZES)('%j', async (each) => {
    await checkCase('Resize', each);
  });

  it.each([
    // Middles between two elements, up to rounding.
    ['asymmetric', 7, 2],
    ['asymmetric', 7, 16],
    ['asymmetric', 10, 24],
    ['tf_half_pixel_for_nn', 7, 19],
    ['tf_half_pixel_for_nn', 10, 6],
  ])('rounds middles: %s, %i to %i', async (coordinate_transformation_mode, from, to) => {
    for (const nearest_mode of NEAREST) {
      const attributes = { coordinate_transformation_mode, nearest_mode };
      await checkCase('Resize', {
        opset: 11,
        shape: [1, 1, 1, from],
        rest: [{ floats: [] }, { floats: [] }, [1, 1, 1, to]],
        attributes,
      });
    }
  });

  it('leaves a tensor alone whose sizes stay', async () => {
    await checkCase('Resize', { shape: [1, 1, 5, 5], rest: ['', { floats: [1, 1, 1.1, 1.1] }] });
  });

  it.each([
    { opset: 9, shape: [1, 3, 4, 5], rest: [{ floats: [1, 1, 2, 2] }] },
    { opset: 9, shape: [1, 3, 4, 5], rest: [{ floats: [1, 1, 3, 1.5] }], attributes: { mode: 'linear' } },
  ])('Upsample %j', async (each) => {
    await checkCase('Upsample', each);
  });
});
