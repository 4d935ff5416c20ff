import { describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { DataError } from '../../src/errors';
import { conditional } from '../../src/games/conditional';
import type { Batch, Game } from '../../src/games/game';
import { conditionalDcgan } from '../../src/models/conditional-dcgan';
import { classCondition, imageCondition } from '../../src/models/conditions';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { philoxUniform } from '../../src/util/philox';
import { expectReplayed, expectSameOnBackends } from './compare';

const pixels = (seed: number) => ({
  data: Uint8Array.from(philoxUniform(20 * 28 * 28, { seed, draw: 0 }), (value) => value * 256),
  shape: [28, 28, 1],
});
const DATA = arrayData(
  {
    x: pixels(1),
    past: pixels(2),
    label: { data: Int32Array.from({ length: 20 }, (_, i) => (i * 7) % 3), shape: [] },
  },
  { classes: ['boot', 'shirt', 'bag'] },
);

const SMALL = { size: 28, width: 3, latent: 5 } as const;
const THREE = classCondition({ classes: 3 });
const labelled = conditional(conditionalDcgan({ ...SMALL, condition: THREE }));
const GAMES: [string, Game<Batch, string, string>][] = [
  ['concatenation', labelled],
  [
    'projection and batch norm',
    conditional({
      ...conditionalDcgan({
        ...SMALL,
        condition: classCondition({ classes: 3, units: 4 }),
        conditioning: { generator: 'batchNorm', discriminator: 'projection' },
        normalization: { discriminator: 'spectral' },
      }),
      objective: 'hinge',
    }),
  ],
  [
    'auxiliary',
    conditional({
      ...conditionalDcgan({ ...SMALL, condition: THREE, conditioning: { discriminator: 'auxiliary' } }),
      auxiliary: 1,
    }),
  ],
  [
    'an image, with penalty and reconstruction',
    conditional({
      ...conditionalDcgan({
        ...SMALL,
        condition: imageCondition({ height: 28, width: 28, channels: 1, units: 6, filters: 2 }),
        normalization: { discriminator: 'none' },
      }),
      condition: 'past',
      objective: 'wasserstein',
      penalty: 10,
      reconstruction: 1,
      diversity: 0.5,
      discriminatorSteps: 2,
    }),
  ],
  [
    'reconstruction alone',
    conditional({
      ...conditionalDcgan({ ...SMALL, condition: THREE }),
      adversarial: 0,
      reconstruction: 1,
    }),
  ],
];

describe('a conditional game', () => {
  it.each(GAMES)('by %s is replayed to the bit', (_, game) => expectReplayed(game, DATA));

  it.each(GAMES.slice(0, 4))('by %s is the same on every backend', (_, game) =>
    expectSameOnBackends(game, DATA, undefined),
  );

  it('draws the class that is asked for, by name or number, from its file alone', async () => {
    const trainer = await Trainer.create(labelled, { data: DATA, batchSize: 4, backend: 'kallima' });
    for await (const _ of trainer.run({ rounds: 2 }));
    const named = await trainer.sample(2, { seed: 3, given: { label: 'shirt' } });
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    const numbered = await sampler.sample(2, { seed: 3, given: { label: [1, 2] } });
    expect(named.shape).toEqual([2, 28, 28, 1]);
    const [first, second] = [await named.data(), await numbered.data()];
    expect(second.slice(0, 784)).toEqual(first.slice(0, 784));
    expect(second.slice(784)).not.toEqual(first.slice(784));
    await expect(trainer.sample(1, { given: { label: 'boots' } })).rejects.toThrow(/nearest are boot/);
    await expect(trainer.sample(1, { given: { label: 3 } })).rejects.toThrow(/label/);
    named.dispose();
    numbered.dispose();
    trainer.dispose();
    sampler.dispose();
  });

  it('refuses a label outside the classes, naming it', async () => {
    const data = arrayData({ x: pixels(1), label: { data: new Int32Array(20).fill(3), shape: [] } });
    const trainer = await Trainer.create(labelled, { data, batchSize: 4, backend: 'kallima' });
    const run = async () => {
      for await (const _ of trainer.run({ rounds: 1 }));
    };
    await expect(run()).rejects.toThrow(DataError);
    await expect(run()).rejects.toThrow(/label.*got 3/);
    trainer.dispose();
  });

  it('reports a loss of 0 for a discriminator that nobody asks', async () => {
    const [, game] = GAMES[4]!;
    const trainer = await Trainer.create(game, { data: DATA, batchSize: 4, backend: 'kallima' });
    for await (const { losses } of trainer.run({ rounds: 2 })) {
      expect(losses.discriminator).toBe(0);
      expect(losses.generator).toBeGreaterThan(0);
    }
    trainer.dispose();
  });
});
