import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../src/data/open';
import { pairedImages } from '../../src/data/paired-images';
import { ArgumentError, DataError } from '../../src/errors';
import { writePng } from '../../src/formats/png';

const root = mkdtempSync(join(tmpdir(), 'kallima-pairs-'));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, bytes);
  return whole;
}

/** A flat image. */
function png(value: number, side: number, channels: 1 | 3): Uint8Array {
  return writePng({
    width: side,
    height: side,
    channels,
    data: new Uint8Array(side * side * channels).fill(value),
  });
}

for (const [name, value] of [
  ['1.png', 1],
  ['1-b.png', 2],
  ['deep/10.png', 3],
] as const) {
  put(`front/${name}`, png(value, 2, 1));
  put(`side/${name}`, png(10 * value, 4, 3));
}
const [front, side] = [join(root, 'front'), join(root, 'side')];
const zip = put(
  'views.zip',
  zipSync({
    'data/2/7.png': png(1, 2, 3),
    'data/2/8.png': png(2, 2, 3),
    'data/20/7.png': png(9, 2, 3),
    'data/1/8.png': png(20, 2, 3),
    'data/1/7.png': png(10, 2, 3),
  }),
);

describe('pairedImages', () => {
  it('joins images of equal names, each side in its own size and colours', async () => {
    const source = await pairedImages(front, side);
    expect(source).toMatchObject({
      size: 3,
      shapes: { a: [2, 2, 1], b: [4, 4, 3] },
      name: `${front} → ${side}`,
      meanings: { a: { kind: 'image' } },
    });
    for (let i = 0; i < 3; i++) {
      const { a, b } = source.read([i]);
      expect(b.data[0]).toBe(10 * a.data[0]!);
    }
  });

  it('takes folders in a zip, and leaves their neighbours alone', async () => {
    const source = await pairedImages(`${zip}/data/2`, `${zip}/data/1/`);
    expect(source.size).toBe(2);
    for (let i = 0; i < 2; i++) {
      const { a, b } = source.read([i]);
      expect(b.data[0]).toBe(10 * a.data[0]!);
    }
  });

  it('joins a JPEG and a PNG by their stem, in whatever order their endings would stand', async () => {
    const mixed = join(root, 'mixed');
    // By whole names `x-2.png` comes before `x.png`, by stems after it.
    for (const [name, value] of [
      ['x.png', 4],
      ['x-2.png', 5],
    ] as const) {
      put(`mixed/a/${name}`, png(value, 2, 1));
      put(`mixed/b/${name.replace('.png', '.PNG')}`, png(10 * value, 2, 1));
    }
    const { a, b } = (await pairedImages(join(mixed, 'a'), join(mixed, 'b'))).read([0, 1]);
    expect([...b.data]).toEqual([...a.data].map((value) => 10 * value));
  });

  it('brings both sides to one size where asked', async () => {
    const source = await pairedImages(front, side, { size: 3, channels: 3 });
    expect(source.shapes).toEqual({ a: [3, 3, 3], b: [3, 3, 3] });
  });

  it('names an image without a partner', async () => {
    await expect(pairedImages(`${zip}/data/2`, `${zip}/data/20`)).rejects.toThrow(
      new DataError(
        `pairedImages: every image must have its pair, got 1 of '${zip}/data/2' without one in '${zip}/data/20', e.g. '8.png'; remove them, or give the pairs equal names`,
      ),
    );
    await expect(pairedImages(`${zip}/data/20`, `${zip}/data/2`)).rejects.toThrow(DataError);
  });

  it('refuses names that meet twice on one side', async () => {
    put('twice/1.png', png(1, 2, 1));
    put('twice/1.jpg', png(1, 2, 1));
    await expect(pairedImages(join(root, 'twice'), join(root, 'twice'))).rejects.toThrow(
      'pairedImages: names must be told apart without their endings, got 2 files and 1 names',
    );
  });

  it('refuses a path with nothing there, or without images', async () => {
    for (const path of [join(root, 'none'), `${zip}/data/3`, join(front, '1.png'), `${front}/1.png/x`]) {
      await expect(pairedImages(path, side)).rejects.toThrow(ArgumentError);
    }
    put('texts/a.txt', Uint8Array.of(1));
    await expect(pairedImages(join(root, 'texts'), side)).rejects.toThrow(DataError);
  });
});

describe('openData on a folder in a zip', () => {
  it('reads that folder only', async () => {
    const source = await openData(`${zip}/data/1`);
    expect(source).toMatchObject({ size: 2, shapes: { x: [2, 2, 3] } });
    expect(source.classes).toBeUndefined();
    expect((await openData(`${zip}/data`)).classes).toEqual(['1', '2', '20']);
  });

  it('says that there is nothing where there is no such folder', async () => {
    await expect(openData(`${zip}/data/3`)).rejects.toThrow('no such file or folder');
  });
});
