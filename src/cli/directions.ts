import { extname } from 'node:path';
import { ArgumentError, type Direction, loadSampler } from '../index';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { checkpointOf } from './checkpoint-of';
import { conditionOf } from './condition';
import { drawPicture } from './picture';
import { createReporter } from './reporter';
import type { TrainOptions } from './train';

export interface DirectionsOptions {
  readonly method: 'sefa' | 'pca';
  readonly count: number;
  /** How far to either side. */
  readonly reach: number;
  readonly seed?: number;
  readonly condition?: string;
  readonly out: string;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/** Samples in a row: the middle one is where no direction goes. */
const STEPS = 7;

/** `kallima directions`: a row for each direction in which samples change most, from one side to the other. */
export async function directions(source: string, options: DirectionsOptions): Promise<void> {
  const { method, count, reach, condition, out, backend, threads, json = false } = options;
  if (extname(out).toLowerCase() !== '.png') {
    throw new ArgumentError(`directions: --out must end in .png, got '${out}'`);
  }
  const path = await checkpointOf('directions', source);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  try {
    const { data, settings } = sampler.header;
    const [direction] = Object.values(sampler.directions) as [Direction];
    const [needed] = direction.given;
    if (needed !== undefined && condition === undefined) {
      throw new ArgumentError(`directions: --condition must say what to draw (${needed}), got none`);
    }
    const given = conditionOf('directions', direction, data, condition);
    const { seed = settings.seed } = options;
    const middle = sampler.latent(seed);
    const found = await sampler.latentDirections({ method, count, given });
    const latents = found.flatMap((each) =>
      Array.from({ length: STEPS }, (_, i) => middle.move(each, reach * ((2 * i) / (STEPS - 1) - 1))),
    );
    const tensor = await sampler.sample(latents.length, { latent: latents, given });
    const values = await tensor.data<'float32'>().finally(() => tensor.dispose());
    await writeFileAtomic(out, drawPicture(values, latents.length, sampler.shape, { columns: STEPS }));
    const shares = found.map(({ share }) => share);
    const list = shares.map((share) => `${(100 * share).toFixed(1)} %`).join(', ');
    createReporter(json).done(
      `${found.length} directions of ${path} by ${method}, with ${list} of all change\npicture ${out}`,
      { method, shares, reach, seed, condition, checkpoint: path, out },
    );
  } finally {
    sampler.dispose();
  }
}
