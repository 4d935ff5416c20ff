import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
import { gan, mlp, ring8, Trainer } from '../../src/index';
import { rateFactor } from '../../src/train/options';

it('is one up to the start, falls in a line, and stays at zero after the end', () => {
  const decay = { start: 10, end: 20 };
  expect([0, 10, 11, 15, 19, 20, 30].map((round) => rateFactor(decay, round))).toEqual([
    1, 1, 0.9, 0.5, 0.1, 0, 0,
  ]);
  expect(rateFactor(undefined, 7)).toBe(1);
});

/** Samples after some rounds of a run whose rates reach zero after the second. */
async function samplesAfter(rounds: number): Promise<Float32Array> {
  const generator = mlp({ inputs: 2, hidden: [4], outputs: 2 });
  const discriminator = mlp({ inputs: 2, hidden: [4], outputs: 1 });
  const trainer = await Trainer.create(
    gan({ generator, discriminator, optimizer: { kind: 'sgd', learningRate: 0.1 } }),
    {
      data: ring8({ seed: 1 }),
      batchSize: 8,
      backend: 'cpu',
      averaging: false,
      learningRateDecay: { start: 0, end: 2 },
    },
  );
  for await (const _report of trainer.run({ rounds }));
  const samples = await trainer.sample(4);
  const values = (await samples.data()) as Float32Array;
  samples.dispose();
  trainer.dispose();
  return values;
}

it('stops learning where the rates are zero', async () => {
  const two = await samplesAfter(2);
  expect(await samplesAfter(1)).not.toEqual(two);
  expect(await samplesAfter(5)).toEqual(two);
});

it('refuses an end before the start', async () => {
  const generator = mlp({ inputs: 2, hidden: [4], outputs: 2 });
  const discriminator = mlp({ inputs: 2, hidden: [4], outputs: 1 });
  const options = { data: ring8({ seed: 1 }), learningRateDecay: { start: 5, end: 5 } };
  await expect(Trainer.create(gan({ generator, discriminator }), options)).rejects.toThrow(
    'Trainer.create: learningRateDecay.end must be an integer of at least 6, got 5',
  );
});
