import { readWords } from '../data/words/encode';
import { ArgumentError, ShapeError } from '../errors';
import type { GeneratorInput } from '../formats/generator-metadata';
import { formatShape, sizeOf } from '../util/shape';
import { type DrawOptions, type Examples, type Given, joined, repeat } from './examples';
import type { ImageSource } from './image';
import { fitPixels, readPixels } from './pixels';

const IMAGE_ORDER = [0, 2, 3, 1];

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

/** The numbers of `count` examples of an input that is no latent: an image, or what the options give it. */
export function givenExamples(
  input: GeneratorInput,
  options: DrawOptions,
  image: ImageSource | undefined,
  count: number,
): Examples {
  const { name, shape } = input;
  const given = options.given?.[name];
  if (input.kind === 'image') {
    if (!image)
      throw new ArgumentError('sample: the model must be given an image, got none; use apply(image)');
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
  return `'${name}', ${input.shape.length ? `${formatShape(input.shape)} numbers` : 'a number'}`;
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
