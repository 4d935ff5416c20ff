import { memory, reshape, type Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ArgumentError, DivergedError, ShapeError, UnsupportedError } from '../../src/errors';
import { gan } from '../../src/games/gan';
import { mlp } from '../../src/models/mlp';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { BACKENDS } from '../support/backends';
import { classes, DRAWINGS, drawings, PICTURES, pictures } from './latent-games';
import { circle, tinyGame } from './tiny-game';

const rms = (values: ArrayLike<number>) =>
  Math.sqrt(Array.from(values).reduce((sum, value) => sum + value ** 2, 0) / values.length);

/** Mean squared difference of one image of each. */
async function distance(a: Tensor, b: Tensor, image: number): Promise<number> {
  const [one, other] = [await a.data(), await b.data()];
  const size = a.size / a.shape[0]!;
  let sum = 0;
  for (let i = image * size; i < (image + 1) * size; i++) sum += (one[i]! - other[i]!) ** 2;
  return sum / size;
}

describe.each(BACKENDS)('invert on %s', (backend) => {
  it.each(['normal', 'uniform'] as const)('finds the latents of generated images: %s', async (latent) => {
    const trainer = await Trainer.create(drawings(latent), {
      data: DRAWINGS,
      seed: 5,
      batchSize: 8,
      backend,
    });
    const before = memory().numTensors;
    const targets = await trainer.sample(5, { seed: 77 });
    const { latents, images, errors } = await trainer.invert(targets, { candidates: 64 });
    expect(memory().numTensors).toBe(before + 2);
    expect(images.shape).toEqual(targets.shape);
    for (const [image, error] of errors.entries()) {
      expect(error).toBeLessThan(1e-3);
      expect(Math.abs((await distance(targets, images, image)) - error)).toBeLessThan(1e-6);
    }
    const again = await trainer.sample(5, { latent: latents });
    for (let image = 0; image < 5; image++) expect(await distance(again, images, image)).toBeLessThan(1e-9);
    if (latent === 'uniform')
      for (const { values } of latents) expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(1);
    trainer.dispose();
  });
});

describe('invert', () => {
  it('finds what convolutions have drawn, captured and op by op alike, in a Sampler too', async () => {
    const warnings: string[] = [];
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
      onWarning: (message) => warnings.push(message),
    });
    for await (const _ of trainer.run({ rounds: 3 }));
    const weights = await trainer.toBytes();
    const targets = await trainer.sample(2, { seed: 77 });
    const found = await trainer.invert(targets, { candidates: 128, steps: 150 });
    for (const error of found.errors) expect(error).toBeLessThan(2e-3);
    const spread = await distance(targets, await trainer.sample(2, { seed: 78 }), 0);
    expect(spread).toBeGreaterThan(0.05);
    expect(warnings).toEqual([]);
    expect(Buffer.from(await trainer.toBytes()).equals(Buffer.from(weights))).toBe(true);
    const eager = await Trainer.fromBytes(weights, pictures(), {
      data: PICTURES,
      backend: 'kallima',
      capture: false,
    });
    expect((await eager.invert(targets, { candidates: 128, steps: 150 })).latents).toEqual(found.latents);
    eager.dispose();
    const sampler = await loadSampler(weights, { backend: 'kallima' });
    expect((await sampler.invert(targets, { candidates: 128, steps: 150 })).latents).toEqual(found.latents);
    trainer.dispose();
    sampler.dispose();
  });

  it('tells the error of images that the generator cannot make', async () => {
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const noise = { data: PICTURES.read([0]).x!.data, shape: [28, 28, 1] };
    const { errors } = await trainer.invert(noise, { candidates: 32, steps: 40 });
    // The variance of uniform noise in [−1, 1) is ⅓: no six numbers describe it.
    expect(errors).toHaveLength(1);
    expect(errors[0]).toBeGreaterThan(0.2);
    expect(errors[0]).toBeLessThan(1);
    trainer.dispose();
  });

  it('keeps normal latents at their length by the prior, and looks at features if asked to', async () => {
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const noise = { data: PICTURES.read([1]).x!.data, shape: [28, 28, 1] };
    const options = { candidates: 32, steps: 60 };
    const held = await trainer.invert(noise, { ...options, prior: 10 });
    expect(Math.abs(rms(held.latents[0]!.values) - 1)).toBeLessThan(0.05);
    const plain = await trainer.invert(noise, { ...options, prior: 0 });
    expect(plain.errors[0]).toBeLessThan(held.errors[0]!);
    const featured = await trainer.invert(noise, { ...options, prior: 0, features: 5 });
    expect(featured.latents).not.toEqual(plain.latents);
    expect(featured.errors[0]).toBeGreaterThan(plain.errors[0]!);
    trainer.dispose();
  });

  it('inverts under the condition of each image', async () => {
    const trainer = await Trainer.create(classes(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const given = { label: ['bag', 'boot'] };
    const targets = await trainer.sample(2, { seed: 9, given });
    const options = { candidates: 64, prior: 0 };
    const right = await trainer.invert(targets, { ...options, given });
    for (const error of right.errors) expect(error).toBeLessThan(2e-3);
    const swapped = await trainer.invert(targets, { ...options, given: { label: ['boot', 'bag'] } });
    for (const [i, error] of swapped.errors.entries()) expect(error).toBeGreaterThan(2 * right.errors[i]!);
    trainer.dispose();
  });

  it('takes bytes, one image or many', async () => {
    const trainer = await Trainer.create(drawings(), {
      data: DRAWINGS,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const bytes = { data: Uint8Array.from({ length: 3 * 16 }, (_, i) => i * 5), shape: [4, 4, 1] };
    const options = { candidates: 8, steps: 3, restarts: 2 };
    expect((await trainer.invert(bytes, options)).latents).toHaveLength(3);
    const single = reshape(await trainer.sample(1), [4, 4, 1]);
    expect((await trainer.invert(single, options)).latents).toHaveLength(1);
    const many = await trainer.sample(40, { seed: 2 });
    const { latents, errors } = await trainer.invert(many, options);
    expect(latents).toHaveLength(40);
    expect(errors).toHaveLength(40);
    trainer.dispose();
  });

  it('refuses images of another shape, what is no number, and games without latents', async () => {
    const trainer = await Trainer.create(drawings(), {
      data: DRAWINGS,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const image = (shape: number[], value = 0) => ({
      data: new Float32Array(shape.reduce((a, b) => a * b)).fill(value),
      shape,
    });
    await expect(trainer.invert(image([4, 5, 1]))).rejects.toThrow(ShapeError);
    await expect(trainer.invert(image([4, 5, 1]))).rejects.toThrow(
      /^invert: images must be \[n,4,4,1\], as the generator makes them, got \[4,5,1\]; resize them$/,
    );
    await expect(trainer.invert(image([4, 4, 1], Number.NaN))).rejects.toThrow(/must hold finite numbers/);
    for (const wrong of [
      { steps: 0 },
      { restarts: 0 },
      { candidates: 3 },
      { learningRate: -1 },
      { prior: Number.NaN },
    ])
      await expect(trainer.invert(image([4, 4, 1]), wrong)).rejects.toThrow(ArgumentError);
    await expect(
      trainer.invert(image([4, 4, 1]), { learningRate: 1e38, steps: 30, prior: 0 }),
    ).rejects.toThrow(DivergedError);
    trainer.dispose();
    await expect(trainer.invert(image([4, 4, 1]))).rejects.toThrow(/must not be disposed/);
    const tiny = await Trainer.create(tinyGame(), { data: circle, batchSize: 8, backend: 'kallima' });
    await expect(tiny.invert(image([2]))).rejects.toThrow(UnsupportedError);
    tiny.dispose();
    const flat = await Trainer.create(
      gan({
        generator: mlp({ inputs: 2, hidden: [4], outputs: 2 }),
        discriminator: mlp({ inputs: 2, hidden: [4], outputs: 1 }),
      }),
      { data: circle, batchSize: 8, backend: 'kallima' },
    );
    expect((await flat.invert(image([2]), { candidates: 8, steps: 2, features: 1 })).latents).toHaveLength(1);
    flat.dispose();
  });
});
