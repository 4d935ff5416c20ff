import { DataError } from '../errors';
import { readFileBytes } from '../util/files';
import { entriesAt } from './entries';
import { type FileEntry, imageEntries } from './images';

/**
 * The PNG and JPEG files at a path (Node), in the order of their names: of a folder, of a zip, or the one file.
 *
 * @throws {ArgumentError} if there is nothing at `path`.
 * @throws {DataError} if there is no image.
 */
export async function imageFiles(path: string): Promise<FileEntry[]> {
  const entries = (await entriesAt(path)) ?? [await oneFile(path)];
  const found = imageEntries(entries);
  if (found.length === 0) throw new DataError(`imageFiles: '${path}' must be or hold PNG or JPEG, got none`);
  return found;
}

async function oneFile(path: string): Promise<FileEntry> {
  const bytes = await readFileBytes(path);
  return { path: path.split('/').pop()!, read: () => bytes };
}
