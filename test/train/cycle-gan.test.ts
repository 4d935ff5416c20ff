import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { arrayData } from '../../src/data/array';
import { unpaired } from '../../src/data/unpaired';
import { cycleGan } from '../../src/games/cycle-gan';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { resnetGenerator } from '../../src/models/resnet-generator';
import { unet } from '../../src/models/unet';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { philoxUniform } from '../../src/util/philox';
import { expectReplayed, expectSameOnBackends } from './compare';

const domain = (seed: number, count: number) =>
  arrayData({
    x: {
      data: Uint8Array.from(philoxUniform(count * 8 * 8 * 3, { seed, draw: 0 }), (value) => value * 256),
      shape: [8, 8, 3],
    },
  });
const data = unpaired({ a: domain(1, 20), b: domain(2, 13) });

/** Small networks, and a pool that is soon full. */
const game = cycleGan({
  generatorAB: resnetGenerator({ size: 8, width: 2, blocks: 1 }),
  generatorBA: unet({ size: 8, width: 2, normalization: 'instance' }),
  discriminatorA: patchDiscriminator({ size: 8, width: 2, layers: 1, normalization: 'instance' }),
  discriminatorB: patchDiscriminator({ size: 8, width: 2, layers: 1, normalization: 'batch' }),
  pool: 10,
});

async function play(rounds: readonly number[]): Promise<Uint8Array> {
  let bytes: Uint8Array | undefined;
  for (const count of rounds) {
    const options = { data, backend: 'kallima' } as const;
    const trainer = bytes
      ? await Trainer.fromBytes(bytes, game, options)
      : await Trainer.create(game, { ...options, batchSize: 3, seed: 5 });
    for await (const _ of trainer.run({ rounds: count }));
    bytes = await trainer.toBytes();
    trainer.dispose();
  }
  return bytes!;
}

beforeAll(async () => {
  await chooseBackend({ backend: 'kallima' });
});

describe('training cycleGan', () => {
  it('replays what is played op by op, to the bit, pools and all', async () => {
    await expectReplayed(game, data, 60);
  });

  it('goes on from a checkpoint to the bit, with the pools filling and full', async () => {
    const whole = await play([24]);
    expect(Buffer.from(await play([2, 10, 12])).equals(Buffer.from(whole))).toBe(true);
    const other = await play([23]);
    expect(Buffer.from(other).equals(Buffer.from(whole))).toBe(false);
  });

  it('has the same losses and samples on every backend', async () => {
    await expectSameOnBackends(game, data, undefined);
  });

  it('translates from a checkpoint alone', async () => {
    const bytes = await play([3]);
    const sampler = await loadSampler(bytes, { backend: 'kallima' });
    const { a, b } = data.read([0, 1, 2]);
    for (const [direction, given] of [
      ['ab', { a }],
      ['ba', { b }],
    ] as const) {
      const samples = await sampler.sample(3, { direction, given });
      expect(samples.shape).toEqual([3, 8, 8, 3]);
      expect((await samples.data()).every((value) => value > -1 && value < 1)).toBe(true);
      samples.dispose();
    }
    sampler.dispose();
  });
});
