import { DataError } from '../../errors';
import { readTable } from '../../formats/table';
import { requireInteger } from '../../util/require';
import { printable } from '../../util/text';
import { checkIndex } from '../array';
import { type FileEntry, type ImageOptions, readImages, requireImages } from '../images';
import type { Column, DataSource } from '../source';
import { type Caption, type CaptionColumns, captionsOf } from './captions';
import { encodeCaption } from './encode';
import { tokenize } from './tokenize';
import { buildVocabulary, type VocabularyOptions, type WordsMeaning } from './vocabulary';

/** How a table of captions is read, and which words count. */
export interface CaptionOptions extends CaptionColumns, VocabularyOptions {
  /** Words of a caption that count, what is beyond is cut off; default as many as the longest has. */
  readonly length?: number;
  /** What becomes of images without a caption: they are an error (the default), or are left out. */
  readonly uncaptioned?: 'error' | 'skip';
}

/** Images and what is said of them: `x` bytes `[height, width, channels]`, `words` int32 `[length]`. */
export interface CaptionedData extends DataSource<'x' | 'words'> {
  readonly meanings: DataSource<'x' | 'words'>['meanings'] & { readonly words: WordsMeaning };
  /** The caption of example `index` as the table has it. */
  caption(index: number): string;
}

/**
 * Images with captions from a table (TSV or CSV). Its first row names the columns, unless it begins with an image's
 * name; images are named by their path, or by its last part where
 * no other has it. A row is an example, so an image with two captions is in
 * the data twice; rows about other files are left out.
 *
 * @param entries of a folder or zip, the images among them.
 * @param table the table's bytes.
 * @param name of the folder or zip, for messages.
 * @throws {DataError} if an image has no caption, no image has one, a column is unknown, or images differ in size and
 *   no `size` is given.
 * @throws {FormatError} naming the image or the row that cannot be read.
 */
export async function captionedData(
  entries: readonly FileEntry[],
  table: Uint8Array,
  name: string,
  options: ImageOptions & CaptionOptions = {},
): Promise<CaptionedData> {
  if (options.length !== undefined) requireInteger('captionedData', 'length', options.length);
  const files = requireImages(entries, name);
  const known = filesByName(files);

  const rows = readTable(table, `captions of ${name}`);
  const captions = captionsOf(rows, name, options, (file) => known.has(file));
  const used = captions.filter(({ file }) => known.has(file));
  const captioned = new Set(used.map(({ file }) => known.get(file)!));
  checkCaptioned(files, captioned, captions, name, options.uncaptioned === 'skip');

  const read = files.filter((file) => captioned.has(file));
  const numbers = new Map(read.map((file, number) => [file, number]));
  return joined(
    name,
    await readImages(read, name, options),
    used.map(({ file }) => numbers.get(known.get(file)!)!),
    used.map(({ text }) => text),
    options,
  );
}

/** Files by path, and by its last part where no other file has the same. */
function filesByName(files: readonly FileEntry[]): Map<string, FileEntry> {
  const named = new Map<string, FileEntry>();
  const shared = new Set<string>();
  for (const file of files) {
    const last = file.path.slice(file.path.lastIndexOf('/') + 1);
    if (named.has(last)) shared.add(last);
    named.set(last, file);
  }
  for (const last of shared) named.delete(last);
  for (const file of files) named.set(file.path, file);
  return named;
}

function checkCaptioned(
  files: readonly FileEntry[],
  captioned: ReadonlySet<FileEntry>,
  captions: readonly Caption[],
  name: string,
  skip: boolean,
): void {
  const missing = files.filter((file) => !captioned.has(file));
  const first = printable(missing[0]?.path ?? '');
  if (captioned.size === 0) {
    const about = captions.length > 0 ? `captions of '${printable(captions[0]!.file)}'` : 'no caption';
    throw new DataError(
      `captions: the table must name images of '${name}', e.g. '${first}', got ${about}; name the columns if they stand in another order`,
    );
  }
  if (missing.length > 0 && !skip) {
    throw new DataError(
      `captions: each image of '${name}' must have a caption, got none for ${missing.length} of ${files.length}, e.g. '${first}'; describe them, or leave them out (uncaptioned: 'skip')`,
    );
  }
}

/** @param imageOf for each example, the number of its image. */
function joined(
  name: string,
  images: Column,
  imageOf: readonly number[],
  captions: readonly string[],
  options: CaptionOptions,
): CaptionedData {
  const vocabulary = buildVocabulary(captions, options);
  const longest = captions.reduce((most, text) => Math.max(most, tokenize(text).length), 0);
  const meaning: WordsMeaning = { kind: 'words', vocabulary, length: options.length ?? longest };
  const encoded = captions.map((text) => encodeCaption(meaning, text));
  const { data, shape } = images;
  const stride = data.length / new Set(imageOf).size;
  const size = captions.length;
  return {
    name,
    size,
    shapes: { x: shape, words: [meaning.length] },
    meanings: { words: meaning },
    caption(index) {
      checkIndex(name, index, size);
      return captions[index]!;
    },
    read(indices) {
      const x = new Uint8Array(stride * indices.length);
      const words = new Int32Array(meaning.length * indices.length);
      for (let i = 0; i < indices.length; i++) {
        const index = indices[i]!;
        checkIndex(name, index, size);
        const image = imageOf[index]!;
        x.set(data.subarray(image * stride, (image + 1) * stride), i * stride);
        words.set(encoded[index]!, i * meaning.length);
      }
      return { x: { data: x, shape }, words: { data: words, shape: [meaning.length] } };
    },
  };
}
