import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { pairByLabel } from '../../src/data/pair-by-label';
import { ArgumentError, DataError } from '../../src/errors';

/** Each value tells its label and number: label + number / 100. */
function source(column: string, labels: readonly number[], classes?: readonly string[]) {
  const values = Float32Array.from(labels, (label, i) => label + i / 100);
  return arrayData<string>(
    { [column]: { data: values, shape: [1] }, label: { data: Int32Array.from(labels), shape: [] } },
    { name: column, classes },
  );
}

const images = source('x', [0, 1, 1, 2, 2, 2]);
const sounds = source('sound', [2, 1, 0, 0, 1, 2, 1, 0], ['0', '1', '2']);
const all = (size: number) => Array.from({ length: size }, (_, i) => i);

describe('pairByLabel', () => {
  it('joins examples of the same label', () => {
    const pairs = pairByLabel({ x: images, sound: sounds }, { partners: 5 });
    expect(pairs.size).toBe(40);
    expect(pairs.shapes).toEqual({ x: [1], sound: [1], label: [] });
    expect(pairs.classes).toEqual(['0', '1', '2']);
    expect(pairs.name).toBe('x + sound');
    const { x, sound, label } = pairs.read(all(40));
    label.data.forEach((value, i) => {
      expect(Math.floor(x.data[i]!)).toBe(value);
      expect(Math.floor(sound.data[i]!)).toBe(value);
      // The sounds in their order, over and over.
      expect(sound.data[i]).toBe(sounds.read([i % 8]).sound!.data[0]);
    });
  });

  it('gives an example other partners each time, and in the end all of its label', () => {
    const pairs = pairByLabel({ x: images, sound: sounds }, { partners: 40 });
    const met = (index: number) =>
      new Set(pairs.read(Array.from({ length: 40 }, (_, pass) => index + 8 * pass)).x.data);
    expect([...met(0)].sort()).toEqual([2.03, 2.04, 2.05].map(Math.fround));
    expect(met(2).size).toBe(1);
    expect(met(6).size).toBe(2);
  });

  it('is a function of seed and index', () => {
    const read = (seed: number, indices: number[]) => [
      ...pairByLabel({ x: images, sound: sounds }, { seed }).read(indices).x.data,
    ];
    const some = [3, 70, 11, 500];
    expect(read(1, some)).toEqual(some.flatMap((index) => read(1, [index])));
    expect(read(1, all(100))).not.toEqual(read(2, all(100)));
  });

  it('compares classes by name', () => {
    const named = source('x', [0, 1], ['one', 'zero']);
    const other = source('sound', [0, 1, 1], ['zero', 'one']);
    const { x, sound, label } = pairByLabel({ x: named, sound: other }).read([0, 1, 2]);
    expect([...sound.data].map(Math.floor)).toEqual([0, 1, 1]);
    expect([...x.data].map(Math.floor)).toEqual([1, 0, 0]);
    expect([...label.data]).toEqual([1, 0, 0]);
  });

  it('takes the only other column under the name that it is given', () => {
    const pairs = pairByLabel({ a: images, b: sounds });
    expect(pairs.shapes).toEqual({ a: [1], b: [1], label: [] });
  });

  it('carries what columns mean', () => {
    const meant = { ...sounds, meanings: { sound: { kind: 'image' } as const } };
    expect(pairByLabel({ x: images, sound: meant }).meanings).toEqual({ sound: { kind: 'image' } });
  });

  it('refuses labels without a partner', () => {
    const fewer = source('x', [0, 1]);
    expect(() => pairByLabel({ x: fewer, sound: sounds })).toThrow(
      new DataError(
        "pairByLabel: labels of 'sound' must be in 'x' too, got '2' without a partner; leave out its examples",
      ),
    );
    expect(() => pairByLabel({ sound: sounds, x: fewer })).toThrow(/got '2' without a partner/);
  });

  it('refuses what cannot be paired', () => {
    const bare = arrayData({ x: { data: Float32Array.of(1), shape: [1] } });
    expect(() => pairByLabel({ x: bare, sound: sounds })).toThrow(/'array' must have labels, got columns x/);
    const two = arrayData({
      a: { data: Float32Array.of(1), shape: [1] },
      b: { data: Float32Array.of(1), shape: [1] },
      label: { data: Int32Array.of(0), shape: [] },
    });
    expect(() => pairByLabel({ x: two })).toThrow(/must have a column x or one besides the label, got a, b/);
    expect(() => pairByLabel({})).toThrow(ArgumentError);
    expect(() => pairByLabel({ x: images }, { partners: 0 })).toThrow(/partners/);
    expect(() => pairByLabel({ x: images }).read([6 * 64])).toThrow(/has examples 0 to 383, got 384/);
  });
});
