import { memory, type Tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';
import {
  type CycleGanGame,
  type CycleGanNetwork,
  type CycleGanOptions,
  cycleGan,
  type TranslationBatch,
} from '../../src/games/cycle-gan';
import { gameFromConfig } from '../../src/games/from-config';
import type { BatchOf, PlayersOf } from '../../src/games/game';
import type { Objective } from '../../src/games/objectives/objective';
import { wasserstein } from '../../src/games/objectives/wasserstein';
import { buildNetwork, type Network } from '../../src/layers/network';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { resnetGenerator } from '../../src/models/resnet-generator';
import { unet } from '../../src/models/unet';
import { SeededRandom } from '../../src/ops/random';
import { mapValues } from '../../src/train/options';
import { BACKENDS, startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

const generator = resnetGenerator({ size: 8, width: 2, blocks: 1 });
const discriminator = patchDiscriminator({ size: 8, width: 2, layers: 1, normalization: 'instance' });
const MODELS = {
  generatorAB: generator,
  generatorBA: unet({ size: 8, width: 2, normalization: 'instance', dropout: 0 }),
  discriminatorA: discriminator,
  discriminatorB: discriminator,
};

type Networks = Record<CycleGanNetwork, Network>;

const build = (game: CycleGanGame): Networks =>
  mapValues(game.models, (model, name) => buildNetwork(model, name, 1));

/** Networks frozen as in a player's update, its loss and the gradients of everything. */
function playerLoss(game: CycleGanGame, networks: Networks, name: PlayersOf<CycleGanGame>) {
  const [a, b] = [randomTensor([2, 8, 8, 3], 1), randomTensor([2, 8, 8, 3], 2)];
  const player = game.players[name];
  for (const key of Object.keys(networks) as CycleGanNetwork[]) {
    networks[key].frozen = !player.owns.includes(key);
  }
  const owned = player.owns.flatMap((key) => [...networks[key].parameters.values()]);
  const play = { networks, batch: { a, b }, batchSize: 2, random: new SeededRandom(3) };
  const { value, grads } = variableGrads(() => player.loss(play), owned);
  const loss = value.dataSync()[0]!;
  const reached = owned.filter((weight) => grads[weight.name]).length;
  for (const tensor of [value, ...Object.values(grads), a, b]) tensor.dispose();
  return { loss, reached, owned: owned.length };
}

/** The published losses, from what the networks give. */
function published(networks: Networks, cycle: number, identity: number) {
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const l1 = (x: Tensor, y: Tensor) => {
    const other = y.dataSync();
    return mean([...x.dataSync()].map((value, i) => Math.abs(value - other[i]!)));
  };
  const squares = (scores: Tensor, target: number) =>
    mean([...scores.dataSync()].map((score) => (score - target) ** 2));
  let result = { generators: 0, discriminators: 0 };
  tidy(() => {
    const [a, b] = [randomTensor([2, 8, 8, 3], 1), randomTensor([2, 8, 8, 3], 2)];
    const run = (name: CycleGanNetwork, x: Tensor) => networks[name].apply(x, { training: true });
    const fakeB = run('generatorAB', a);
    const fakeA = run('generatorBA', b);
    result = {
      generators:
        squares(run('discriminatorB', fakeB), 1) +
        squares(run('discriminatorA', fakeA), 1) +
        cycle * (l1(run('generatorBA', fakeB), a) + l1(run('generatorAB', fakeA), b)) +
        identity * (l1(run('generatorAB', b), b) + l1(run('generatorBA', a), a)),
      discriminators:
        0.5 * (squares(run('discriminatorA', a), 1) + squares(run('discriminatorA', fakeA), 0)) +
        0.5 * (squares(run('discriminatorB', b), 1) + squares(run('discriminatorB', fakeB), 0)),
    };
  });
  return result;
}

describe.each(BACKENDS)('cycleGan on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each([
    [10, 5],
    [4, 0],
    [0, 0],
  ])(
    'has the published losses with λ %d and identity %d, and gradients in all its own weights',
    (cycle, identity) => {
      const game = cycleGan({ ...MODELS, cycle, identity });
      const networks = build(game);
      const before = memory().numTensors;
      const expected = published(networks, cycle, identity);
      for (const name of ['generators', 'discriminators'] as const) {
        const { loss, reached, owned } = playerLoss(game, networks, name);
        expect(Math.abs(loss / expected[name] - 1)).toBeLessThan(1e-5);
        expect(reached).toBe(owned);
        expect(owned).toBeGreaterThan(0);
      }
      expect(memory().numTensors).toBe(before);
      for (const network of Object.values(networks)) network.dispose();
    },
  );

  it('fills the pools in the discriminators’ update alone', () => {
    const game = cycleGan({ ...MODELS, pool: 3 });
    const networks = build(game);
    const counts = () =>
      (['poolA', 'poolB'] as const).map((name) => networks[name].state.get('count')!.dataSync()[0]);
    playerLoss(game, networks, 'generators');
    expect(counts()).toEqual([0, 0]);
    playerLoss(game, networks, 'discriminators');
    expect(counts()).toEqual([2, 2]);
    for (const network of Object.values(networks)) network.dispose();
  });

  it('translates each image once, and no more where a weight is 0', () => {
    for (const [options, runs] of [
      [{}, 6],
      [{ identity: 0 }, 4],
      [{ cycle: 0 }, 2],
    ] as const) {
      const game = cycleGan({ ...MODELS, ...options });
      const networks = build(game);
      let translations = 0;
      for (const name of ['generatorAB', 'generatorBA'] as const) {
        const network = networks[name];
        const apply = network.apply.bind(network);
        network.apply = (...args) => {
          translations += 1;
          return apply(...args);
        };
      }
      playerLoss(game, networks, 'generators');
      expect(translations).toBe(runs);
      playerLoss(game, networks, 'discriminators');
      expect(translations).toBe(runs + 2);
      for (const network of Object.values(networks)) network.dispose();
    }
  });

  it('samples both directions, each from its own domain', () => {
    const game = cycleGan(MODELS);
    const networks = build(game);
    const before = memory().numTensors;
    tidy(() => {
      const [a, b] = [randomTensor([2, 8, 8, 3], 1), randomTensor([2, 8, 8, 3], 2)];
      const request = { count: 2, random: new SeededRandom(1) };
      const toB = game.sample(networks, { ...request, direction: 'ab', given: { a } });
      expect(toB.dataSync()).toEqual(networks.generatorAB.apply(a).dataSync());
      const toA = game.sample(networks, { ...request, direction: 'ba', given: { b } });
      expect(toA.dataSync()).toEqual(networks.generatorBA.apply(b).dataSync());
    });
    expect(memory().numTensors).toBe(before);
    for (const network of Object.values(networks)) network.dispose();
  });
});

describe('cycleGan', () => {
  it('has the published settings, and others where told', () => {
    const game = cycleGan(MODELS);
    expect(game.config).toMatchObject({ cycle: 10, identity: 5, pool: 50, objective: 'leastSquares' });
    const adam = { kind: 'adam', learningRate: 2e-4, beta1: 0.5, beta2: 0.999 };
    expect(game.players.generators.optimizer).toEqual(adam);
    expect(game.players.discriminators.optimizer).toEqual(adam);
    expect(Object.keys(game.players)).toEqual(['generators', 'discriminators']);
    expect(game.samplers).toEqual(['generatorAB', 'generatorBA']);
    expect(game.directions[game.directions.ab!.back!]).toEqual({ given: ['b'], like: 'a', back: 'ab' });
    expect(cycleGan({ ...MODELS, cycle: 4 }).config.identity).toBe(2);
    const sgd = { kind: 'sgd', learningRate: 1 } as const;
    const other = cycleGan({ ...MODELS, optimizer: { discriminators: sgd }, objective: 'hinge' });
    expect(other.players.discriminators.optimizer).toEqual(sgd);
    expect(other.players.generators.optimizer).toEqual(adam);
  });

  it('is made again by its config', () => {
    const game = cycleGan({ ...MODELS, cycle: 3, identity: 1, pool: 7, objective: 'wasserstein' });
    const again = gameFromConfig(JSON.parse(JSON.stringify(game.config)));
    expect(again.config).toEqual(game.config);
    expect(Object.keys(again.models)).toEqual(Object.keys(game.models));
    const own: Objective = { ...wasserstein, kind: 'my own' };
    const config = cycleGan({ ...MODELS, objective: own }).config;
    expect(gameFromConfig(config, { objective: own }).config).toEqual(config);
    expect(() => gameFromConfig(config)).toThrow(ArgumentError);
  });

  const grey = resnetGenerator({ size: 8, channels: 3, outputChannels: 1, width: 2, blocks: 1 });
  const color = resnetGenerator({ size: 8, channels: 1, outputChannels: 3, width: 2, blocks: 1 });
  const greyJudge = patchDiscriminator({ size: 8, channels: 1, width: 2, layers: 1 });
  const larger = resnetGenerator({ size: 16, width: 2, blocks: 1 });
  it.each<[string, Partial<CycleGanOptions>, RegExp]>([
    [
      'generatorBA',
      { generatorBA: larger },
      /generatorBA must take images of domain b \[8,8,3\].*got \[16,16,3\]/,
    ],
    [
      'the way back',
      { generatorAB: grey, generatorBA: grey },
      /generatorBA must take images of domain b \[8,8,1\]/,
    ],
    ['discriminatorB', { discriminatorB: greyJudge }, /discriminatorB must take images of domain b/],
    ['discriminatorA', { discriminatorA: greyJudge }, /discriminatorA must take images of domain a/],
    [
      'identity between domains of two shapes',
      { generatorAB: grey, generatorBA: color, discriminatorB: greyJudge },
      /identity needs domains of one shape, got \[8,8,3\] and \[8,8,1\]; set identity to 0/,
    ],
  ])('refuses models that do not fit: %s', (_, models, message) => {
    expect(() => cycleGan({ ...MODELS, ...models })).toThrow(ShapeError);
    expect(() => cycleGan({ ...MODELS, ...models })).toThrow(message);
  });

  it('translates between domains of two shapes without identity', () => {
    const models = { generatorAB: grey, generatorBA: color, discriminatorB: greyJudge };
    const game = cycleGan({ ...MODELS, ...models, identity: 0 });
    expect(game.models.poolA.inputShape).toEqual([8, 8, 3]);
    expect(game.models.poolB.inputShape).toEqual([8, 8, 1]);
    expect(() => game.checkData({ name: 'both', shapes: { a: [8, 8, 3], b: [8, 8, 1] } })).not.toThrow();
  });

  it.each([{ cycle: -1 }, { identity: Number.NaN }, { pool: 1.5 }, { objective: 'hing' as 'hinge' }])(
    'refuses %j',
    (options) => {
      expect(() => cycleGan({ ...MODELS, ...options })).toThrow(ArgumentError);
    },
  );

  it('refuses data of other columns or shapes', () => {
    const game = cycleGan(MODELS);
    const check = (shapes: Record<string, number[]>) => () => game.checkData({ name: 'mine', shapes });
    expect(check({ x: [8, 8, 3] })).toThrow(DataError);
    expect(check({ x: [8, 8, 3] })).toThrow(
      /'mine' must have a column a of shape \[8,8,3\], got columns x; give two data sets/,
    );
    expect(check({ a: [8, 8, 3], b: [8, 8, 1] })).toThrow(
      /column b of 'mine' must have the shape \[8,8,3\].*got \[8,8,1\]/,
    );
  });

  it('names its batch and players', () => {
    expectTypeOf<BatchOf<CycleGanGame>>().toEqualTypeOf<TranslationBatch>();
    expectTypeOf<PlayersOf<CycleGanGame>>().toEqualTypeOf<'generators' | 'discriminators'>();
  });
});
