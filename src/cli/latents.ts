import { ArgumentError, grid, Latent, readNpy, type Sampler, walk } from '../index';
import { readFileBytes } from '../util/files';

/** Where `sample` takes latents from, and where it goes from there. */
export interface LatentOptions {
  readonly seed?: number;
  readonly seeds?: readonly number[];
  /** A .npy of latents. */
  readonly latents?: string;
  readonly walk?: number;
  readonly grid?: readonly [number, number];
  readonly truncation?: number;
}

/** Stations of a walk, or corners of a grid, unless said otherwise. */
const STATIONS = 4;

/**
 * The latents that the options ask for; undefined where they leave it to `sample`.
 *
 * @throws {ArgumentError} if options exclude each other, or a file holds no latents of this generator.
 */
export async function latentsFor(
  sampler: Sampler,
  count: number,
  options: LatentOptions,
): Promise<Latent[] | undefined> {
  const { seed, seeds, latents: file, walk: frames, grid: square, truncation } = options;
  if (seeds !== undefined && file !== undefined) {
    throw new ArgumentError('sample: --seeds or --latents must be left out, got both');
  }
  if (seeds !== undefined && seed !== undefined) {
    throw new ArgumentError('sample: --seed or --seeds must be left out, got both');
  }
  if (frames !== undefined && square !== undefined) {
    throw new ArgumentError('sample: --walk or --grid must be left out, got both');
  }
  const named = seeds !== undefined || file !== undefined;
  if (!named && frames === undefined && square === undefined && truncation === undefined) return undefined;
  const drawn = frames === undefined && square === undefined ? count : STATIONS;
  const stations =
    seeds?.map((each) => sampler.latent(each)) ??
    (file === undefined ? sampler.latents(drawn, seed) : await readLatents(file, sampler));
  const shortened = stations.map((latent) => latent.truncate(truncation ?? 1));
  if (frames !== undefined) return walk(shortened, frames);
  return square ? grid(shortened, ...square) : shortened;
}

async function readLatents(file: string, sampler: Sampler): Promise<Latent[]> {
  const { values, distribution } = sampler.latent(0);
  const { shape, data } = readNpy(await readFileBytes(file));
  const [count = 0, ...rest] = shape;
  const size = rest.reduce((product, axis) => product * axis, 1);
  if (count === 0 || size !== values.length) {
    throw new ArgumentError(
      `sample: --latents must hold rows of ${values.length} numbers, got [${shape.join(',')}] in '${file}'`,
    );
  }
  const all = Float32Array.from(data, Number);
  return Array.from(
    { length: count },
    (_, i) => new Latent(all.slice(i * size, (i + 1) * size), distribution),
  );
}
