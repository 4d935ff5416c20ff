import { describe, expect, it } from 'vitest';
import { Draws } from '../../src/data/draws';
import { faces } from '../../src/data/faces/faces';
import { FACE_ATTRIBUTES, type FaceAttribute } from '../../src/data/faces/traits';
import { portraits } from '../../src/data/portraits/portraits';
import { readPortrait } from '../../src/data/portraits/read';
import { ArgumentError, ShapeError } from '../../src/errors';

const COUNT = 700;
const data = portraits({ seed: 11, count: COUNT });
const pixelsOf = (index: number) => data.read([index]).x.data as Uint8Array;

function accuracy(change: (pixels: Uint8Array, index: number) => Uint8Array): { hair: number; eyes: number } {
  let hair = 0;
  let eyes = 0;
  for (let i = 0; i < COUNT; i++) {
    const seen = readPortrait(change(pixelsOf(i), i));
    const made = data.attributes(i);
    if (seen.hair === FACE_ATTRIBUTES.hair[made.hair]) hair++;
    if (seen.eyes === FACE_ATTRIBUTES.eyes[made.eyes]) eyes++;
  }
  return { hair: hair / COUNT, eyes: eyes / COUNT };
}

/** The mean step from a pixel to its right neighbour in the top corners, where the background is. */
function roughness(pixels: Uint8Array): number {
  let sum = 0;
  for (let y = 0; y < 3; y++)
    for (let x = 0; x < 3; x++) sum += Math.abs(pixels[(y * 32 + x) * 3]! - pixels[(y * 32 + x + 1) * 3]!);
  return sum / 9;
}

describe('portraits', () => {
  it('have the columns and classes of faces', () => {
    const like = faces({ count: COUNT });
    expect(data.shapes).toEqual(like.shapes);
    expect(data.classes).toBe(like.classes);
    expect(data).toMatchObject({ name: 'portraits', size: COUNT });
    const { x, label } = data.read([3, 1]);
    expect(x.data).toBeInstanceOf(Uint8Array);
    expect(x.data.length).toBe(2 * 3072);
    expect([...label.data]).toEqual([data.attributes(3).hair, data.attributes(1).hair]);
  });

  it('are a function of seed and index, whatever was drawn before', () => {
    expect(portraits({ seed: 11, count: 600 }).read([500]).x.data).toEqual(pixelsOf(500));
    expect(portraits({ seed: 12 }).read([500]).x.data).not.toEqual(pixelsOf(500));
  });

  it('share no choices with the faces of the same seed beyond chance', () => {
    const drawn = faces({ seed: 11, count: COUNT });
    for (const [attribute, names] of Object.entries(FACE_ATTRIBUTES) as [
      FaceAttribute,
      readonly string[],
    ][]) {
      let same = 0;
      for (let i = 0; i < COUNT; i++)
        if (data.attributes(i)[attribute] === drawn.attributes(i)[attribute]) same++;
      const expected = COUNT / names.length;
      expect(Math.abs(same - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('make every choice about equally often', () => {
    for (const [attribute, names] of Object.entries(FACE_ATTRIBUTES) as [
      FaceAttribute,
      readonly string[],
    ][]) {
      const counts = names.map(() => 0);
      for (let i = 0; i < COUNT; i++) counts[data.attributes(i)[attribute]]!++;
      const expected = COUNT / names.length;
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('have fewer pure colours than faces, as photographs have', () => {
    const chroma = (pixels: Uint8Array): number => {
      let sum = 0;
      for (let i = 0; i < pixels.length; i += 3) {
        const [r, g, b] = [pixels[i]!, pixels[i + 1]!, pixels[i + 2]!];
        sum += Math.max(r, g, b) - Math.min(r, g, b);
      }
      return sum / 1024;
    };
    const drawn = faces({ seed: 11, count: 200 });
    let ratio = 0;
    for (let i = 0; i < 200; i++)
      ratio += chroma(pixelsOf(i)) / chroma(drawn.read([i]).x.data as Uint8Array) / 200;
    expect(ratio).toBeGreaterThan(0.4);
    expect(ratio).toBeLessThan(0.95);
  });

  it('have a background out of focus', () => {
    let sum = 0;
    for (let i = 0; i < 200; i++) sum += roughness(pixelsOf(i)) / 200;
    expect(sum).toBeGreaterThan(0);
    expect(sum).toBeLessThan(4);
  });

  it('refuse an unknown label', () => {
    expect(() => portraits({ label: 'nose' as 'hair' })).toThrow(
      new ArgumentError("portraits: label must be hair, eyes, style, mouth, skin, got 'nose'"),
    );
  });
});

describe('readPortrait', () => {
  it('tells hair of drawn portraits in 98 of 100, and eyes in 95', () => {
    const { hair, eyes } = accuracy((pixels) => pixels);
    expect(hair).toBeGreaterThanOrEqual(0.98);
    expect(eyes).toBeGreaterThanOrEqual(0.95);
  });

  it('stands noise such as a generator leaves', () => {
    const { hair } = accuracy((pixels, i) => {
      const draws = new Draws(1, i);
      return Uint8Array.from(pixels, (value) => Math.min(255, Math.max(0, value + 20 * draws.normal())));
    });
    expect(hair).toBeGreaterThanOrEqual(0.97);
  });

  it('does little better than chance on portraits whose colours have been taken away', () => {
    const { hair, eyes } = accuracy((pixels) => {
      const grey = pixels.slice();
      for (let i = 0; i < grey.length; i += 3) grey.fill(pixels[i + 1]!, i, i + 3);
      return grey;
    });
    expect(hair).toBeLessThan(0.6);
    expect(eyes).toBeLessThan(0.5);
  });

  it('refuses another size', () => {
    expect(() => readPortrait(new Uint8Array(10))).toThrow(
      new ShapeError('readPortrait: pixels must be [32,32,3], 3072 values, got 10'),
    );
  });
});
