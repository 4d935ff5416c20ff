import { describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError, UnsupportedError } from '../../src/errors';
import { readSafetensors } from '../../src/formats/safetensors';
import { gan } from '../../src/games/gan';
import { factorDirections } from '../../src/latent/directions';
import { leakyRelu } from '../../src/layers/activations';
import { residual, sequential } from '../../src/layers/compose';
import { dense } from '../../src/layers/dense';
import { mlp } from '../../src/models/mlp';
import type { DirectionsOptions } from '../../src/train/directions';

import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { BACKENDS } from '../support/backends';
import { classes, DRAWINGS, drawings, PICTURES, pictures, SIZE } from './latent-games';
import { circle, tinyGame } from './tiny-game';

describe.each(BACKENDS)('latentDirections on %s', (backend) => {
  it('are those of the first layer by SeFa', async () => {
    const trainer = await Trainer.create(drawings(), {
      data: DRAWINGS,
      seed: 5,
      batchSize: 8,
      backend,
      averaging: false,
    });
    const bytes = await trainer.toBytes();
    const sampler = await loadSampler(bytes, { backend });
    const found = await trainer.latentDirections({ count: SIZE });
    expect(await sampler.latentDirections({ count: SIZE })).toEqual(found);
    const kernel = readSafetensors(bytes).tensors.get('networks/generator/0/kernel')!;
    const [inputs, outputs] = kernel.shape as [number, number];
    const rows = Float32Array.from({ length: inputs * outputs }, (_, i) =>
      Number(kernel.data[(i % inputs) * outputs + Math.floor(i / inputs)]),
    );
    for (const [k, { values, share }] of factorDirections(rows, inputs, SIZE).entries()) {
      expect(Math.abs(share - found[k]!.share)).toBeLessThan(1e-5);
      for (const [i, value] of values.entries())
        expect(Math.abs(value - found[k]!.values[i]!)).toBeLessThan(1e-3);
    }
    trainer.dispose();
    sampler.dispose();
  });
});

describe('latentDirections', () => {
  it('change samples the more, the larger their share, by either method', async () => {
    const trainer = await Trainer.create(pictures(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    for (const method of ['sefa', 'pca'] as const) {
      const found = await trainer.latentDirections({ method, count: SIZE, samples: 400 });
      expect(found).toHaveLength(SIZE);
      const shares = found.map(({ share }) => share);
      expect(shares).toEqual([...shares].sort((a, b) => b - a));
      const changes: number[] = [];
      for (const direction of [found[0]!, found[SIZE - 1]!]) {
        let sum = 0;
        const latents = trainer.latents(40, 3);
        const before = await (await trainer.sample(40, { latent: latents })).data();
        const moved = latents.map((latent) => latent.move(direction, 0.5));
        const after = await (await trainer.sample(40, { latent: moved })).data();
        for (const [i, value] of after.entries()) sum += (value - before[i]!) ** 2;
        changes.push(sum);
      }
      expect(changes[0], method).toBeGreaterThan(1.1 * changes[1]!);
    }
    trainer.dispose();
  });

  it('are found under one condition', async () => {
    const trainer = await Trainer.create(classes(), {
      data: PICTURES,
      seed: 5,
      batchSize: 8,
      backend: 'kallima',
    });
    const boots = await trainer.latentDirections({ given: { label: 'boot' }, count: 2 });
    const bags = await trainer.latentDirections({ given: { label: 'bag' }, count: 2 });
    // The condition is beside the latent: another one moves the first layer and stretches nothing.
    for (const [k, { values }] of boots.entries())
      for (const [i, value] of values.entries())
        expect(Math.abs(value - bags[k]!.values[i]!)).toBeLessThan(1e-3);
    const components = { method: 'pca', samples: 100, count: 2 } as const;
    expect(await trainer.latentDirections({ ...components, given: { label: 'boot' } })).not.toEqual(
      await trainer.latentDirections({ ...components, given: { label: 'bag' } }),
    );
    trainer.dispose();
  });

  it('refuses other methods and numbers, and games that have none', async () => {
    const trainer = await Trainer.create(drawings(), { data: DRAWINGS, batchSize: 8, backend: 'kallima' });
    const wrong = (options: DirectionsOptions) => expect(trainer.latentDirections(options)).rejects;
    await wrong({ count: SIZE + 1 }).toThrow(ShapeError);
    await wrong({ count: 0 }).toThrow(ArgumentError);
    await wrong({ method: 'pca', samples: 1 }).toThrow(/samples must be an integer of at least 2, got 1/);
    await wrong({ method: 'ica' as 'pca' }).toThrow(
      /^latentDirections: method must be sefa or pca, got ica$/,
    );
    trainer.dispose();
    const tiny = await Trainer.create(tinyGame(), { data: circle, batchSize: 8, backend: 'kallima' });
    await expect(tiny.latentDirections()).rejects.toThrow(UnsupportedError);
    tiny.dispose();
    for (const [layer, message] of [
      [
        sequential([leakyRelu(), dense({ units: 2 })]),
        /generator must begin with other layers, got leakyRelu/,
      ],
      [residual(dense({ units: 2 })), /generator must be a sequence of layers, got residual/],
    ] as const) {
      const game = gan({
        generator: { inputShape: [2], layer },
        discriminator: mlp({ inputs: 2, hidden: [4], outputs: 1 }),
      });
      const other = await Trainer.create(game, { data: circle, batchSize: 8, backend: 'kallima' });
      await expect(other.latentDirections({ count: 1 })).rejects.toThrow(message);
      other.dispose();
    }
  });
});
