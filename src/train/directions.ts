import { ArgumentError } from '../errors';
import { factorDirections, type LatentDirection, principalDirections } from '../latent/directions';
import { LATENTS_A_DRAW, Latent, latentsOf } from '../latent/latent';
import { joined, shrunk } from '../latent/shrink';
import { affineLayers, headOf } from '../layers/head';
import type { Network } from '../layers/network';
import { requireInteger } from '../util/require';
import type { Given } from './given';
import { type ConditionOf, type LatentSpace, namedDistribution, valuesOf } from './latents';

const CALLER = 'latentDirections';

export interface DirectionsOptions {
  /**
   * `sefa`: what the generator's first affine layers stretch most; needs no samples. `pca`: principal components of
   * what samples show. Default `sefa`.
   */
  readonly method?: 'sefa' | 'pca';
  /** Default 8. */
  readonly count?: number;
  /** Of `pca`: latents to try; default 2000. */
  readonly samples?: number;
  /** Of `pca`: fixes them; default 0. */
  readonly seed?: number;
  /** Use the averaged weights; default: where there are some. */
  readonly averaged?: boolean;
  /** What samples are made from besides, by column: one example; default the first. */
  readonly given?: Readonly<Record<string, Given>>;
}

/**
 * Directions of a network's latents.
 *
 * @throws {ArgumentError} if the method is unknown, or a number is out of range.
 * @throws {UnsupportedError} if the network does not begin with affine layers (`sefa`), or its latents come from a
 *   user's own function (`pca`).
 */
export async function findDirections(
  network: Network,
  space: LatentSpace<string>,
  condition: ConditionOf,
  { method = 'sefa', count = 8, samples = 2000, seed = 0 }: DirectionsOptions,
): Promise<LatentDirection[]> {
  switch (method) {
    case 'sefa': {
      const head = headOf(CALLER, network, affineLayers(CALLER, network));
      return factorDirections(await slopes(head, space, condition), space.size, count);
    }
    case 'pca': {
      requireInteger(CALLER, 'samples', samples, 2);
      const latents = latentsOf(seed, samples, space.size, namedDistribution(CALLER, space));
      const parts: Float32Array[] = [];
      for (let first = 0; first < samples; first += LATENTS_A_DRAW) {
        const some = latents.slice(first, first + LATENTS_A_DRAW);
        const values = await valuesOf(CALLER, network, some, space, condition);
        parts.push(shrunk(values, [some.length, ...network.outputShape]));
      }
      return principalDirections(joined(parts), latents, count);
    }
    default:
      throw new ArgumentError(`${CALLER}: method must be sefa or pca, got ${String(method)}`);
  }
}

/** The matrix of an affine network, `[outputs, size]`: what each number of the latent adds to the outputs. */
async function slopes(
  network: Network,
  space: LatentSpace<string>,
  condition: ConditionOf,
): Promise<Float32Array> {
  const { size } = space;
  const ends = Array.from({ length: size + 1 }, (_, axis) => {
    const unit = new Float32Array(size);
    if (axis < size) unit[axis] = 1;
    return new Latent(unit);
  });
  const values = await valuesOf(CALLER, network, ends, space, condition);
  const outputs = values.length / (size + 1);
  const offset = values.subarray(size * outputs);
  return Float32Array.from({ length: outputs * size }, (_, i) => {
    const output = Math.floor(i / size);
    return values[(i % size) * outputs + output]! - offset[output]!;
  });
}
