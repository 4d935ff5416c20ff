import { extname } from 'node:path';
import { ArgumentError, type Direction, imageFiles, loadSampler, writeNpy } from '../index';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { checkpointOf } from './checkpoint-of';
import { conditionOf } from './condition';
import { rowsOf } from './gallery';
import { drawPicture } from './picture';
import { createReporter } from './reporter';
import type { TrainOptions } from './train';
import { readImages } from './translate';

export interface InvertOptions {
  readonly in: string;
  readonly out: string;
  readonly steps?: number;
  readonly condition?: string;
  readonly seed?: number;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/**
 * `kallima invert`: finds latents whose samples are nearest to images. They are written as .npy, for `kallima sample
 * --latents`, or shown: image | nearest sample.
 */
export async function invert(source: string, options: InvertOptions): Promise<void> {
  const { in: input, out, steps, condition, seed, backend, threads, json = false } = options;
  const kind = extname(out).toLowerCase();
  if (kind !== '.png' && kind !== '.npy') {
    throw new ArgumentError(`invert: --out must end in .png or .npy, got '${out}'`);
  }
  const path = await checkpointOf('invert', source);
  const files = await imageFiles(input);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  try {
    const { shape } = sampler;
    if (shape.length !== 3) {
      throw new ArgumentError(`invert: source must draw images, got '${source}' of [${shape.join(',')}]`);
    }
    const [direction] = Object.values(sampler.directions) as [Direction];
    const given = conditionOf('invert', direction, sampler.header.data, condition);
    const wanted = await readImages('invert', files, input, shape);
    const { latents, images, errors } = await sampler.invert(wanted, { steps, seed, given });
    const values = await images.data<'float32'>().finally(() => images.dispose());
    if (kind === '.npy') {
      const size = latents[0]!.values.length;
      const data = Float32Array.from(
        { length: latents.length * size },
        (_, i) => latents[Math.floor(i / size)]!.values[i % size]!,
      );
      await writeFileAtomic(out, writeNpy({ shape: [latents.length, size], data }));
    } else {
      const picture = rowsOf([wanted, { data: values, shape }], files.length);
      await writeFileAtomic(
        out,
        drawPicture(picture.values, picture.count, picture.shape, { columns: picture.columns }),
      );
    }
    const worst = errors.indexOf(Math.max(...errors));
    createReporter(json).done(
      `${files.length} images by ${path}: mean squared error ${mean(errors).toPrecision(3)}, at most ${errors[worst]!.toPrecision(3)} for ${files[worst]!.path}\n${kind === '.npy' ? 'latents' : 'picture'} ${out}`,
      { count: files.length, errors: [...errors], checkpoint: path, out },
    );
  } finally {
    sampler.dispose();
  }
}

const mean = (values: Float32Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
