import { ArgumentError } from '../errors';
import type { GeneratorInput } from '../formats/generator-metadata';
import { latentsOf } from '../latent/latent';
import { sizeOf } from '../util/shape';
import { type DrawOptions, type Examples, isList, joined, repeat } from './examples';
import type { ImageSource } from './image';

export type { DrawOptions, Examples, Given } from './examples';

/** How many examples the options ask for. */
export function countOf({ count, latent, given = {} }: DrawOptions, images: number): number {
  const lists = [latent, ...Object.values(given)].map((value) => (isList(value) ? value.length : 1));
  return count ?? Math.max(images, ...lists);
}

/** The numbers of `count` examples of an input. */
export async function examplesOf(
  input: GeneratorInput,
  options: DrawOptions,
  image: ImageSource | undefined,
  count: number,
): Promise<Examples> {
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
          latents.map(({ values }) => {
            if (!ArrayBuffer.isView(values)) {
              throw new ArgumentError(
                'sample: latent must be a Latent, got none; make one by new Latent(numbers)',
              );
            }
            return values;
          }),
          size,
        ),
      },
      shape,
    };
  }
  // Models that are given more than a latent are fewer: what reads it is a file of its own.
  return (await import('./given')).givenExamples(input, options, image, count);
}
