import { ArgumentError, DataError, FormatError } from '../errors';
import { CIFAR_RECORD, CIFAR10_CLASSES, readCifar10 } from '../formats/cifar';
import { isGzip, isIdx, readIdx } from '../formats/idx';
import { inflate, inflateHead } from '../formats/inflate';
import { isJpeg } from '../formats/jpeg';
import { isNpy, readNpy } from '../formats/npy';
import { isPng } from '../formats/png-chunks';
import { isWav } from '../formats/wav';
import { isZip } from '../formats/zip';
import { readFileBytes } from '../util/files';
import { formatShape } from '../util/shape';
import { type CsvOptions, fromArray, fromCsv, type Labels } from './arrays';
import { entriesAt, zipEntries } from './entries';
import { isFolder, listFolder } from './folder';
import { type FileEntry, type ImageOptions, imageData, imageEntries } from './images';
import { type SoundOptions, soundData, soundEntries } from './sound/sounds';
import type { DataSource } from './source';
import { type CaptionOptions, captionedData } from './words/captioned';

export interface OpenOptions extends ImageOptions, CsvOptions {
  /** Of a folder or zip: whether a file is taken, by its path within; default all. */
  readonly select?: (path: string) => boolean;
  /** Of a folder or zip of WAV files: how they are read. */
  readonly sound?: SoundOptions;
  /**
   * Path of a table (TSV or CSV) with a caption for each image of a folder or zip. The data then has the columns `x`
   * and `words`, see {@link captionedData}.
   */
  readonly captions?: string;
  /** How that table is read, and which words count. */
  readonly captionOptions?: CaptionOptions;
}

/** What a gzipped CSV may unpack to. */
const MAX_TEXT = 2 ** 30;
const IDX_IMAGES = /images([-.])idx\d/;
const CIFAR_BATCH = /^(data_batch_\d+|test_batch)\.bin$/;
const ACCEPTED = 'an IDX file, a folder or zip of PNG, JPEG or WAV, CIFAR-10 .bin, CSV or .npy';

/**
 * Opens data on disk (Node), telling the format by content and name:
 * - IDX, gzipped or not; `…-images-idx3-ubyte` takes the labels beside it; a folder of them, `train…` first;
 * - a folder or zip of PNG and JPEG, or a folder in a zip (`pictures.zip/data/2`), sub-folders being classes;
 * - a folder or zip of WAV (and no image), see {@link soundData}: the column is `sound`;
 * - CIFAR-10's binary batches, one `.bin` or their folder (training batches only);
 * - CSV (gzipped or not): points, or with `imageShape` images, one a line;
 * - `.npy`: uint8 images `[N,H,W]`, `[N,H,W,C]`, float images in [−1, 1], or points `[N,D]`.
 *
 * Columns are `x`, and `label` where there are labels, or `words` where there are captions. Pixels stay uint8.
 *
 * @throws {ArgumentError} if there is nothing at `path`, or an option is out of range.
 * @throws {FormatError} if a file is of no such format, damaged, cut short or lies about its size.
 * @throws {DataError} if the data is empty, of mixed sizes, or holds NaN.
 */
export async function openData(path: string, options: OpenOptions = {}): Promise<DataSource> {
  const { size, channels } = options;
  if (size !== undefined && (!Number.isInteger(size) || size < 1 || size > 4096)) {
    throw new ArgumentError(`openData: size must be a whole number from 1 to 4096, got ${size}`);
  }
  if (channels !== undefined && channels !== 1 && channels !== 3) {
    throw new ArgumentError(`openData: channels must be 1 or 3, got ${channels}`);
  }
  if (options.captions !== undefined) return openCaptioned(path, options.captions, options);
  const folder = await isFolder(path);
  if (folder === undefined) {
    const entries = await entriesAt(path);
    if (entries) return fromEntries(entries, path, options);
    throw new ArgumentError(
      `openData: path must be ${ACCEPTED}, or a built-in name, got '${path}': no such file or folder`,
    );
  }
  const source = await (folder ? openFolder(path.replace(/\/+$/, ''), options) : openFile(path, options));
  const pixels = source.shapes.x?.length === 3;
  if (!pixels && (size !== undefined || channels !== undefined)) {
    throw new DataError(
      `openData: size and channels are for images, got '${path}' of shape ${formatShape(source.shapes.x ?? source.shapes.sound!)}; leave them out`,
    );
  }
  return source;
}

async function openCaptioned(path: string, captions: string, options: OpenOptions): Promise<DataSource> {
  const entries = await entriesAt(path);
  if (!entries) {
    throw new ArgumentError(
      `openData: captions go with a folder or zip of PNG or JPEG, got '${path}', which is none`,
    );
  }
  return captionedData(selected(entries, options), await readFileBytes(captions), path, {
    ...options,
    ...options.captionOptions,
  });
}

async function openFolder(path: string, options: OpenOptions): Promise<DataSource> {
  const entries = selected(await listFolder(path), options);
  const idx = entries
    .map((entry) => entry.path)
    .filter((name) => IDX_IMAGES.test(name))
    .sort();
  const best = idx.find((name) => name.split('/').pop()!.startsWith('train')) ?? idx[0];
  if (best) return openFile(`${path}/${best}`, options);
  const batches = entries
    .filter((entry) => CIFAR_BATCH.test(entry.path.split('/').pop()!))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  if (batches.length > 0 && imageEntries(entries).length === 0) return openCifar(batches, path, options);
  return fromEntries(entries, path, options);
}

function selected(entries: readonly FileEntry[], { select }: OpenOptions): readonly FileEntry[] {
  return select ? entries.filter((entry) => select(entry.path)) : entries;
}

/** Images, or sounds where there are no images. */
function fromEntries(all: readonly FileEntry[], path: string, options: OpenOptions): Promise<DataSource> {
  const entries = selected(all, options);
  const sounds = imageEntries(entries).length === 0 && soundEntries(entries).length > 0;
  return sounds ? soundData(entries, path, options.sound) : imageData(entries, path, options);
}

async function openCifar(
  batches: readonly FileEntry[],
  path: string,
  options: OpenOptions,
): Promise<DataSource> {
  const training = batches.filter((entry) => !entry.path.endsWith('test_batch.bin'));
  const images: Uint8Array[] = [];
  const labels: number[] = [];
  for (const entry of training.length > 0 ? training : batches) {
    const batch = readCifar10(await entry.read(), `${path}/${entry.path}`);
    images.push(batch.images);
    labels.push(...batch.labels);
  }
  const data = new Uint8Array(images.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of images) {
    data.set(part, at);
    at += part.length;
  }
  return cifarSource(data, Int32Array.from(labels), path, options);
}

function cifarSource(data: Uint8Array, labels: Int32Array, path: string, options: OpenOptions): DataSource {
  return fromArray({ shape: [labels.length, 32, 32, 3], data }, path, options, {
    data: labels,
    classes: CIFAR10_CLASSES,
  });
}

async function openFile(path: string, options: OpenOptions): Promise<DataSource> {
  const bytes = await readFileBytes(path);
  if (bytes.length === 0) throw new DataError(`openData: '${path}' must not be empty, got 0 bytes`);
  if (isNpy(bytes)) return fromArray(readNpy(bytes, path), path, options);
  if (isZip(bytes)) return fromEntries(zipEntries(bytes, path), path, options);
  if (isPng(bytes) || isJpeg(bytes)) {
    throw new DataError(
      `openData: path must be a set of images, got one, '${path}'; pass the folder it lies in`,
    );
  }
  if (isWav(bytes)) {
    throw new DataError(
      `openData: path must be a set of sounds, got one, '${path}'; pass the folder it lies in`,
    );
  }
  if (path.endsWith('.bin') && bytes.length % CIFAR_RECORD === 0) {
    const { images, labels } = readCifar10(bytes, path);
    return cifarSource(images, labels, path, options);
  }
  const packed = isGzip(bytes);
  const head = packed ? inflateHead('gzip', bytes, 4096, path) : bytes.subarray(0, 4096);
  if (isIdx(head) || /idx\d(-ubyte)?(\.gz)?$/.test(path)) {
    return fromArray(readIdx(bytes, path), path, options, await labelsBeside(path));
  }
  if (isText(head)) {
    return fromCsv(packed ? inflate('gzip', bytes, MAX_TEXT, path) : bytes, path, options);
  }
  throw new FormatError(
    `openData: '${path}' must be ${ACCEPTED}, got ${bytes.length} bytes of no known format; raw arrays have no shape: save them as .npy`,
  );
}

/** Whether the bytes can be a line of CSV: printable, tabs and line ends, with a digit among them. */
function isText(head: Uint8Array): boolean {
  return (
    head.every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13) &&
    head.some((byte) => byte >= 48 && byte <= 57)
  );
}

/** `train-labels-idx1-ubyte.gz` (or not gzipped) for `train-images-idx3-ubyte.gz`. */
async function labelsBeside(path: string): Promise<Labels | undefined> {
  const at = path.search(/[^/]*$/);
  const plain = path.slice(at).replace(/\.gz$/, '');
  if (!IDX_IMAGES.test(plain)) return undefined;
  const stem = path.slice(0, at) + plain.replace(IDX_IMAGES, 'labels$1idx1');
  for (const name of [stem, `${stem}.gz`]) {
    if ((await isFolder(name)) !== false) continue;
    const { shape, data } = readIdx(await readFileBytes(name), name);
    if (shape.length !== 1)
      throw new DataError(
        `openData: labels must have one axis, got shape ${formatShape(shape)} in '${name}'`,
      );
    return { data: Int32Array.from(data) };
  }
  return undefined;
}
