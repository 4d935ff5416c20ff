import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { arrayData } from '../../src/data/array';
import type { Batch, Game } from '../../src/games/game';
import { type Pix2pixOptions, pix2pix } from '../../src/games/pix2pix';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { unet } from '../../src/models/unet';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { numbers } from '../support/numeric';
import { expectReplayed, expectSameOnBackends } from './compare';

const SIZE = 8;
const COUNT = 20;
const PAIRS = arrayData({
  a: { data: numbers([COUNT, SIZE, SIZE, 1], 1), shape: [SIZE, SIZE, 1] },
  b: { data: numbers([COUNT, SIZE, SIZE, 3], 2), shape: [SIZE, SIZE, 3] },
});
const GIVEN = { a: PAIRS.read([0, 1]).a };

function game(options: Partial<Pix2pixOptions> = {}) {
  const condition = { shape: [SIZE, SIZE, 1] };
  return pix2pix({
    generator: unet({ size: SIZE, channels: 1, outputChannels: 3, width: 2 }),
    discriminator: patchDiscriminator({ size: SIZE, width: 2, layers: 1, condition }),
    ...options,
  });
}

const ENDS = [
  ['both', {}],
  ['the discriminator alone', { lambda: 0 }],
  ['the distance alone', { adversarial: 0 }],
  ['a penalty', { penalty: 10, objective: 'wasserstein' }],
] as const;

describe('pix2pix in training', () => {
  beforeAll(async () => {
    await chooseBackend({ backend: 'kallima' });
  });

  it.each(ENDS)('with %s is replayed with the bits of playing op by op', async (_, options) => {
    await expectReplayed(game(options) as Game<Batch>, PAIRS, 6);
  });

  it('has the losses and samples of cpu on the other backends', async () => {
    await expectSameOnBackends(game({ lambda: 1 }) as Game<Batch>, PAIRS, GIVEN);
  });

  it('is sampled from its checkpoint alone, as from the trainer', async () => {
    const trainer = await Trainer.create(game(), { data: PAIRS, batchSize: 4, backend: 'kallima' });
    for await (const { losses } of trainer.run({ rounds: 2 })) {
      expect(Object.keys(losses)).toEqual(['discriminator', 'generator']);
    }
    const sampler = await loadSampler(await trainer.toBytes(), { backend: 'kallima' });
    const [here, there] = [trainer, sampler].map((source) => source.sample(2, { given: GIVEN, seed: 5 }));
    const [first, second] = [await here!, await there!];
    expect(second.shape).toEqual([2, SIZE, SIZE, 3]);
    expect(await second.data()).toEqual(await first.data());
    first.dispose();
    second.dispose();
    sampler.dispose();
    trainer.dispose();
  });
});
