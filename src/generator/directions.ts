import { ArgumentError, UnsupportedError } from '../errors';
import type { GeneratorInput } from '../formats/generator-metadata';
import type { OnnxModel } from '../formats/onnx/model';
import { factorDirections, type LatentDirection, principalDirections } from '../latent/directions';
import { latentsOf } from '../latent/latent';
import { joined, shrunk } from '../latent/shrink';
import { requireInteger } from '../util/require';
import { sizeOf } from '../util/shape';
import { affineHead } from './affine-head';
import type { DrawOptions, Given } from './feeds';
import type { RawTensor } from './graph/reorder';
import type { GeneratedImage } from './image';

export interface DirectionsOptions {
  /**
   * `sefa`: what the first affine layers stretch most; needs no samples. `pca`: principal components of what samples
   * show. Default `sefa`.
   */
  readonly method?: 'sefa' | 'pca';
  /** Default 8. */
  readonly count?: number;
  /** Of `pca`: latents to try; default 2000. */
  readonly samples?: number;
  /** Of `pca`: fixes them; default 0. */
  readonly seed?: number;
  /** Of `pca`: what the generator is given besides, the same for all samples. */
  readonly given?: Readonly<Record<string, Given>>;
}

/** What is used of a `Generator`. */
export interface DirectedGenerator {
  readonly inputs: readonly GeneratorInput[];
  readonly model: OnnxModel;
  sample(options: DrawOptions): Promise<GeneratedImage>;
  beside(model: OnnxModel): {
    run(inputs: Readonly<Record<string, RawTensor>>): Promise<Record<string, RawTensor>>;
    dispose(): void;
  };
}

type LatentInput = Extract<GeneratorInput, { kind: 'latent' }>;

/** Samples that are held at once. */
const CHUNK = 64;

/**
 * Directions of a generator's latents in which its samples change most, for `latent.move`: by SeFa of its first
 * layers or, with method `pca`, of what it makes of many latents, as GANSpace has it.
 *
 * @throws {ArgumentError} if the model takes no latent, or a number is out of range.
 * @throws {UnsupportedError} by `sefa`, if the latent does not meet weights before anything that is not affine.
 */
export async function latentDirections(
  generator: DirectedGenerator,
  options: DirectionsOptions = {},
): Promise<LatentDirection[]> {
  const { method = 'sefa', count = 8 } = options;
  const input = generator.inputs.find(({ kind }) => kind === 'latent');
  if (input?.kind !== 'latent') {
    throw new ArgumentError('latentDirections: the model must take a latent, got one without');
  }
  switch (method) {
    case 'sefa':
      return factorDirections(await slopes(generator, input), sizeOf(input.shape), count);
    case 'pca':
      return components(generator, input, count, options);
    default:
      throw new ArgumentError(`latentDirections: method must be sefa or pca, got ${String(method)}`);
  }
}

async function components(
  generator: DirectedGenerator,
  { shape, distribution }: LatentInput,
  count: number,
  { samples = 2000, seed = 0, given }: DirectionsOptions,
): Promise<LatentDirection[]> {
  requireInteger('latentDirections', 'samples', samples, 2);
  const latents = latentsOf(seed, samples, sizeOf(shape), distribution);
  const parts: Float32Array[] = [];
  for (let first = 0; first < samples; first += CHUNK) {
    const { data, shape: made } = await generator.sample({
      latent: latents.slice(first, first + CHUNK),
      given,
    });
    parts.push(shrunk(data, made));
  }
  return principalDirections(joined(parts), latents, count);
}

/** The matrix of the affine layers at the beginning, `[outputs, size of a latent]`. */
async function slopes(generator: DirectedGenerator, { name, shape }: LatentInput): Promise<Float32Array> {
  const { model, weighted } = affineHead(generator.model, name);
  if (!weighted) {
    throw new UnsupportedError(
      `latentDirections: input '${name}' must meet weights first, got something that is not affine; use pca, or export what follows it`,
    );
  }
  const head = generator.beside({ ...model, metadata: {} });
  const size = sizeOf(shape);
  // Each number of the latent alone, and none at last, whose output is the offset.
  const rows: Float32Array[] = [];
  const batch = model.inputs.find((each) => each.name === name)?.shape?.[0];
  const atOnce = typeof batch === 'number' ? batch : size + 1;
  try {
    for (let first = 0; first <= size; first += atOnce) {
      const data = new Float32Array(atOnce * size);
      for (let i = 0; i < atOnce; i++) if (first + i < size) data[i * size + first + i] = 1;
      const others = model.inputs.map((each): [string, RawTensor] => {
        const own = [atOnce, ...(each.shape ?? []).slice(1).map((axis) => Number(axis) || 1)];
        return [each.name, { data: new Float32Array(sizeOf(own)), shape: own }];
      });
      const feeds = { ...Object.fromEntries(others), [name]: { data, shape: [atOnce, ...shape] } };
      const made = Object.values(await head.run(feeds));
      for (let i = 0; i < atOnce && first + i <= size; i++) {
        rows.push(
          joined(
            made.map(({ data }) => {
              const own = data.length / atOnce;
              return Float32Array.from(data.subarray(i * own, (i + 1) * own));
            }),
          ),
        );
      }
    }
  } finally {
    head.dispose();
  }
  const offset = rows[size]!;
  return Float32Array.from({ length: offset.length * size }, (_, i) => {
    const output = Math.floor(i / size);
    return rows[i % size]![output]! - offset[output]!;
  });
}
