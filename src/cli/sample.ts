import { extname } from 'node:path';
import { ArgumentError, animatedPng, type Direction, loadSampler, type Shape, writeNpy } from '../index';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { sizeOf } from '../util/shape';
import { checkpointOf } from './checkpoint-of';
import { conditionOf } from './condition';
import { imageOf } from './gallery';
import { type LatentOptions, latentsFor } from './latents';
import { drawFrame, drawPicture } from './picture';
import { createReporter } from './reporter';
import type { TrainOptions } from './train';

export interface SampleOptions extends LatentOptions {
  readonly count: number;
  /** What to draw: the name of a class, words; the path of a sound. */
  readonly condition?: string;
  /** Milliseconds of a frame. */
  readonly delay?: number;
  readonly out: string;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/**
 * `kallima sample`: draws samples from a run's newest checkpoint, or from one file, into a .png or .npy; a walk
 * through its latents becomes an animated PNG.
 */
export async function sample(source: string, options: SampleOptions): Promise<void> {
  const { seed, condition, out, backend, threads, json = false } = options;
  const kind = extname(out).toLowerCase();
  if (kind !== '.png' && kind !== '.npy') {
    throw new ArgumentError(`sample: --out must end in .png or .npy, got '${out}'`);
  }
  if (options.delay !== undefined && options.walk === undefined) {
    throw new ArgumentError(`sample: --delay must be left out without --walk, got ${options.delay}`);
  }
  const path = await checkpointOf('sample', source);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  let count: number;
  try {
    const [direction] = Object.values(sampler.directions) as [Direction];
    if (imageOf(direction, sampler.header.data) !== undefined) {
      throw new ArgumentError(
        `sample: source must draw without an image, got '${source}', which translates; use kallima translate`,
      );
    }
    const latents = await latentsFor(sampler, options.count, options);
    const between = options.walk !== undefined || options.grid !== undefined;
    const [needed] = direction.given;
    if (
      needed !== undefined &&
      condition === undefined &&
      (between || sampler.header.data.meanings[needed]?.kind !== 'class')
    ) {
      throw new ArgumentError(`sample: --condition must say what to draw (${needed}), got none`);
    }
    count = latents?.length ?? options.count;
    const tensor = await sampler.sample(count, {
      seed,
      latent: latents,
      given: conditionOf('sample', direction, sampler.header.data, condition),
    });
    const values = await tensor.data<'float32'>().finally(() => tensor.dispose());
    await writeFileAtomic(
      out,
      kind === '.png' ? pngOf(values, count, sampler.shape, options) : npyOf(values, count, sampler.shape),
    );
  } finally {
    sampler.dispose();
  }
  const what = options.walk === undefined ? 'picture' : 'animation';
  createReporter(json).done(
    `${count} ${count === 1 ? 'sample' : 'samples'} of ${path}\n${kind === '.png' ? what : 'array'} ${out}`,
    {
      count,
      condition,
      seed: seed ?? sampler.header.settings.seed,
      checkpoint: path,
      out,
    },
  );
}

const npyOf = (values: Float32Array, count: number, shape: Shape) =>
  writeNpy({ shape: [count, ...shape], data: Float32Array.from(values) });

function pngOf(
  values: Float32Array,
  count: number,
  shape: Shape,
  { walk, grid, delay }: SampleOptions,
): Uint8Array {
  if (walk === undefined) return drawPicture(values, count, shape, { columns: grid?.[1] });
  const size = sizeOf(shape);
  const frames = Array.from({ length: count }, (_, i) =>
    drawFrame(values.subarray(i * size, (i + 1) * size), shape),
  );
  return animatedPng(frames, { delay });
}
