import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import {
  type GeneratorInput,
  type GeneratorMetadata,
  parseGeneratorMetadata,
} from '../../src/formats/generator-metadata';
import { readOnnx } from '../../src/formats/onnx/read';
import type { Sampler } from '../../src/train/sampler';
import { philoxNormal, philoxUniform } from '../../src/util/philox';
import { deriveSeed } from '../../src/util/seed';
import { sizeOf } from '../../src/util/shape';

/** Of the noise that samples are made from. */
export const SEED = 11;

export interface Feed {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
  readonly type: 'float32' | 'int32';
}

/** What a file says of itself. */
export function metadataOf(model: Uint8Array): GeneratorMetadata {
  return parseGeneratorMetadata(readOnnx(model).metadata.kallima)!;
}

/** Operators of a file in their order. */
export function operatorsOf(model: Uint8Array): string[] {
  return readOnnx(model).nodes.map(({ op }) => op);
}

/** Values for the inputs of a model: the noise that `sample` draws under the same seed, and something for the rest. */
export function feedsFor(inputs: readonly GeneratorInput[], count: number): Record<string, Feed> {
  return Object.fromEntries(inputs.map((input, draw) => [input.name, feedFor(input, count, draw)]));
}

function feedFor(input: GeneratorInput, count: number, draw: number): Feed {
  const shape = [count, ...input.shape];
  const size = sizeOf(shape);
  const floats = (data: Float32Array): Feed => ({ shape, data, type: 'float32' });
  const integers = (value: (at: number) => number): Feed => ({
    shape,
    data: Int32Array.from({ length: size }, (_, at) => value(at)),
    type: 'int32',
  });
  switch (input.kind) {
    case 'latent': {
      const key = { seed: deriveSeed(SEED, 'sample'), draw };
      if (input.distribution === 'normal') return floats(philoxNormal(size, key));
      return floats(philoxUniform(size, key).map((value) => 2 * value - 1));
    }
    case 'class':
      return integers((at) => (at + 1) % input.classes);
    case 'words': {
      const [length] = input.shape as [number];
      return integers((at) => (at % length < 2 ? 1 + (at % (input.vocabulary.length - 1)) : 0));
    }
    default:
      return floats(philoxNormal(size, { seed: 3, draw }).map(Math.tanh));
  }
}

/** Images with channels first as images with channels last, or back. */
export function moveChannels(
  values: Float32Array | Int32Array,
  [count, channels, height, width]: readonly [number, number, number, number],
  to: 'first' | 'last',
): Float32Array {
  const moved = new Float32Array(values.length);
  const positions = height * width;
  for (let image = 0; image < count; image++) {
    for (let position = 0; position < positions; position++) {
      for (let channel = 0; channel < channels; channel++) {
        const first = (image * channels + channel) * positions + position;
        const last = (image * positions + position) * channels + channel;
        if (to === 'last') moved[last] = values[first]!;
        else moved[first] = values[last]!;
      }
    }
  }
  return moved;
}

/** What a sampler makes from the same, in ONNX's layout. */
export async function sampleFrom(
  sampler: Sampler,
  { inputs, output, direction }: GeneratorMetadata,
  feeds: Readonly<Record<string, Feed>>,
  count: number,
): Promise<Float32Array> {
  const given: Record<string, Tensor> = {};
  for (const { name, kind } of inputs) {
    if (kind === 'latent') continue;
    const { data, shape, type } = feeds[name]!;
    if (shape.length === 4) {
      const sizes = shape as [number, number, number, number];
      const [n, c, h, w] = sizes;
      given[name] = tensor(moveChannels(data, sizes, 'last'), [n, h, w, c]);
    } else {
      given[name] = tensor(data, [...shape], type);
    }
  }
  const sample = await sampler.sample(count, { seed: SEED, direction, given });
  const values = Float32Array.from(sample.dataSync());
  for (const value of [sample, ...Object.values(given)]) value.dispose();
  const [channels, height, width] = output.shape;
  if (output.shape.length < 3) return values;
  return moveChannels(values, [count, channels!, height!, width!], 'first');
}

/** The largest difference between two lists of numbers, infinite where their lengths differ. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY;
  for (let at = 0; at < a.length; at++) {
    const here = Math.abs(a[at]! - b[at]!);
    // NaN is not less than anything.
    if (!(here <= most)) most = here;
  }
  return most;
}
