import { ArgumentError, DataError } from '../errors';
import { readFileBytes } from '../util/files';
import { nodeModule } from '../util/host';
import type { FileEntry } from './images';

/** More files than this are not a data set for memory. */
const MAX_FILES = 2_000_000;

/** Whether a path is a folder; undefined where there is nothing. */
export async function isFolder(path: string): Promise<boolean | undefined> {
  const { stat } = await nodeModule<typeof import('node:fs/promises')>('node:fs/promises');
  try {
    return (await stat(path)).isDirectory();
  } catch {
    return undefined;
  }
}

/**
 * All files below a folder, in no promised order. Links to folders are not followed, so there is no circle.
 *
 * @throws {ArgumentError} if a folder cannot be read.
 */
export async function listFolder(folder: string): Promise<FileEntry[]> {
  const { readdir } = await nodeModule<typeof import('node:fs/promises')>('node:fs/promises');
  const entries: FileEntry[] = [];
  const waiting = [''];
  while (waiting.length > 0) {
    const below = waiting.pop()!;
    const where = below === '' ? folder : `${folder}/${below}`;
    const found = await readdir(where, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      throw new ArgumentError(`openData: path must be a readable folder, got '${where}': ${error.code}`);
    });
    for (const item of found) {
      const path = below === '' ? item.name : `${below}/${item.name}`;
      if (item.isDirectory()) waiting.push(path);
      else entries.push({ path, read: () => readFileBytes(`${folder}/${path}`) });
    }
    if (entries.length > MAX_FILES)
      throw new DataError(`openData: '${folder}' must hold at most ${MAX_FILES} files, got more`);
  }
  return entries;
}
