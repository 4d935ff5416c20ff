import { extname } from 'node:path';
import { ArgumentError, type Direction, loadSampler, writeNpy } from '../index';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { checkpointOf } from './checkpoint-of';
import { conditionOf } from './condition';
import { imageOf } from './gallery';
import { drawPicture } from './picture';
import { createReporter } from './reporter';
import type { TrainOptions } from './train';

export interface SampleOptions {
  readonly count: number;
  readonly seed?: number;
  /** What to draw: the name of a class, words; the path of a sound. */
  readonly condition?: string;
  readonly out: string;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/** `kallima sample`: draws samples from a run's newest checkpoint, or from one file, into a .png or .npy. */
export async function sample(source: string, options: SampleOptions): Promise<void> {
  const { count, seed, condition, out, backend, threads, json = false } = options;
  const kind = extname(out).toLowerCase();
  if (kind !== '.png' && kind !== '.npy') {
    throw new ArgumentError(`sample: --out must end in .png or .npy, got '${out}'`);
  }
  const path = await checkpointOf('sample', source);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  try {
    const [direction] = Object.values(sampler.directions) as [Direction];
    if (imageOf(direction, sampler.header.data) !== undefined) {
      throw new ArgumentError(
        `sample: source must draw without an image, got '${source}', which translates; use kallima translate`,
      );
    }
    const [needed] = direction.given;
    if (
      needed !== undefined &&
      condition === undefined &&
      sampler.header.data.meanings[needed]?.kind !== 'class'
    ) {
      throw new ArgumentError(`sample: --condition must say what to draw (${needed}), got none`);
    }
    const tensor = await sampler.sample(count, {
      seed,
      given: conditionOf('sample', direction, sampler.header.data, condition),
    });
    const values = await tensor.data<'float32'>().finally(() => tensor.dispose());
    const bytes =
      kind === '.png'
        ? drawPicture(values, count, sampler.shape)
        : writeNpy({ shape: [count, ...sampler.shape], data: Float32Array.from(values) });
    await writeFileAtomic(out, bytes);
  } finally {
    sampler.dispose();
  }
  createReporter(json).done(`${count} samples of ${path}\n${kind === '.png' ? 'picture' : 'array'} ${out}`, {
    count,
    condition,
    seed: seed ?? sampler.header.settings.seed,
    checkpoint: path,
    out,
  });
}
