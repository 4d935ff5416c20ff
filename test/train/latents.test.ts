import type { Tensor } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError, UnsupportedError } from '../../src/errors';
import type { LatentSource } from '../../src/games/latent';
import { Latent } from '../../src/latent/latent';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { BACKENDS, type BackendName } from '../support/backends';
import { classes, DRAWINGS, drawings, PICTURES, pictures, SIZE } from './latent-games';
import { circle, tinyGame } from './tiny-game';

async function values(made: Promise<Tensor>): Promise<number[]> {
  const tensor = await made;
  const copied = Array.from(await tensor.data());
  tensor.dispose();
  return copied;
}

const start = (backend: BackendName, latent?: LatentSource) =>
  Trainer.create(drawings(latent), { data: DRAWINGS, seed: 5, batchSize: 8, backend });

/** Largest difference. */
const apart = (a: readonly number[], b: readonly number[]) => {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!)));
};

describe.each(BACKENDS)('the latents of a seed on %s', (backend) => {
  it.each(['normal', 'uniform'] as const)('make the samples of that seed: %s', async (latent) => {
    const trainer = await start(backend, latent);
    const seeded = await values(trainer.sample(70, { seed: 7 }));
    const latents = trainer.latents(70, 7);
    expect(latents[0]).toEqual(trainer.latent(7));
    const given = await values(trainer.sample(70, { latent: latents }));
    // A uniform number has the same bits everywhere; a normal one comes of a logarithm and a cosine.
    expect(apart(seeded, given)).toBeLessThanOrEqual(latent === 'uniform' ? 0 : 1e-5);
    expect(apart(seeded, await values(trainer.sample(70, { seed: 8 })))).toBeGreaterThan(0.1);
    trainer.dispose();
  });
});

describe('samples of latents', () => {
  it('are the same from a Sampler, one for all or one for each', async () => {
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    for await (const _ of trainer.run({ rounds: 2 }));
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    expect(sampler.latents(3, 9)).toEqual(trainer.latents(3, 9));
    expect(sampler.latents(2)).toEqual(trainer.latents(2, 5));
    const between = trainer.latent(1).slerp(trainer.latent(2), 0.4);
    const one = await values(trainer.sample(1, { latent: between }));
    expect(await values(sampler.sample(1, { latent: between }))).toEqual(one);
    expect(await values(sampler.sample(2, { latent: between }))).toEqual([...one, ...one]);
    expect(await values(sampler.sample(2, { latent: [between, sampler.latent(1)] }))).toEqual([
      ...one,
      ...(await values(trainer.sample(1, { latent: trainer.latent(1) }))),
    ]);
    trainer.dispose();
    sampler.dispose();
  });

  it('are made under a condition', async () => {
    const trainer = await Trainer.create(classes(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const given = { label: ['bag', 'boot', 'shirt'] };
    const seeded = await values(trainer.sample(3, { seed: 4, given }));
    const made = await values(trainer.sample(3, { latent: trainer.latents(3, 4), given }));
    expect(apart(seeded, made)).toBeLessThan(1e-5);
    const others = await values(
      trainer.sample(3, { latent: trainer.latents(3, 4), given: { label: 'bag' } }),
    );
    expect(apart(seeded, others)).toBeGreaterThan(1e-3);
    trainer.dispose();
  });

  it('refuses latents of another length, number or no numbers', async () => {
    const trainer = await start('kallima');
    const short = new Latent(new Float32Array(SIZE - 1));
    await expect(trainer.sample(1, { latent: short })).rejects.toThrow(
      /^sample: latents must be of 6 numbers, got 5 in latent 0$/,
    );
    await expect(trainer.sample(1, { latent: short })).rejects.toThrow(ShapeError);
    await expect(trainer.sample(3, { latent: trainer.latents(2, 0) })).rejects.toThrow(
      /latent must be one or 3, one for each sample, got 2/,
    );
    const broken = new Latent(new Float32Array(SIZE).fill(Number.NaN));
    await expect(trainer.sample(1, { latent: broken })).rejects.toThrow(ArgumentError);
    trainer.dispose();
  });

  it('tells who has no latents, or only a function that draws them', async () => {
    const tiny = await Trainer.create(tinyGame(), { data: circle, batchSize: 8, backend: 'kallima' });
    expect(() => tiny.latent(1)).toThrow(UnsupportedError);
    expect(() => tiny.latent(1)).toThrow('latents: the game must make its samples of latents, got tiny');
    await expect(tiny.sample(1, { latent: new Latent(new Float32Array(3)) })).rejects.toThrow(
      /^sample: the game/,
    );
    tiny.dispose();
    const own = await start('kallima', (count, random) => random.normal([count, SIZE]));
    expect(() => own.latents(1)).toThrow(/latent must be normal or uniform, got a function/);
    expect(await values(own.sample(2, { latent: new Latent(new Float32Array(SIZE)) }))).toHaveLength(32);
    own.dispose();
  });
});
