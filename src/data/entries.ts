import { isZip, readZip } from '../formats/zip';
import { readFileBytes } from '../util/files';
import { isFolder, listFolder } from './folder';
import type { FileEntry } from './images';

/** Files of a zip as those of a folder. */
export function zipEntries(bytes: Uint8Array, name: string): FileEntry[] {
  return readZip(bytes, name).map((entry): FileEntry => ({ path: entry.name, read: entry.read }));
}

/**
 * The files of a folder, of a zip, or of a folder in a zip (`pictures.zip/data/2`), their paths relative to it;
 * undefined where the path is none of these.
 *
 * @throws {ArgumentError} if a folder or file cannot be read.
 * @throws {FormatError} if the zip is damaged.
 */
export async function entriesAt(path: string): Promise<FileEntry[] | undefined> {
  const whole = path.replace(/\/+$/, '');
  // From the whole path up to its first part: what is missing on disk may lie in a file further up.
  for (let end = whole.length; end > 0; end = whole.lastIndexOf('/', end - 1)) {
    const found = await isFolder(whole.slice(0, end));
    if (found === undefined) continue;
    if (found) return end === whole.length ? listFolder(whole) : undefined;
    const bytes = await readFileBytes(whole.slice(0, end));
    if (!isZip(bytes)) return undefined;
    const below = whole.slice(end + 1);
    const entries = zipEntries(bytes, whole.slice(0, end));
    if (below === '') return entries;
    const inside = entries
      .filter((entry) => entry.path.startsWith(`${below}/`))
      .map((entry): FileEntry => ({ path: entry.path.slice(below.length + 1), read: entry.read }));
    return inside.length > 0 ? inside : undefined;
  }
  return undefined;
}
