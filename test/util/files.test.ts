import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { makeFolder, readFileBytes, writeFileAtomic, writeFolderAtomic } from '../../src/util/files';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kallima-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('files', () => {
  it('replaces a file whole and leaves nothing beside it', async () => {
    const path = join(folder, 'a.bin');
    await writeFileAtomic(path, 'old text, longer than the new');
    await writeFileAtomic(path, new Uint8Array([1, 2, 3]));
    expect(await readFileBytes(path)).toEqual(new Uint8Array([1, 2, 3]));
    expect(await readdir(folder)).toEqual(['a.bin']);
  });

  it('makes a folder and those it lies in, once or twice', async () => {
    for (let i = 0; i < 2; i++) await makeFolder(join(folder, 'one', 'two'));
    expect(await readdir(join(folder, 'one'))).toEqual(['two']);
    await rm(join(folder, 'one'), { recursive: true });
  });

  it('gives up on a folder that cannot be made', async () => {
    const blocker = join(folder, 'blocker');
    await writeFile(blocker, 'here');
    await expect(makeFolder(blocker)).rejects.toThrow(`got '${blocker}': a file; choose another folder`);
    await expect(makeFolder(join(blocker, 'a'))).rejects.toThrow('a part of the path is not a folder');
    await rm(blocker);
  });

  it.runIf(process.platform === 'linux')('gives up where a folder takes no new ones', async () => {
    await expect(makeFolder('/proc/kallima/run')).rejects.toThrow(
      "got '/proc/kallima/run': no such file or folder",
    );
  });

  it('replaces a folder whole if it holds nothing else', async () => {
    const path = join(folder, 'model');
    const ours = /^part-\d\.bin$/;
    const write = (at: string, ...names: string[]) =>
      writeFolderAtomic(at, new Map(names.map((name, i) => [name, new Uint8Array([i])])), ours);
    await write(path, 'part-1.bin', 'part-2.bin');
    await write(`${path}/`, 'part-3.bin');
    expect(await readdir(path)).toEqual(['part-3.bin']);
    expect((await readdir(folder)).filter((name) => name.startsWith('model'))).toEqual(['model']);

    await writeFile(join(path, 'thesis.doc'), 'years of work');
    await expect(write(path, 'part-1.bin')).rejects.toThrow(
      `path must be a new folder, got '${path}', which holds 'thesis.doc'; choose another folder`,
    );
    expect(await readdir(path)).toEqual(['part-3.bin', 'thesis.doc']);
    await expect(write(join(path, 'part-3.bin'), 'part-1.bin')).rejects.toThrow(ArgumentError);
    await expect(write(join(folder, 'no', 'model'), 'part-1.bin')).rejects.toThrow(
      `got '${join(folder, 'no', 'model')}': no such file or folder`,
    );
    expect((await readdir(folder)).filter((name) => name.startsWith('model'))).toEqual(['model']);
    await rm(path, { recursive: true });
  });

  it('names the path and the reason when it cannot write, and writes nothing', async () => {
    const blocker = join(folder, 'file');
    await writeFile(blocker, 'here');
    for (const path of [join(folder, 'missing', 'a'), join(blocker, 'a')]) {
      const error = await writeFileAtomic(path, 'x').catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(ArgumentError);
      expect(String(error)).toContain(path);
    }
    expect(await readFile(blocker, 'utf8')).toBe('here');
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('removes the file written aside when renaming fails', async () => {
    const target = join(folder, 'target');
    await mkdir(target);
    await expect(writeFileAtomic(target, 'x')).rejects.toThrow(ArgumentError);
    expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    await expect(readFileBytes(folder)).rejects.toThrow('a folder');
    await expect(readFileBytes(join(folder, 'none'))).rejects.toThrow('no such file');
  });
});
