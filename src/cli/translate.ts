import { basename, extname, join } from 'node:path';
import {
  ArgumentError,
  type Column,
  type Direction,
  type FileEntry,
  imageData,
  imageFiles,
  loadSampler,
  type Sampler,
  type Shape,
  writePng,
} from '../index';
import { makeFolder, readFileBytes, writeFileAtomic } from '../util/files';
import { checkpointOf } from './checkpoint-of';
import { conditionOf } from './condition';
import { imageOf, rowsOf } from './gallery';
import { drawPicture, toByte } from './picture';
import { createReporter } from './reporter';
import type { TrainOptions } from './train';

export interface TranslateOptions {
  readonly in: string;
  readonly out: string;
  readonly direction?: string;
  readonly condition?: string;
  readonly seed?: number;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/**
 * `kallima translate`: images through a trained generator. One image becomes a PNG; several a folder of PNG of the
 * same names or, where `--out` is a .png, one picture of them: input | output (| back, where a direction leads back).
 */
export async function translate(source: string, options: TranslateOptions): Promise<void> {
  const { in: input, out, seed, backend, threads, json = false } = options;
  const path = await checkpointOf('translate', source);
  const files = await imageFiles(input);
  const intoPicture = extname(out).toLowerCase() === '.png';
  if (!intoPicture) requireNames(files, input);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  try {
    const { shapes } = sampler.header.data;
    const [name, direction] = chosen(sampler, options.direction);
    const image = imageOf(direction, sampler.header.data);
    if (image === undefined) {
      throw new ArgumentError(
        `translate: source must be a generator that takes an image, got '${source}'; use kallima sample`,
      );
    }
    const x = await readImages('translate', files, input, shapes[image]!);
    const given = conditionOf('translate', direction, sampler.header.data, options.condition);
    const values = await run(sampler, x, { direction: name, given, seed });
    const shape = shapes[direction.like]!;
    const output: Column = { data: values, shape };
    if (intoPicture) {
      const again =
        direction.back === undefined ? [] : [await run(sampler, output, { direction: direction.back, seed })];
      const back = again.map((data): Column => ({ data, shape: x.shape }));
      await writeFileAtomic(
        out,
        files.length === 1 ? pngOf(output, 0, 1) : strip([x, output, ...back], files.length),
      );
    } else {
      await makeFolder(out);
      for (const [i, file] of files.entries()) {
        await writeFileAtomic(join(out, pngName(file.path)), pngOf(output, i, files.length));
      }
    }
    createReporter(json).done(`${files.length} images by ${path}\nwritten to ${out}`, {
      count: files.length,
      direction: name,
      condition: options.condition,
      checkpoint: path,
      out,
    });
  } finally {
    sampler.dispose();
  }
}

function chosen({ directions }: Sampler, name: string | undefined): [string, Direction] {
  const names = Object.keys(directions);
  const asked = name ?? names[0]!;
  const direction = Object.hasOwn(directions, asked) ? directions[asked] : undefined;
  if (direction) return [asked, direction];
  throw new ArgumentError(`translate: --direction must be ${names.join(' or ')}, got '${asked}'`);
}

/** Resized to what the generator takes. */
export async function readImages(
  command: string,
  files: readonly FileEntry[],
  name: string,
  shape: Shape,
): Promise<Column> {
  const [height, width, channels] = shape as [number, number, number];
  if (channels !== 1 && channels !== 3) {
    throw new ArgumentError(
      `${command}: the generator must have images of 1 or 3 channels, got ${channels}; use the library`,
    );
  }
  const data = await imageData(files, name, { size: height === width ? height : undefined, channels });
  return data.read(Array.from({ length: data.size }, (_, i) => i)).x!;
}

async function run(
  sampler: Sampler,
  images: Column,
  options: Parameters<Sampler['translate']>[1],
): Promise<Float32Array> {
  const tensor = await sampler.translate(images, options);
  return tensor
    .data<'float32'>()
    .then((values) => Float32Array.from(values))
    .finally(() => tensor.dispose());
}

/** @throws {ArgumentError} if two images would be written to one file. */
function requireNames(files: readonly FileEntry[], input: string): void {
  const written = new Map<string, string>();
  for (const { path } of files) {
    const other = written.get(pngName(path));
    if (other !== undefined) {
      throw new ArgumentError(
        `translate: images of '${input}' must differ in name, got '${other}' and '${path}', both for ${pngName(path)}; rename one`,
      );
    }
    written.set(pngName(path), path);
  }
}

/** `a/b.jpg` → `b.png` */
function pngName(path: string): string {
  return `${basename(path, extname(path))}.png`;
}

/** One of several images, in its own size. */
function pngOf({ data, shape }: Column, index: number, count: number): Uint8Array {
  const size = data.length / count;
  const [height, width, channels] = shape as [number, number, 1 | 3];
  return writePng({
    height,
    width,
    channels,
    data: Uint8Array.from(data.subarray(index * size, (index + 1) * size), toByte),
  });
}

/** A row for each image, side by side where there is room. */
function strip(columns: readonly Column[], count: number): Uint8Array {
  const { values, count: tiles, shape, columns: across } = rowsOf(columns, count);
  return drawPicture(values, tiles, shape, { columns: across });
}
