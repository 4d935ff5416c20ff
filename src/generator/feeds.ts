import { readWords } from '../data/words/encode';
import { ArgumentError, ShapeError } from '../errors';
import type { GeneratorInput } from '../formats/generator-metadata';
import { type Latent, latentsOf } from '../latent/latent';
import { formatShape, type Shape, sizeOf } from '../util/shape';
import type { Feed } from './graph/compiled';
import { fitPixels, type ImageSource, readPixels } from './image';

/** A class by number or name, a caption, or the numbers of an example. */
export type Given = number | string | ArrayLike<number>;

/** What to make images from. */
export interface DrawOptions {
  /** Fixes the noise; default 0. */
  readonly seed?: number;
  /** Instead of the seed's: one for all, or one for each. */
  readonly latent?: Latent | readonly Latent[];
  /** What the generator is given besides, by input: `{ label: 3 }`, `{ words: 'red hair' }`; one for all, or a list. */
  readonly given?: Readonly<Record<string, Given | readonly Given[]>>;
  /** How many; default: as many as are given, or 1. */
  readonly count?: number;
}

/** All examples of one input. */
export interface Examples {
  readonly feed: Feed;
  /** Of one example. */
  readonly shape: Shape;
}

const IMAGE_ORDER = [0, 2, 3, 1];

/** How many examples the options ask for. */
export function countOf({ count, latent, given = {} }: DrawOptions, images: number): number {
  const lists = [latent, ...Object.values(given)].map((value) => (isList(value) ? value.length : 1));
  return count ?? Math.max(images, ...lists);
}

/** @throws {ArgumentError} if something is given that the model has no input for. */
export function checkGiven(inputs: readonly GeneratorInput[], { given = {}, latent }: DrawOptions): void {
  const wanted = inputs.filter(({ kind }) => kind !== 'latent' && kind !== 'image').map(({ name }) => name);
  const stranger = Object.keys(given).find((name) => !wanted.includes(name));
  if (stranger !== undefined) {
    throw new ArgumentError(
      `sample: given must be of the model's inputs ${wanted.join(', ') || '(it is given nothing)'}, got '${stranger}'`,
    );
  }
  if (latent && !inputs.some(({ kind }) => kind === 'latent')) {
    throw new ArgumentError(
      'sample: the model must take a latent, got a latent for one without; leave it out',
    );
  }
}

/** The numbers of `count` examples of an input. */
export function examplesOf(
  input: GeneratorInput,
  options: DrawOptions,
  image: ImageSource | undefined,
  count: number,
): Examples {
  const { name, shape } = input;
  if (input.kind === 'latent') {
    const size = sizeOf(shape);
    const latents = options.latent
      ? repeat(name, options.latent, count)
      : latentsOf(options.seed ?? 0, count, size, input.distribution);
    return {
      feed: {
        data: joined(
          name,
          latents.map(({ values }) => values),
          size,
        ),
      },
      shape,
    };
  }
  const given = options.given?.[name];
  if (input.kind === 'image') {
    if (!image) throw new ArgumentError(`sample: this model starts from an image; use apply(image)`);
    return imageExamples(input, image, count);
  }
  if (given === undefined) {
    throw new ArgumentError(`sample: given must have ${describe(input)}, got none; given: { ${name}: … }`);
  }
  const values = repeat(name, given, count).map((one) => readGiven(input, one));
  return { feed: { data: joined(name, values, sizeOf(shape)) }, shape };
}

function imageExamples(
  { name, shape, range }: Extract<GeneratorInput, { kind: 'image' }>,
  image: ImageSource,
  count: number,
): Examples {
  const pixels = readPixels(image);
  const [images = 0, height = 0, width = 0, own = 0] = pixels.shape;
  const fits = (size: number | undefined, wanted: number | undefined) => !wanted || size === wanted;
  if (pixels.shape.length !== 4 || sizeOf(pixels.shape) !== pixels.data.length || own < 1 || own > 4) {
    throw new ShapeError(
      `apply: image must be [H,W,C] or [N,H,W,C] with 1 to 4 channels, got ${formatShape(pixels.shape)} and ${pixels.data.length} numbers`,
    );
  }
  if (images !== count || !fits(height, shape[1]) || !fits(width, shape[2])) {
    throw new ShapeError(
      `apply: input '${name}' takes ${count} × ${shape[1] || 'any'}×${shape[2] || 'any'} pixels, got ${images} × ${height}×${width}; resize the image`,
    );
  }
  const channels = shape[0]!;
  return {
    feed: { data: fitPixels(pixels, channels, range), order: IMAGE_ORDER },
    shape: [channels, height, width],
  };
}

function describe(input: GeneratorInput): string {
  const { name, kind } = input;
  if (kind === 'class') return `'${name}', a class below ${input.classes}`;
  if (kind === 'words') return `'${name}', a caption`;
  return `'${name}', ${formatShape(input.shape)} numbers`;
}

function readGiven(input: GeneratorInput, given: Given): ArrayLike<number> {
  if (input.kind === 'words' && typeof given === 'string') {
    return readWords({ vocabulary: input.vocabulary, length: input.shape[0]! }, given);
  }
  if (input.kind === 'class') {
    const number = typeof given === 'string' ? (input.names?.indexOf(given) ?? -1) : given;
    if (typeof number !== 'number' || !Number.isInteger(number) || number < 0 || number >= input.classes) {
      throw new ArgumentError(
        `sample: '${input.name}' must be a class from 0 to ${input.classes - 1}${input.names ? ` or one of ${input.names.join(', ')}` : ''}, got ${String(given)}`,
      );
    }
    return [number];
  }
  if (typeof given === 'string') {
    throw new ArgumentError(`sample: '${input.name}' must be numbers, got the text '${given}'`);
  }
  return typeof given === 'number' ? [given] : given;
}

const isList = <T>(value: unknown): value is readonly T[] =>
  Array.isArray(value) && typeof value[0] !== 'number';

function repeat<T>(name: string, values: T | readonly T[], count: number): readonly T[] {
  if (!isList<T>(values)) return Array<T>(count).fill(values);
  if (values.length !== count) {
    throw new ArgumentError(`sample: '${name}' must be one or ${count}, got ${values.length}`);
  }
  return values;
}

function joined(name: string, examples: readonly ArrayLike<number>[], size: number): Float32Array {
  const data = new Float32Array(examples.length * size);
  for (const [i, example] of examples.entries()) {
    if (example.length !== size) {
      throw new ShapeError(`sample: '${name}' must be ${size} numbers, got ${example.length}`);
    }
    data.set(example, i * size);
  }
  return data;
}
