import { DataError, FormatError } from '../errors';
import { DEFAULT_BACKGROUND, type Image, type Rgb } from '../formats/image';
import { isJpeg, readJpeg } from '../formats/jpeg';
import { readPng } from '../formats/png';
import { isPng } from '../formats/png-chunks';
import { convertChannels, resizeImage } from '../formats/resample';
import { printable } from '../util/text';
import { arrayData } from './array';
import type { Column, DataSource } from './source';

/** How images are brought to one shape. */
export interface ImageOptions {
  /** Side in pixels: each image is cropped about its middle to a square and resampled to it. */
  readonly size?: number;
  /** 1: grey, 3: colour. Unless given, colour if any image has it. */
  readonly channels?: 1 | 3;
  /** What shows through transparent pixels; white unless given. */
  readonly background?: Rgb;
}

/** A file of a folder or zip that has not been read yet. */
export interface FileEntry {
  /** Relative to the folder or zip, with `/`. */
  readonly path: string;
  read(): Uint8Array | Promise<Uint8Array>;
}

const IMAGE_NAME = /\.(png|jpe?g)$/i;
/** Bytes that a data set may take in memory. */
const MAX_BYTES = 2 ** 32;

/** Entries whose names say PNG or JPEG, in the order of their paths; hidden files are left out. */
export function imageEntries(entries: readonly FileEntry[]): FileEntry[] {
  return entries
    .filter(
      ({ path }) =>
        IMAGE_NAME.test(path) && !path.split('/').some((part) => part.startsWith('.') || part === '__MACOSX'),
    )
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
}

/**
 * As {@link imageEntries}.
 *
 * @throws {DataError} if there is none.
 */
export function requireImages(entries: readonly FileEntry[], name: string): FileEntry[] {
  const files = imageEntries(entries);
  if (files.length > 0) return files;
  const others =
    entries.length === 0 ? 'no file' : `${entries.length} other files, e.g. '${printable(entries[0]!.path)}'`;
  throw new DataError(`openData: '${name}' must hold PNG or JPEG images, got ${others}`);
}

function readImage(bytes: Uint8Array, name: string, background: Rgb): Image {
  if (isPng(bytes)) return readPng(bytes, name, background);
  if (isJpeg(bytes)) return readJpeg(bytes, name);
  throw new FormatError(
    `readImage: '${name}' must be a PNG or JPEG, got other bytes; remove it or save it again`,
  );
}

/** Brings one image to what the options ask for. */
export function convertImage(image: Image, { size, channels }: ImageOptions): Image {
  const colored = channels === undefined ? image : convertChannels(image, channels);
  return size === undefined ? colored : resizeImage(colored, size, size);
}

/** Refuses what would not fit into memory, before it is made. */
export function checkMemory(name: string, count: number, bytesEach: number): void {
  if (count * bytesEach > MAX_BYTES) {
    const gib = ((count * bytesEach) / 2 ** 30).toFixed(1);
    throw new DataError(
      `openData: '${name}' must fit into ${MAX_BYTES / 2 ** 30} GiB, got ${count} images of ${gib} GiB in all; pass a smaller size`,
    );
  }
}

/** Below the folder that all paths share, the first folder of each: the classes, if there are several. */
export function folderClasses(
  paths: readonly string[],
): { classes: string[]; labels: Int32Array } | undefined {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  let shared = 0;
  while (folders[0]![shared] !== undefined && folders.every((parts) => parts[shared] === folders[0]![shared]))
    shared++;
  if (folders.some((parts) => parts[shared] === undefined)) return undefined;
  const classes = [...new Set(folders.map((parts) => parts[shared]!))];
  return { classes, labels: Int32Array.from(folders, (parts) => classes.indexOf(parts[shared]!)) };
}

/**
 * Reads PNG and JPEG files, at least one, into one column of uint8 images, in their order. Grey images among
 * coloured ones become coloured.
 *
 * @param name of the folder or zip, for messages.
 * @throws {DataError} if images differ in size and no `size` is given.
 * @throws {FormatError} naming the file that cannot be read.
 */
export async function readImages(
  files: readonly FileEntry[],
  name: string,
  options: ImageOptions = {},
): Promise<Column> {
  const background = options.background ?? DEFAULT_BACKGROUND;
  const load = async (file: FileEntry): Promise<Image> =>
    convertImage(readImage(await file.read(), `${name}/${printable(file.path)}`, background), options);

  const first = await load(files[0]!);
  const { width, height } = first;
  let channels = first.channels;
  checkMemory(name, files.length, width * height * 3);
  let data = new Uint8Array(files.length * width * height * channels);
  for (let i = 0; i < files.length; i++) {
    let image = i === 0 ? first : await load(files[i]!);
    if (image.width !== width || image.height !== height) {
      throw new DataError(
        `openData: images of '${name}' must have one size, got ${width}×${height} in '${printable(files[0]!.path)}' and ${image.width}×${image.height} in '${printable(files[i]!.path)}'; pass a size, e.g. 32`,
      );
    }
    if (image.channels > channels) {
      // The first coloured image: the grey ones so far become coloured too.
      const grey: Image = { width, height: height * files.length, channels: 1, data };
      data = convertChannels(grey, 3).data as Uint8Array<ArrayBuffer>;
      channels = 3;
    }
    if (image.channels < channels) image = convertChannels(image, channels);
    data.set(image.data, i * width * height * channels);
  }
  return { data, shape: [height, width, channels] };
}

/**
 * Images as a data set: column `x`, and `label` where every image lies in a sub-folder, which is its class.
 *
 * @param name of the folder or zip, for messages.
 * @throws {DataError} if there is no image, or if images differ in size and no `size` is given.
 * @throws {FormatError} naming the file that cannot be read.
 */
export async function imageData(
  entries: readonly FileEntry[],
  name: string,
  options: ImageOptions = {},
): Promise<DataSource> {
  const files = requireImages(entries, name);
  const x = await readImages(files, name, options);
  const found = folderClasses(files.map(({ path }) => path));
  if (!found) return arrayData({ x }, { name });
  return arrayData({ x, label: { data: found.labels, shape: [] } }, { name, classes: found.classes });
}
