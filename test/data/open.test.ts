import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zipSync } from 'fflate';
import { encode as encodeJpeg } from 'jpeg-js';
import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../src/data/open';
import { ArgumentError, DataError, FormatError } from '../../src/errors';
import { writeNpy } from '../../src/formats/npy';
import { writePng } from '../../src/formats/png';
import { writeWav } from '../../src/formats/wav';
import { idx } from '../formats/idx-bytes';

const root = mkdtempSync(join(tmpdir(), 'kallima-open-'));
afterAll(() => rmSync(root, { recursive: true }));

function put(path: string, bytes: Uint8Array | string): string {
  const whole = join(root, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, bytes);
  return whole;
}

/** A flat image. */
function png(value: number, side = 2, channels: 1 | 3 = 1): Uint8Array {
  return writePng({
    width: side,
    height: side,
    channels,
    data: new Uint8Array(side * side * channels).fill(value),
  });
}

const ramp = (count: number) => Uint8Array.from({ length: count }, (_, i) => i);

describe('openData on IDX', () => {
  const images = put('idx/train-images-idx3-ubyte.gz', gzipSync(idx(8, [3, 2, 2], ramp(12))));
  put('idx/train-labels-idx1-ubyte', idx(8, [3], Uint8Array.of(7, 8, 9)));
  put('idx/t10k-images-idx3-ubyte', idx(8, [1, 2, 2], ramp(4)));

  it('takes the labels beside the images, from the file or from its folder', async () => {
    for (const path of [images, join(root, 'idx'), `${join(root, 'idx')}/`]) {
      const source = await openData(path);
      expect(source).toMatchObject({ size: 3, shapes: { x: [2, 2, 1], label: [] } });
      expect(source.read([2])).toMatchObject({
        x: { data: Uint8Array.of(8, 9, 10, 11) },
        label: { data: Int32Array.of(9) },
      });
    }
  });

  it('does without labels', async () => {
    const source = await openData(join(root, 'idx/t10k-images-idx3-ubyte'));
    expect(source.shapes).toEqual({ x: [2, 2, 1] });
  });

  it('resizes and colours', async () => {
    const source = await openData(images, { size: 1, channels: 3 });
    expect(source.shapes.x).toEqual([1, 1, 3]);
    expect(source.read([1]).x!.data).toEqual(Uint8Array.of(6, 6, 6));
  });

  it('refuses labels of another number', async () => {
    const path = put('odd/train-images-idx3-ubyte', idx(8, [3, 2, 2], ramp(12)));
    put('odd/train-labels-idx1-ubyte', idx(8, [2], ramp(2)));
    await expect(openData(path)).rejects.toThrow(
      new DataError(
        `arrayData: columns of '${path}' must hold the same number of examples, got 3 in 'x' and 2 in 'label'`,
      ),
    );
  });

  it('refuses no images, and labels alone', async () => {
    const none = put('none-images-idx3-ubyte', idx(8, [0, 2, 2], ramp(0)));
    await expect(openData(none)).rejects.toThrow(
      new DataError(`openData: '${none}' must hold at least one example, got shape [0,2,2]`),
    );
    const labels = join(root, 'idx/train-labels-idx1-ubyte');
    await expect(openData(labels)).rejects.toThrow(
      new DataError(
        `openData: '${labels}' must be images [N,H,W] or [N,H,W,C] of uint8, or points [N,D], got shape [3]`,
      ),
    );
  });
});

describe('openData on images', () => {
  const jpeg = new Uint8Array(
    encodeJpeg({ width: 2, height: 2, data: new Uint8Array(16).fill(200) }, 100).data,
  );

  it('takes sub-folders as classes, below what all share, in the order of paths', async () => {
    put('pics/all/cat/b.png', png(2));
    put('pics/all/cat/a.png', png(1));
    put('pics/all/ant/deep/z.png', png(3));
    put('pics/all/.hidden/h.png', png(9));
    put('pics/notes.txt', 'no image');
    const source = await openData(join(root, 'pics'));
    expect(source).toMatchObject({ size: 3, shapes: { x: [2, 2, 1] }, classes: ['ant', 'cat'] });
    const { x, label } = source.read([0, 1, 2]);
    expect([...x!.data]).toEqual([3, 3, 3, 3, 1, 1, 1, 1, 2, 2, 2, 2]);
    expect([...label!.data]).toEqual([0, 1, 1]);
  });

  it('reads a zip as it reads a folder, and colours grey ones among coloured ones', async () => {
    const path = put('pics.zip', zipSync({ 'd/1.png': png(5), 'd/2.jpg': jpeg, 'd/3.png': png(7) }));
    const source = await openData(path);
    expect(source.shapes).toEqual({ x: [2, 2, 3] });
    const { x } = source.read([0, 1, 2]);
    expect([...x!.data.subarray(0, 12)]).toEqual(new Array(12).fill(5));
    for (const value of x!.data.subarray(12, 24)) expect(Math.abs(value - 200)).toBeLessThan(4);
    expect([...x!.data.subarray(24)]).toEqual(new Array(12).fill(7));
  });

  it('refuses mixed sizes by naming two files and the remedy, and follows it', async () => {
    put('mixed/a.png', png(1, 2));
    put('mixed/b.png', png(1, 3));
    const path = join(root, 'mixed');
    await expect(openData(path)).rejects.toThrow(
      new DataError(
        `openData: images of '${path}' must have one size, got 2×2 in 'a.png' and 3×3 in 'b.png'; pass a size, e.g. 32`,
      ),
    );
    expect((await openData(path, { size: 4 })).shapes.x).toEqual([4, 4, 1]);
  });

  it('names the damaged file', async () => {
    const path = put('bad.zip', zipSync({ 'a.png': png(1), 'b/c.png': png(1).subarray(0, 40) }));
    await expect(openData(path)).rejects.toThrow(
      new FormatError(
        `readPng: '${path}/b/c.png' must end with an IEND chunk, got 40 bytes without one; the file is cut short`,
      ),
    );
    const other = put('fake/a.png', 'no picture');
    await expect(openData(dirname(other))).rejects.toThrow(
      new FormatError(
        `readImage: '${other}' must be a PNG or JPEG, got other bytes; remove it or save it again`,
      ),
    );
  });

  it('refuses a folder or zip without images, and one image alone', async () => {
    mkdirSync(join(root, 'empty'));
    await expect(openData(join(root, 'empty'))).rejects.toThrow(
      new DataError(`openData: '${join(root, 'empty')}' must hold PNG or JPEG images, got no file`),
    );
    const texts = put('texts.zip', zipSync({ 'a.txt': ramp(3), 'b.txt': ramp(3) }));
    await expect(openData(texts)).rejects.toThrow(
      new DataError(`openData: '${texts}' must hold PNG or JPEG images, got 2 other files, e.g. 'a.txt'`),
    );
    const one = put('one.png', png(1));
    await expect(openData(one)).rejects.toThrow(
      new DataError(`openData: path must be a set of images, got one, '${one}'; pass the folder it lies in`),
    );
  });
});

describe('openData on sounds', () => {
  const wav = (hertz: number) =>
    writeWav({ rate: 8000, samples: Float32Array.from({ length: 2000 }, (_, i) => Math.sin(hertz * i)) });

  it('reads a folder or zip of WAV, all files or those selected', async () => {
    const names = ['rec/0_a_0.wav', 'rec/0_a_9.wav', 'rec/1_a_9.wav'];
    for (const name of names) put(`spoken/${name}`, wav(0.2));
    put('spoken/rec/readme.txt', 'digits');
    const zip = put('spoken.zip', zipSync(Object.fromEntries(names.map((name) => [name, wav(0.2)]))));
    for (const path of [join(root, 'spoken'), zip]) {
      const source = await openData(path);
      expect(source).toMatchObject({
        size: 3,
        shapes: { sound: [32, 32, 1], label: [] },
        classes: ['0', '1'],
      });
      expect([...source.read([0, 1, 2]).label!.data]).toEqual([0, 0, 1]);
      const select = (file: string) => !file.endsWith('_0.wav');
      const options = { sound: { frames: 20, mels: 16, augment: { copies: 3 } } };
      const some = await openData(path, { select, ...options });
      expect(some).toMatchObject({ size: 8, shapes: { sound: [20, 16, 1] } });
    }
  });

  it('refuses one sound, options of images and a selection of nothing', async () => {
    const one = put('one.wav', wav(0.1));
    await expect(openData(one)).rejects.toThrow(
      new DataError(`openData: path must be a set of sounds, got one, '${one}'; pass the folder it lies in`),
    );
    const folder = join(root, 'spoken');
    await expect(openData(folder, { size: 32 })).rejects.toThrow(
      `openData: size and channels are for images, got '${folder}' of shape [32,32,1]; leave them out`,
    );
    await expect(openData(folder, { select: () => false })).rejects.toThrow(/got no file/);
  });
});

describe('openData on CIFAR-10', () => {
  const record = (label: number) => new Uint8Array(3073).fill(label);

  it('reads one batch, or the training batches of a folder', async () => {
    put('cifar/data_batch_2.bin', record(2));
    put('cifar/data_batch_1.bin', Uint8Array.from([...record(1), ...record(3)]));
    const test = put('cifar/test_batch.bin', record(9));
    const source = await openData(join(root, 'cifar'));
    expect(source).toMatchObject({ size: 3, shapes: { x: [32, 32, 3], label: [] } });
    expect(source.classes![1]).toBe('automobile');
    expect([...source.read([0, 1, 2]).label!.data]).toEqual([1, 3, 2]);
    expect((await openData(test)).read([0]).label!.data).toEqual(Int32Array.of(9));
  });
});

describe('openData on points', () => {
  it('reads CSV as images', async () => {
    const path = put('digits.csv', '0,8,16,4,7\n16,16,0,0,3\n');
    const options = { labelColumn: -1, imageShape: [2, 2, 1], imageRange: [0, 16] } as const;
    const source = await openData(path, options);
    expect(source.shapes).toEqual({ x: [2, 2, 1], label: [] });
    expect(source.read([1, 0])).toEqual({
      x: { data: Float32Array.of(1, 1, -1, -1, -1, 0, 1, -0.5), shape: [2, 2, 1] },
      label: { data: Int32Array.of(3, 7), shape: [] },
    });
    const grey = put('grey.csv', '0,255,51\n');
    expect((await openData(grey, { imageShape: [1, 1, 3] })).read([0]).x!.data).toEqual(
      Float32Array.of(-1, 1, -0.6),
    );
  });

  it('refuses CSV images of another size or range', async () => {
    const path = put('digits.csv', '0,8,16,4,7\n16,16,0,0,3\n');
    await expect(openData(path, { imageShape: [2, 2, 1] })).rejects.toThrow(
      `openData: imageShape must fit the 5 values of a line of '${path}', got [2,2,1]; set the label apart with labelColumn`,
    );
    const shape = { labelColumn: -1, imageShape: [2, 2, 1] } as const;
    await expect(openData(path, { ...shape, imageRange: [0, 8] })).rejects.toThrow(
      `openData: values of '${path}' must lie in 0 to 8, got 16 in row 0; give imageRange`,
    );
    await expect(openData(path, { ...shape, imageRange: [8, 8] })).rejects.toThrow(
      /must rise from black to white/,
    );
  });

  it('reads CSV, gzipped or not, and sets a label column apart', async () => {
    const path = put('points.csv', 'x,y,kind\n0.5,1,2\n-1,2,0\n');
    expect((await openData(path)).shapes).toEqual({ x: [3] });
    for (const labelColumn of ['kind', 2, -1]) {
      const { x, label } = (await openData(path, { labelColumn })).read([1]);
      expect(x!.data).toEqual(Float32Array.of(-1, 2));
      expect(label!.data).toEqual(Int32Array.of(0));
    }
    const packed = put('points.csv.gz', gzipSync(new TextEncoder().encode('1 2\n3 4')));
    expect((await openData(packed)).size).toBe(2);
  });

  it('refuses NaN by its line, an unknown label column, and broken labels', async () => {
    const path = put('nan.csv', '1,2\n3,NaN\n');
    await expect(openData(path)).rejects.toThrow(
      new FormatError(`readCsv: '${path}' must hold finite numbers, got 'NaN' on line 2, field 2`),
    );
    const named = put('named.csv', 'a,b\n1,2.5\n');
    await expect(openData(named, { labelColumn: 'c' })).rejects.toThrow(
      new DataError(`openData: label column of '${named}' must be one of a, b or 0 to 1, got 'c'`),
    );
    await expect(openData(named, { labelColumn: 'b' })).rejects.toThrow(
      new DataError(`openData: labels of '${named}' must be whole numbers, got 2.5 in row 0`),
    );
  });
});

describe('openData on npy', () => {
  it('reads bytes as images, floats as images or points', async () => {
    const images = put('u8.npy', writeNpy({ shape: [2, 2, 2], data: ramp(8) }));
    expect((await openData(images)).shapes).toEqual({ x: [2, 2, 1] });
    const floats = put(
      'f32.npy',
      writeNpy({ shape: [2, 1, 1, 3], data: Float32Array.of(-1, 0, 1, 0.5, 0, 0) }),
    );
    expect((await openData(floats)).read([1]).x!.data).toEqual(Float32Array.of(0.5, 0, 0));
    const points = put('points.npy', writeNpy({ shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 50, 60) }));
    expect((await openData(points)).read([2]).x!.data).toEqual(Float32Array.of(50, 60));
  });

  it('refuses NaN, pixels past 1, other shapes and channels', async () => {
    const nan = put('nan.npy', writeNpy({ shape: [2, 2], data: Float32Array.of(1, 2, 3, Number.NaN) }));
    await expect(openData(nan)).rejects.toThrow(
      new DataError(
        `arrayData: column 'x' of '${nan}' must be finite, got NaN in example 1; remove or repair that example`,
      ),
    );
    const wide = put('wide.npy', writeNpy({ shape: [1, 1, 1, 1], data: Float32Array.of(255) }));
    await expect(openData(wide)).rejects.toThrow(
      new DataError(
        `openData: float images of '${wide}' must lie in [-1, 1], got 255; scale them, or save them as uint8`,
      ),
    );
    const two = put('two.npy', writeNpy({ shape: [1, 2, 2, 2], data: ramp(8) }));
    await expect(openData(two)).rejects.toThrow(
      new DataError(`openData: images of '${two}' must have 1 or 3 channels, last axis, got shape [1,2,2,2]`),
    );
    const points = join(root, 'points.npy');
    await expect(openData(points, { size: 32 })).rejects.toThrow(
      new DataError(
        `openData: size and channels are for images, got '${points}' of shape [2]; leave them out`,
      ),
    );
  });
});

describe('openData on anything else', () => {
  const accepted = 'an IDX file, a folder or zip of PNG, JPEG or WAV, CIFAR-10 .bin, CSV or .npy';

  it('refuses it', async () => {
    const raw = put('raw.u8', ramp(200));
    await expect(openData(raw)).rejects.toThrow(
      new FormatError(
        `openData: '${raw}' must be ${accepted}, got 200 bytes of no known format; raw arrays have no shape: save them as .npy`,
      ),
    );
    const empty = put('empty.csv', '');
    await expect(openData(empty)).rejects.toThrow(
      new DataError(`openData: '${empty}' must not be empty, got 0 bytes`),
    );
    const nowhere = join(root, 'nowhere');
    await expect(openData(nowhere)).rejects.toThrow(
      new ArgumentError(
        `openData: path must be ${accepted}, or a built-in name, got '${nowhere}': no such file or folder`,
      ),
    );
  });

  it('refuses options out of range', async () => {
    await expect(openData(root, { size: 0 })).rejects.toThrow(
      new ArgumentError('openData: size must be a whole number from 1 to 4096, got 0'),
    );
    await expect(openData(root, { channels: 2 as 1 })).rejects.toThrow(
      new ArgumentError('openData: channels must be 1 or 3, got 2'),
    );
  });
});
