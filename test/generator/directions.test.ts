import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError, UnsupportedError } from '../../src/errors';
import { readOnnx } from '../../src/formats/onnx/read';
import { affineHead } from '../../src/generator/affine-head';
import { type DirectionsOptions, latentDirections } from '../../src/generator/directions';
import { loadGenerator } from '../../src/generator/load';
import type { LatentDirection } from '../../src/latent/directions';
import { walk } from '../../src/latent/walk';
import { Trainer } from '../../src/train/trainer';
import { classes, PICTURES, pictures, SIZE } from '../train/latent-games';
import { exported } from './fixtures';

function expectSame(found: readonly LatentDirection[], wanted: readonly LatentDirection[]) {
  expect(found).toHaveLength(wanted.length);
  for (const [k, { values, share }] of wanted.entries()) {
    expect(Math.abs(found[k]!.share - share), `share ${k}`).toBeLessThan(1e-4);
    for (const [i, value] of values.entries())
      expect(Math.abs(found[k]!.values[i]! - value), `direction ${k}`).toBeLessThan(2e-3);
  }
}

describe('latentDirections of a generator', () => {
  it('are those of the Trainer that exported it, and so are its latents', async () => {
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    for await (const _ of trainer.run({ rounds: 2 }));
    const generator = await loadGenerator(await trainer.export('onnx'));
    expect(generator.latent(7)).toEqual(trainer.latent(7));
    for (const options of [{ count: SIZE }, { method: 'pca', samples: 150, count: 3 }] as const)
      expectSame(await latentDirections(generator, options), await trainer.latentDirections(options));
    const frames = walk([generator.latent(1), trainer.latent(2)], 4);
    const theirs = await (await trainer.sample(4, { latent: frames })).data();
    const { data, shape } = await generator.sample({ latent: frames });
    expect(shape).toEqual([4, 28, 28, 1]);
    for (const [i, value] of data.entries()) expect(Math.abs(value - theirs[i]!)).toBeLessThan(1e-4);
    generator.dispose();
    trainer.dispose();
  });

  it('are found under a condition', async () => {
    const trainer = await Trainer.create(classes(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const generator = await loadGenerator(await trainer.export('onnx'));
    expectSame(await latentDirections(generator, { count: 3 }), await trainer.latentDirections({ count: 3 }));
    const options = { method: 'pca', samples: 100, count: 2, given: { label: 'bag' } } as const;
    expectSame(await latentDirections(generator, options), await trainer.latentDirections(options));
    generator.dispose();
    trainer.dispose();
  });

  it('are found in what PyTorch exported', async () => {
    const generator = await loadGenerator(exported('dcgan'));
    const found = await latentDirections(generator, { count: 8 });
    expect(Math.abs(found.reduce((sum, { share }) => sum + share, 0) - 1)).toBeLessThan(1e-4);
    const change = async (direction: LatentDirection) => {
      const latents = Array.from({ length: 30 }, (_, seed) => generator.latent(seed));
      const before = await generator.sample({ latent: latents });
      const after = await generator.sample({ latent: latents.map((latent) => latent.move(direction, 0.5)) });
      return after.data.reduce((sum, value, i) => sum + (value - before.data[i]!) ** 2, 0);
    };
    expect(await change(found[0]!)).toBeGreaterThan(await change(found[7]!));
    generator.dispose();
  });

  it('refuses other methods and numbers, and a latent that meets no weights', async () => {
    const generator = await loadGenerator(exported('dcgan'));
    const wrong = (options: DirectionsOptions) => expect(latentDirections(generator, options)).rejects;
    await wrong({ count: 9 }).toThrow(ShapeError);
    await wrong({ method: 'pca', samples: 1 }).toThrow(ArgumentError);
    await wrong({ method: 'ica' as 'pca' }).toThrow(/method must be sefa or pca, got ica/);
    generator.dispose();
    const styles = await loadGenerator(exported('stylegan'));
    await expect(latentDirections(styles)).rejects.toThrow(UnsupportedError);
    styles.dispose();
    const unet = await loadGenerator(exported('unet'));
    await expect(latentDirections(unet)).rejects.toThrow(/^latentDirections: the model must take a latent/);
    unet.dispose();
  });
});

describe('affineHead', () => {
  it('ends a DCGAN after its first layer', () => {
    const { model, weighted } = affineHead(readOnnx(exported('dcgan')), 'z');
    expect(weighted).toBe(true);
    expect(model.outputs).toHaveLength(1);
    expect(model.nodes.map(({ op }) => op)).not.toContain('Relu');
    expect(model.nodes.filter(({ op }) => op === 'ConvTranspose')).toHaveLength(1);
  });

  it('gathers every style of a StyleGAN from its intermediate latent', () => {
    const whole = readOnnx(exported('stylegan'));
    // The mapping network ends where several affine maps take one value.
    const uses = new Map<string, number>();
    for (const { op, inputs } of whole.nodes)
      if (op === 'Gemm') uses.set(inputs[0]!, (uses.get(inputs[0]!) ?? 0) + 1);
    const [w, count] = [...uses].sort(([, a], [, b]) => b - a)[0]!;
    expect(count).toBeGreaterThan(1);
    const { model, weighted } = affineHead(whole, w);
    expect(weighted).toBe(true);
    expect(model.nodes.filter(({ op }) => op === 'Gemm').length).toBeGreaterThanOrEqual(count);
    expect(affineHead(whole, 'z').weighted).toBe(false);
  });
});
