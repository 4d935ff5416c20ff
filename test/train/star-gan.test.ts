import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { arrayData } from '../../src/data/array';
import { DataError } from '../../src/errors';
import type { Batch, Game } from '../../src/games/game';
import { type StarGanOptions, starGan } from '../../src/games/star-gan';
import { starGanModels } from '../../src/models/star-gan';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { maxDifference, numbers } from '../support/numeric';
import { expectReplayed, expectSameOnBackends } from './compare';

const SIZE = 8;
const COUNT = 20;
const NAMES = ['red', 'green', 'blue'];
const x = { data: numbers([COUNT, SIZE, SIZE, 3], 1), shape: [SIZE, SIZE, 3] };

/** Images of three domains; `label` of the last image. */
function images(last = 2) {
  const label = Int32Array.from({ length: COUNT }, (_, i) => (i === COUNT - 1 ? last : i % 3));
  return arrayData({ x, label: { data: label, shape: [] } }, { classes: NAMES });
}

function game(options: Partial<StarGanOptions> & { readonly mask?: boolean } = {}) {
  const { mask, ...rest } = options;
  const models = starGanModels({ size: SIZE, domains: 3, width: 2, blocks: 1, halvings: 1, mask });
  return starGan({ ...models, criticSteps: 2, ...rest });
}

const GIVEN = { x: images().read([0, 1]).x, label: ['red', 'blue'] };

describe('starGan in training', () => {
  beforeAll(async () => {
    await chooseBackend({ backend: 'kallima' });
  });

  it.each([
    ['as published', {}],
    ['a mask', { mask: true }],
    ['no way back', { reconstruction: 0 }],
  ])('with %s is replayed with the bits of playing op by op', async (_, options) => {
    await expectReplayed(game(options) as Game<Batch>, images(), 6);
  });

  it('has the losses and samples of cpu on the other backends', async () => {
    await expectSameOnBackends(game({ mask: true }) as Game<Batch>, images(), GIVEN);
  });

  it('is sampled from its checkpoint alone, by the domains’ names', async () => {
    const trainer = await Trainer.create(game(), { data: images(), batchSize: 4, backend: 'kallima' });
    for await (const { losses } of trainer.run({ rounds: 2 })) {
      expect(Object.keys(losses).sort()).toEqual(['critic', 'generator']);
    }
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    const samples = [
      await trainer.sample(2, { given: GIVEN }),
      await sampler.sample(2, { given: GIVEN }),
      await sampler.sample(2, { given: { ...GIVEN, label: [0, 2] } }),
      await sampler.translate(GIVEN.x, { given: { label: 'green' } }),
    ];
    const values = await Promise.all(samples.map((sample) => sample.data()));
    expect(samples[1]!.shape).toEqual([2, SIZE, SIZE, 3]);
    expect(values[1]).toEqual(values[0]);
    expect(values[2]).toEqual(values[0]);
    expect(maxDifference(values[3]!, values[0]!)).toBeGreaterThan(0);
    for (const sample of samples) sample.dispose();
    await expect(sampler.sample(2, { given: { ...GIVEN, label: 'yellow' } })).rejects.toThrow(/yellow/);
    await expect(sampler.sample(2, { given: { ...GIVEN, label: 3 } })).rejects.toThrow(/3/);
    sampler.dispose();
    trainer.dispose();
  });

  it.each([3, -1])('refuses the label %i, which is outside the domains', async (label) => {
    const trainer = await Trainer.create(game(), {
      data: images(label),
      batchSize: COUNT,
      backend: 'kallima',
    });
    const round = async () => {
      for await (const _ of trainer.run({ rounds: 1 }));
    };
    await expect(round()).rejects.toThrow(DataError);
    await expect(round()).rejects.toThrow(new RegExp(`label.*0 .*2.*got ${label}`));
    trainer.dispose();
  });
});
