import { describe, expect, it } from 'vitest';
import { Draws } from '../../src/data/draws';
import { faces } from '../../src/data/faces/faces';
import { readFace } from '../../src/data/faces/read';
import { FACE_ATTRIBUTES } from '../../src/data/faces/traits';
import { meaningsOf, readMeaning } from '../../src/data/meaning';
import { readWords } from '../../src/data/words/encode';
import { buildVocabulary } from '../../src/data/words/vocabulary';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';

const COUNT = 1500;
const data = faces({ seed: 11, count: COUNT });
const pixelsOf = (index: number) => data.read([index]).x.data as Uint8Array;

/** Shares of faces whose hair, and whose eyes, are read right after a change to the pixels. */
function accuracy(change: (pixels: Uint8Array, index: number) => Uint8Array | Float32Array): {
  hair: number;
  eyes: number;
} {
  let hair = 0;
  let eyes = 0;
  for (let i = 0; i < COUNT; i++) {
    const seen = readFace(change(pixelsOf(i), i));
    const made = data.attributes(i);
    if (seen.hair === FACE_ATTRIBUTES.hair[made.hair]) hair++;
    if (seen.eyes === FACE_ATTRIBUTES.eyes[made.eyes]) eyes++;
  }
  return { hair: hair / COUNT, eyes: eyes / COUNT };
}

describe('faces', () => {
  it('are bytes of 32 × 32 × 3 with the hair as label', () => {
    expect(data).toMatchObject({
      name: 'faces',
      size: COUNT,
      shapes: { x: [32, 32, 3], label: [], words: [16] },
      classes: FACE_ATTRIBUTES.hair,
    });
    const { x, label } = data.read([3, 1]);
    expect(x.data).toBeInstanceOf(Uint8Array);
    expect(x.data.length).toBe(2 * 3072);
    expect([...label.data]).toEqual([data.attributes(3).hair, data.attributes(1).hair]);
  });

  it('are a function of seed and index, whatever was drawn before', () => {
    expect(faces({ seed: 11, count: 900 }).read([700]).x.data).toEqual(pixelsOf(700));
    expect(faces({ seed: 12 }).read([700]).x.data).not.toEqual(pixelsOf(700));
  });

  it('make every choice about equally often', () => {
    for (const [attribute, names] of Object.entries(FACE_ATTRIBUTES)) {
      const counts = names.map(() => 0);
      for (let i = 0; i < COUNT; i++)
        counts[data.attributes(i)[attribute as keyof typeof FACE_ATTRIBUTES]]!++;
      const expected = COUNT / names.length;
      for (const count of counts) expect(Math.abs(count - expected)).toBeLessThan(5 * Math.sqrt(expected));
    }
  });

  it('differ from each other even where all choices are the same', () => {
    const seen = new Map<string, number[]>();
    for (let i = 0; i < COUNT; i++) {
      const key = JSON.stringify(data.attributes(i));
      seen.set(key, [...(seen.get(key) ?? []), i]);
    }
    const alike = [...seen.values()].filter((group) => group.length > 1);
    expect(alike.length).toBeGreaterThan(20);
    for (const [a, b] of alike) {
      const [one, other] = [pixelsOf(a!), pixelsOf(b!)];
      const difference = one.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0) / one.length;
      expect(difference).toBeGreaterThan(3);
    }
  });

  it('carry another label where asked', () => {
    const eyes = faces({ seed: 11, count: 50, label: 'eyes' });
    expect(eyes.classes).toBe(FACE_ATTRIBUTES.eyes);
    expect(eyes.read([4]).label.data[0]).toBe(data.attributes(4).eyes);
  });

  it('are described by captions that name hair and eyes always, the rest sometimes, and all of it truly', () => {
    const said = { 'twin-tails': 'twin tails', open: 'open mouth' } as Readonly<Record<string, string>>;
    const named = { style: 0, mouth: 0, skin: 0 };
    const first = { hair: 0, and: 0, with: 0, turned: 0 };
    for (let i = 0; i < COUNT; i++) {
      const caption = data.caption(i);
      const { hair, eyes, ...others } = data.attributes(i);
      expect(caption).toMatch(
        new RegExp(`${FACE_ATTRIBUTES.hair[hair]} hair|hair is ${FACE_ATTRIBUTES.hair[hair]}`),
      );
      expect(caption).toMatch(
        new RegExp(`${FACE_ATTRIBUTES.eyes[eyes]} eyes|eyes are ${FACE_ATTRIBUTES.eyes[eyes]}`),
      );
      for (const attribute of ['style', 'mouth', 'skin'] as const) {
        const names: readonly string[] = FACE_ATTRIBUTES[attribute];
        names.forEach((name, choice) => {
          if (!new RegExp(`\\b${said[name] ?? name}\\b`).test(caption)) return;
          expect(`${caption}: ${names[others[attribute]]}`).toBe(`${caption}: ${names[choice]}`);
          named[attribute]++;
        });
      }
      if (caption.indexOf('hair') < caption.indexOf('eyes')) first.hair++;
      if (/ and /.test(caption)) first.and++;
      if (/ with /.test(caption)) first.with++;
      if (/ is | are /.test(caption)) first.turned++;
    }
    for (const count of Object.values({ ...named, ...first })) {
      expect(count).toBeGreaterThan(COUNT / 8);
      expect(count).toBeLessThan(COUNT * 0.7);
    }
  });

  it('carry their captions as numbers that the meaning of the column can read', async () => {
    const { words } = data.read([7, 2]);
    const { meanings } = data;
    expect(words.shape).toEqual([16]);
    expect(words.data).toEqual(
      Int32Array.from([
        ...readWords(meanings.words, data.caption(7)),
        ...readWords(meanings.words, data.caption(2)),
      ]),
    );
    expect(faces({ seed: 11 }).caption(7)).toBe(data.caption(7));
    const captions = Array.from({ length: COUNT }, (_, i) => data.caption(i));
    expect([...meanings.words.vocabulary].sort()).toEqual(buildVocabulary(captions).sort());
    for (const caption of captions) expect(() => readWords(meanings.words, caption)).not.toThrow();
    expect(await readMeaning('words', meaningsOf(data).words, 'blue hair')).toEqual({
      data: readWords(meanings.words, 'blue hair'),
      shape: [16],
    });
    expect(meanings.label).toEqual({ kind: 'class', names: FACE_ATTRIBUTES.hair });
  });

  it('refuse an unknown label and an index past the end', () => {
    const label = 'nose' as 'hair';
    expect(() => faces({ label })).toThrow(
      new ArgumentError("faces: label must be hair, eyes, style, mouth, skin, got 'nose'"),
    );
    expect(() => data.read([COUNT])).toThrow(
      new DataError(`read: 'faces' has examples 0 to ${COUNT - 1}, got ${COUNT}`),
    );
    expect(() => data.attributes(-1)).toThrow(DataError);
  });
});

describe('readFace', () => {
  it('tells hair and eyes of drawn faces in 98 of 100', () => {
    const { hair, eyes } = accuracy((pixels) => pixels);
    expect(hair).toBeGreaterThanOrEqual(0.98);
    expect(eyes).toBeGreaterThanOrEqual(0.98);
  });

  it('reads floats in [−1, 1] as it reads bytes', () => {
    for (let i = 0; i < 50; i++) {
      const floats = Float32Array.from(pixelsOf(i), (value) => value / 127.5 - 1);
      const [bytes, again] = [readFace(pixelsOf(i)), readFace(floats)];
      expect(again).toMatchObject({ hair: bytes.hair, eyes: bytes.eyes });
      expect(Math.abs(again.hairMargin - bytes.hairMargin)).toBeLessThan(1e-3);
    }
  });

  it('stands noise such as a generator leaves', () => {
    const { hair, eyes } = accuracy((pixels, i) => {
      const draws = new Draws(1, i);
      return Uint8Array.from(pixels, (value) => Math.min(255, Math.max(0, value + 20 * draws.normal())));
    });
    expect(hair).toBeGreaterThanOrEqual(0.98);
    expect(eyes).toBeGreaterThanOrEqual(0.95);
  });

  it('does no better than chance on faces whose colours have been taken away', () => {
    const { hair, eyes } = accuracy((pixels) => {
      const grey = pixels.slice();
      for (let i = 0; i < grey.length; i += 3) grey.fill(pixels[i + 1]!, i, i + 3);
      return grey;
    });
    expect(eyes).toBeLessThan(0.5);
    expect(hair).toBeLessThan(0.5);
  });

  it('is surer of a drawn face than of a flat grey one', () => {
    const grey = readFace(new Uint8Array(3072).fill(128));
    let sum = 0;
    for (let i = 0; i < 100; i++) sum += readFace(pixelsOf(i)).hairMargin;
    expect(sum / 100).toBeGreaterThan(0.6);
    expect(grey.hairMargin).toBeLessThan(0.5);
  });

  it('refuses another size', () => {
    expect(() => readFace(new Uint8Array(10))).toThrow(
      new ShapeError('readFace: pixels must be [32,32,3], 3072 values, got 10'),
    );
  });
});
