import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { edgesOf, faceEdges, withEdges } from '../../src/data/edges';
import { faces } from '../../src/data/faces/faces';
import { DataError } from '../../src/errors';
import type { Image } from '../../src/formats/image';

/** A picture of one colour left of a column, another from there on. */
function halves(left: readonly number[], right: readonly number[], column = 4, side = 8): Image {
  const channels = left.length as 1 | 3;
  const data = new Uint8Array(side * side * channels);
  for (let y = 0; y < side; y++)
    for (let x = 0; x < side; x++) data.set(x < column ? left : right, (y * side + x) * channels);
  return { width: side, height: side, channels, data };
}

const row = ({ data, width }: Image, y: number) => [...data.subarray(y * width, (y + 1) * width)];

describe('edgesOf', () => {
  it('draws one black line where two colours meet, white elsewhere', () => {
    const edges = edgesOf(halves([200, 30, 30], [20, 40, 200]));
    expect(edges).toMatchObject({ width: 8, height: 8, channels: 1 });
    for (let y = 0; y < 8; y++) {
      const line = row(edges, y);
      expect(line.filter((value) => value === 0)).toHaveLength(1);
      expect(line.filter((value) => value === 255)).toHaveLength(7);
      expect([3, 4]).toContain(line.indexOf(0));
    }
  });

  it('finds the border of colours that are equally bright', () => {
    const [red, green] = [
      [228, 96, 92],
      [92, 156, 88],
    ];
    const lightness = ([r, g, b]: number[]) => 0.299 * r! + 0.587 * g! + 0.114 * b!;
    expect(Math.abs(lightness(red!) - lightness(green!))).toBeLessThan(8);
    expect(row(edgesOf(halves(red!, green!)), 4)).toContain(0);
  });

  it('is white for one colour, and for steps too small to see', () => {
    for (const image of [halves([120], [120]), halves([120], [123])])
      expect(edgesOf(image).data.every((value) => value === 255)).toBe(true);
  });

  it('turns with the picture', () => {
    const image = halves([30], [220], 3);
    const turned: Image = { ...image, data: image.data.map((_, i) => image.data[(i % 8) * 8 + (i >> 3)]!) };
    const edges = edgesOf(image).data;
    expect([...edgesOf(turned).data]).toEqual([...edges].map((_, i) => edges[(i % 8) * 8 + (i >> 3)]!));
  });

  it('keeps a diagonal line thin', () => {
    const data = new Uint8Array(256).map((_, i) => (i % 16 > i >> 4 ? 230 : 20));
    const edges = edgesOf({ width: 16, height: 16, channels: 1, data });
    for (let y = 2; y < 14; y++) {
      const inked = row(edges, y).filter((value) => value < 128).length;
      expect(inked).toBeGreaterThanOrEqual(1);
      expect(inked).toBeLessThanOrEqual(2);
    }
  });
});

describe('faceEdges', () => {
  const data = faceEdges({ seed: 4, count: 60 });

  it('pairs a face with its outlines', () => {
    expect(data).toMatchObject({ name: 'face-edges', size: 60, shapes: { a: [32, 32, 1], b: [32, 32, 3] } });
    const { a, b } = data.read([7, 3]);
    const face = faces({ seed: 4, count: 60 }).read([7, 3]).x.data as Uint8Array;
    expect(b.data).toEqual(face);
    const image: Image = { width: 32, height: 32, channels: 3, data: face.subarray(3072) };
    expect(a.data.slice(1024)).toEqual(edgesOf(image).data);
    expect(data.attributes(7)).toEqual(faces({ seed: 4 }).attributes(7));
  });

  it('draws neither a blank nor a black page', () => {
    for (let i = 0; i < 60; i++) {
      const ink = [...data.read([i]).a.data].filter((value) => value < 128).length / 1024;
      expect(ink).toBeGreaterThan(0.08);
      expect(ink).toBeLessThan(0.35);
    }
  });

  it('does not tell light hair from dark by the blackness of its lines', () => {
    const ink = [0, 0];
    const count = [0, 0];
    const many = faceEdges({ seed: 5, count: 300 });
    for (let i = 0; i < 300; i++) {
      const { hair } = many.attributes(i);
      const kind = hair === 0 ? 0 : hair === 2 ? 1 : undefined;
      if (kind === undefined) continue;
      const page = [...many.read([i]).a.data].filter((value) => value < 255);
      ink[kind]! += page.filter((value) => value === 0).length / page.length;
      count[kind]!++;
    }
    const [black, blond] = [ink[0]! / count[0]!, ink[1]! / count[1]!];
    expect(Math.abs(black - blond)).toBeLessThan(0.08);
  });
});

describe('withEdges', () => {
  it('refuses data that is not images of bytes', () => {
    const points = arrayData({ x: { data: new Float32Array(4), shape: [2] } }, { name: 'points' });
    expect(() => withEdges(points)).toThrow(
      new DataError("withEdges: 'points' must hold images, got values of shape [2]"),
    );
    const floats = arrayData({ x: { data: new Float32Array(12), shape: [2, 2, 3] } }, { name: 'floats' });
    expect(() => withEdges(floats).read([0])).toThrow(DataError);
  });
});
