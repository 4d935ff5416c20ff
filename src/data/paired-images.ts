import { ArgumentError, DataError } from '../errors';
import { printable } from '../util/text';
import { arrayData } from './array';
import { entriesAt } from './entries';
import { type FileEntry, type ImageOptions, readImages, requireImages } from './images';
import type { DataSource } from './source';

/** Two pictures that belong together: `a` is translated, `b` is what it should become. */
export type PairedData = DataSource<'a' | 'b'>;

const stem = (path: string): string => path.replace(/\.[^./]*$/, '');

async function imagesAt(path: string): Promise<FileEntry[]> {
  const entries = await entriesAt(path);
  if (!entries) {
    throw new ArgumentError(
      `pairedImages: paths must be folders, zips or folders in a zip, got '${path}': no such thing`,
    );
  }
  return requireImages(entries, path);
}

/** Refuses an image whose name is not among those of the other side. */
function checkPartners(
  files: readonly FileEntry[],
  others: ReadonlySet<string>,
  here: string,
  there: string,
) {
  const alone = files.filter((file) => !others.has(stem(file.path)));
  if (alone.length > 0) {
    throw new DataError(
      `pairedImages: every image must have its pair, got ${alone.length} of '${here}' without one in '${there}', e.g. '${printable(alone[0]!.path)}'; remove them, or give the pairs equal names`,
    );
  }
}

/**
 * Pairs of images from two folders or zips (Node): those with the same path below them belong together, whatever
 * the ending. `a` and `b` are uint8, `[height, width, channels]`, and may differ in size from each other.
 *
 * @param a, b folder, zip, or folder in a zip: `tinyhero64.zip/data/2`.
 * @throws {ArgumentError} if there is nothing at a path.
 * @throws {DataError} if an image has no partner, names meet twice on one side, or sizes are mixed.
 * @throws {FormatError} naming a file that cannot be read.
 */
export async function pairedImages(a: string, b: string, options: ImageOptions = {}): Promise<PairedData> {
  const [from, to] = [await imagesAt(a), await imagesAt(b)];
  const names = (files: readonly FileEntry[], where: string): Set<string> => {
    const stems = new Set(files.map((file) => stem(file.path)));
    if (stems.size < files.length) {
      throw new DataError(
        `pairedImages: names must be told apart without their endings, got ${files.length} files and ${stems.size} names in '${where}'`,
      );
    }
    return stems;
  };
  const [fromNames, toNames] = [names(from, a), names(to, b)];
  checkPartners(from, toNames, a, b);
  checkPartners(to, fromNames, b, a);
  // By name without ending, or `x.jpg` and `x-2.png` could be told in another order than their partners.
  const inOrder = (files: FileEntry[]): FileEntry[] =>
    files
      .map((file) => ({ path: stem(file.path), file }))
      .sort((one, other) => (one.path < other.path ? -1 : 1))
      .map(({ file }) => file);
  const [left, right] = [
    await readImages(inOrder(from), a, options),
    await readImages(inOrder(to), b, options),
  ];
  return arrayData(
    { a: left, b: right },
    { name: `${a} → ${b}`, meanings: { a: { kind: 'image' }, b: { kind: 'image' } } },
  );
}
