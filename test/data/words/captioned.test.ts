import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { openData } from '../../../src/data/open';
import { captionedData } from '../../../src/data/words/captioned';
import { readWords } from '../../../src/data/words/encode';
import { ArgumentError, DataError, FormatError } from '../../../src/errors';
import { writePng } from '../../../src/formats/png';

const flat = (value: number, side = 2) =>
  writePng({ width: side, height: side, channels: 1, data: new Uint8Array(side * side).fill(value) });
const entry = (path: string, value: number) => ({ path, read: () => flat(value) });
const bytes = (text: string) => new TextEncoder().encode(text);

const entries = [entry('one/b.png', 20), entry('one/a.png', 10), entry('two/c.png', 30)];
const table = bytes(
  'file\tgroup\tcaption\nb.png\tG\tblue thing\na.png\tH\tred\none/a.png\tH\ta red thing\nother.png\tG\twho?\ntwo/c.png\tG\tgreen\n',
);

describe('captionedData', () => {
  it('joins images and captions by the names of the files, a row an example', async () => {
    const data = await captionedData(entries, table, 'pictures', { captionColumns: ['caption'] });
    expect(data).toMatchObject({
      name: 'pictures',
      size: 4,
      shapes: { x: [2, 2, 1], words: [3] },
      meanings: {
        words: { kind: 'words', length: 3, vocabulary: ['', 'red', 'thing', 'a', 'blue', 'green'] },
      },
    });
    const { x, words } = data.read([2, 0, 1, 3]);
    expect([...x.data].filter((_, i) => i % 4 === 0)).toEqual([10, 20, 10, 30]);
    expect([...words.data]).toEqual([3, 1, 2, 4, 2, 0, 1, 0, 0, 5, 0, 0]);
    expect(data.caption(2)).toBe('a red thing');
    expect(readWords(data.meanings.words, data.caption(2))).toEqual(words.data.subarray(0, 3));
    expect(() => data.read([4])).toThrow(DataError);
    expect(() => data.caption(-1)).toThrow(DataError);
  });

  it('takes all columns but the file as caption unless told, and a table without a header', async () => {
    const all = await captionedData(entries, table, 'pictures');
    expect(all.caption(0)).toBe('G blue thing');
    const bare = await captionedData(
      entries,
      bytes('a.png,one\nb.png,"two, too"\nc.png,three\n'),
      'pictures',
    );
    expect([0, 1, 2].map(bare.caption)).toEqual(['one', 'two, too', 'three']);
    const turned = await captionedData(
      entries,
      bytes('text,file\none,a.png\ntwo,b.png\nthree,c.png\n'),
      'pictures',
      {
        fileColumn: 'file',
      },
    );
    expect([0, 1, 2].map(turned.caption)).toEqual(['one', 'two', 'three']);
  });

  it('cuts captions and vocabularies where asked', async () => {
    const data = await captionedData(entries, table, 'pictures', {
      captionColumns: ['caption'],
      length: 2,
      minCount: 2,
    });
    expect(data.meanings.words).toEqual({ kind: 'words', length: 2, vocabulary: ['', 'red', 'thing'] });
    expect([...data.read([2]).words.data]).toEqual([1, 2]);
    await expect(captionedData(entries, table, 'pictures', { length: 0 })).rejects.toThrow(ArgumentError);
  });

  it('refuses images without a caption, or leaves them out', async () => {
    const partly = bytes('file,caption\na.png,red\nc.png,\nb.png,blue\n');
    await expect(captionedData(entries, partly, 'pictures')).rejects.toThrow(
      new DataError(
        "captions: each image of 'pictures' must have a caption, got none for 1 of 3, e.g. 'two/c.png'; describe them, or leave them out (uncaptioned: 'skip')",
      ),
    );
    const data = await captionedData(entries, partly, 'pictures', { uncaptioned: 'skip' });
    expect(data.size).toBe(2);
    expect([...data.read([1]).x.data]).toEqual([20, 20, 20, 20]);
  });

  it('does not guess which of two files of one name is meant', async () => {
    const twice = [...entries, entry('two/a.png', 40)];
    await expect(captionedData(twice, table, 'pictures')).rejects.toThrow(
      /got none for 1 of 4, e\.g\. 'two\/a\.png'/,
    );
  });

  it('refuses tables of other files, unknown columns, and none for the captions', async () => {
    await expect(captionedData(entries, bytes('file,caption\nx.png,red\n'), 'pictures')).rejects.toThrow(
      new DataError(
        "captions: the table must name images of 'pictures', e.g. 'one/a.png', got captions of 'x.png'; name the columns if they stand in another order",
      ),
    );
    await expect(captionedData(entries, table, 'pictures', { captionColumns: ['captions'] })).rejects.toThrow(
      new DataError(
        "captions: table of 'pictures' must have a column 'captions', got file, group, caption; nearest is 'caption'",
      ),
    );
    await expect(captionedData(entries, bytes('file\na.png\n'), 'pictures')).rejects.toThrow(
      /a column besides the files' names, got 'file'/,
    );
    await expect(captionedData(entries, bytes('file\tcaption\na.png\n'), 'pictures')).rejects.toThrow(
      FormatError,
    );
  });
});

describe('openData with captions', () => {
  const root = mkdtempSync(join(tmpdir(), 'kallima-captions-'));
  afterAll(() => rmSync(root, { recursive: true }));
  writeFileSync(join(root, 'captions.tsv'), table);
  writeFileSync(join(root, 'points.csv'), '1,2\n3,4\n');
  writeFileSync(
    join(root, 'pictures.zip'),
    zipSync({ 'one/a.png': flat(10, 6), 'one/b.png': flat(20), 'two/c.png': flat(30) }),
  );
  const captions = join(root, 'captions.tsv');

  it('opens a zip of images, resized, with their captions', async () => {
    const data = await openData(join(root, 'pictures.zip'), {
      captions,
      size: 4,
      captionOptions: { captionColumns: ['caption'] },
    });
    expect(data.shapes).toEqual({ x: [4, 4, 1], words: [3] });
    expect(data.size).toBe(4);
  });

  it('refuses captions of what holds no images, and a table that is not there', async () => {
    const path = join(root, 'points.csv');
    await expect(openData(path, { captions })).rejects.toThrow(
      new ArgumentError(
        `openData: captions go with a folder or zip of PNG or JPEG, got '${path}', which is none`,
      ),
    );
    await expect(openData(join(root, 'pictures.zip'), { captions: join(root, 'none.tsv') })).rejects.toThrow(
      ArgumentError,
    );
  });
});
