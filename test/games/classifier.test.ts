import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { chooseBackend } from '../../src/backend/choose';
import { arrayData } from '../../src/data/array';
import { ring8 } from '../../src/data/toy';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';
import { classifier } from '../../src/games/classifier';
import { gameFromConfig } from '../../src/games/from-config';
import type { BatchOf, PlayersOf } from '../../src/games/game';
import { sequential } from '../../src/layers/compose';
import { dense } from '../../src/layers/dense';
import { dropout } from '../../src/layers/dropout';
import { accuracy, bestClasses } from '../../src/metrics/accuracy';
import { mlp } from '../../src/models/mlp';
import { loadSampler } from '../../src/train/sampler';
import { Trainer } from '../../src/train/trainer';
import { expectReplayed, expectSameOnBackends } from '../train/compare';

const model = mlp({ inputs: 2, hidden: [16], outputs: 8 });
const data = ring8({ seed: 1, count: 500 });

const noisy = classifier({
  model: {
    inputShape: [2],
    layer: sequential([dense({ units: 8 }), dropout({ rate: 0.2 }), dense({ units: 8 })]),
  },
});

describe('classifier', () => {
  beforeAll(async () => {
    await chooseBackend({ backend: 'kallima' });
  });

  it('learns to tell classes of what it has not seen', async () => {
    const trainer = await Trainer.create(
      classifier({ model, optimizer: { kind: 'adam', learningRate: 0.01 } }),
      {
        data,
        batchSize: 32,
        averaging: false,
        backend: 'kallima',
      },
    );
    for await (const _ of trainer.run({ rounds: 300 }));
    const unseen = ring8({ seed: 2, count: 200 });
    const { x, label } = unseen.read(Array.from({ length: 200 }, (_, i) => i));
    const logits = await trainer.sample(200, { given: { x } });
    expect(logits.shape).toEqual([200, 8]);
    const told = bestClasses(await logits.data(), 8);
    expect(accuracy(told, label.data)).toBeGreaterThan(0.98);

    // The file alone is enough to go on reading.
    const sampler = await loadSampler(await trainer.toBytes());
    const again = await sampler.sample(200, { given: { x: tensor(x.data, [200, 2]) } });
    expect(again.dataSync()).toEqual(logits.dataSync());
    sampler.dispose();
    trainer.dispose();
  });

  it('is replayed to the bit', () => expectReplayed(noisy, data));

  it('is the same on every backend', () => {
    const { x } = data.read([3, 4]);
    return expectSameOnBackends(noisy, data, { x });
  });

  it('reads the columns that it is told to', async () => {
    const game = classifier({ model, input: 'sound', label: 'word' });
    expectTypeOf<keyof BatchOf<typeof game>>().toEqualTypeOf<'sound' | 'word'>();
    expectTypeOf<PlayersOf<typeof game>>().toEqualTypeOf<'classifier'>();
    expect(game.directions).toEqual({ read: { given: ['sound'], like: 'word' } });
    expect(game.integers).toEqual({ word: 8 });
    const { x, label } = data.read([0, 1, 2, 3]);
    const renamed = arrayData({ sound: x, word: label });
    const trainer = await Trainer.create(game, { data: renamed, batchSize: 4 });
    for await (const { losses } of trainer.run({ rounds: 1 })) expect(losses.classifier).toBeGreaterThan(0);
    trainer.dispose();
  });

  it('comes back from its config', () => {
    const game = classifier({ model, input: 'sound', optimizer: { kind: 'sgd', learningRate: 0.1 } });
    const config = JSON.parse(JSON.stringify(game.config));
    const again = gameFromConfig(config);
    expect(JSON.parse(JSON.stringify(again.config))).toEqual(config);
    expect(again.directions).toEqual(game.directions);
    expect(again.players.classifier!.optimizer).toEqual({ kind: 'sgd', learningRate: 0.1 });
  });

  it('refuses models and data that do not fit', async () => {
    const flat = { inputShape: [2], layer: sequential([]) };
    expect(() => classifier({ model: { ...flat, inputShape: [2, 2] } })).toThrow(ShapeError);
    expect(() => classifier({ model, input: 'label', label: 'label' })).toThrow(ArgumentError);
    expect(() => classifier({ model: { ...flat, condition: { shape: [] } } })).toThrow(/and a condition/);
    const game = classifier({ model });
    const facts = { name: 'mine', shapes: { x: [2], label: [] } };
    expect(() => game.checkData(facts)).not.toThrow();
    expect(() => game.checkData({ ...facts, shapes: { x: [3], label: [] } })).toThrow(DataError);
    expect(() => game.checkData({ ...facts, shapes: { x: [2] } })).toThrow(
      /'mine' must have a column label of shape \[\], got columns x/,
    );
    expect(() => game.checkData({ ...facts, classes: Array(9).fill('c') })).toThrow(
      /the 9 classes of 'mine', got 8/,
    );
    const nine = arrayData({
      x: { data: new Float32Array(4), shape: [2] },
      label: { data: Int32Array.of(0, 9), shape: [] },
    });
    const trainer = await Trainer.create(game, { data: nine, batchSize: 2 });
    await expect(trainer.run({ rounds: 1 }).next()).rejects.toThrow(DataError);
    trainer.dispose();
  });
});
