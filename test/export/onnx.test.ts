import { setBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { type GeneratorInput, parseGeneratorMetadata } from '../../src/formats/generator-metadata';
import { readOnnx } from '../../src/formats/onnx/read';
import type { Sampler } from '../../src/train/sampler';
import { philoxNormal, philoxUniform } from '../../src/util/philox';
import { deriveSeed } from '../../src/util/seed';
import { sizeOf } from '../../src/util/shape';
import { type OnnxInput, openOnnxRuntime } from '../support/onnx-runtime';
import { exportCases, samplerOf } from './cases';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const SEED = 11;

/** Values for one input of a model, and what `sample` is given for the same. */
function valuesFor(input: GeneratorInput, count: number, draw: number) {
  const shape = [count, ...input.shape];
  const size = sizeOf(shape);
  switch (input.kind) {
    case 'latent': {
      const key = { seed: deriveSeed(SEED, 'sample'), draw };
      const values =
        input.distribution === 'normal'
          ? philoxNormal(size, key)
          : philoxUniform(size, key).map((value) => 2 * value - 1);
      return { shape, values, type: 'float32' } as const;
    }
    case 'class':
      return {
        shape,
        values: Int32Array.from({ length: size }, (_, at) => (at + 1) % input.classes),
        type: 'int32',
      } as const;
    case 'words':
      return {
        shape,
        values: Int32Array.from({ length: size }, (_, at) =>
          at % input.shape[0]! < 2 ? 1 + (at % (input.vocabulary.length - 1)) : 0,
        ),
        type: 'int32',
      } as const;
    default:
      return {
        shape,
        values: philoxNormal(size, { seed: 3, draw }).map(Math.tanh),
        type: 'float32',
      } as const;
  }
}

/** From channels first to last, or back. */
function moved(values: ArrayLike<number>, [n, a, b, c]: readonly number[], toLast: boolean): Float32Array {
  const out = new Float32Array(values.length);
  const positions = toLast ? b! * c! : a! * b!;
  const channels = toLast ? a! : c!;
  for (let i = 0; i < n!; i++) {
    for (let p = 0; p < positions; p++) {
      for (let k = 0; k < channels; k++) {
        const first = (i * channels + k) * positions + p;
        const last = (i * positions + p) * channels + k;
        if (toLast) out[last] = values[first]!;
        else out[first] = values[last]!;
      }
    }
  }
  return out;
}

/** Samples by the model, and by the sampler from the same noise and conditions. */
async function both(sampler: Sampler, model: Uint8Array, direction: string, count: number) {
  const { metadata } = readOnnx(model);
  const { inputs, output } = parseGeneratorMetadata(metadata.kallima)!;
  const feeds: Record<string, OnnxInput> = {};
  const given: Record<string, Tensor> = {};
  inputs.forEach((input, at) => {
    const { shape, values, type } = valuesFor(input, count, at);
    feeds[input.name] = { data: values, shape, type };
    if (input.kind === 'latent') return;
    const image = shape.length === 4;
    const [n, c, h, w] = shape;
    given[input.name] = image
      ? tensor(moved(values, shape, true), [n!, h!, w!, c!])
      : tensor(values, shape, type);
  });
  const session = await openOnnxRuntime(model);
  const made = (await session.run(feeds))[output.name]!;
  await session.dispose();
  const sample = await sampler.sample(count, { seed: SEED, direction, given });
  const wanted = sample.dataSync();
  const got = made.shape.length === 4 ? moved(made.data, made.shape, true) : made.data;
  for (const value of [sample, ...Object.values(given)]) value.dispose();
  return { got, wanted: Float32Array.from(wanted), shape: made.shape, output };
}

function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let at = 0; at < a.length; at++) most = Math.max(most, Math.abs(a[at]! - b[at]!));
  return most;
}

describe.each(exportCases())('the ONNX file of $name', (one) => {
  it.each(Object.keys(one.game.directions))('makes the samples of %s', async (direction) => {
    const sampler = await samplerOf(one);
    const model = await sampler.export('onnx', { direction });
    for (const count of [1, 3]) {
      const { got, wanted, shape, output } = await both(sampler, model, direction, count);
      expect(shape).toEqual([count, ...output.shape]);
      expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.05);
      expect(difference(got, wanted)).toBeLessThan(1e-5);
    }
    sampler.dispose();
  });
});
