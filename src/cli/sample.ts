import { extname } from 'node:path';
import { ArgumentError, loadSampler, writeNpy } from '../index';
import { readFileBytes, writeFileAtomic } from '../util/files';
import { exists } from './data';
import { drawPicture } from './picture';
import { createReporter } from './reporter';
import { latestCheckpoint } from './run-folder';
import type { TrainOptions } from './train';

export interface SampleOptions {
  readonly count: number;
  readonly seed?: number;
  readonly out: string;
  readonly backend?: TrainOptions['backend'];
  readonly threads?: number;
  readonly json?: boolean;
}

/** `kallima sample`: draws samples from a run's newest checkpoint, or from one file, into a .png or .npy. */
export async function sample(source: string, options: SampleOptions): Promise<void> {
  const { count, seed, out, backend, threads, json = false } = options;
  const kind = extname(out).toLowerCase();
  if (kind !== '.png' && kind !== '.npy') {
    throw new ArgumentError(`sample: --out must end in .png or .npy, got '${out}'`);
  }
  const path = await checkpointOf(source);
  const sampler = await loadSampler(await readFileBytes(path), { backend, threads });
  try {
    const tensor = await sampler.sample(count, { seed });
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
    seed: seed ?? sampler.header.settings.seed,
    checkpoint: path,
    out,
  });
}

async function checkpointOf(source: string): Promise<string> {
  const newest = await latestCheckpoint(source);
  if (newest) return newest;
  if (!(await exists(source))) {
    throw new ArgumentError(
      `sample: source must be the folder of a run or a checkpoint, got '${source}': no such file or folder`,
    );
  }
  if (source.endsWith('.safetensors')) return source;
  throw new ArgumentError(
    `sample: source must be the folder of a run or a .safetensors file, got '${source}' without a checkpoint in it`,
  );
}
