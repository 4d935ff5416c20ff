import { memory, type Tensor, tensor, tidy, type Variable, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';
import { gameFromConfig, registerGame } from '../../src/games/from-config';
import type { BatchOf, ExampleBatch, Game, PlayersOf } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import type { LatentSource } from '../../src/games/latent';
import { hinge } from '../../src/games/objectives/hinge';
import { type WganGame, wgan } from '../../src/games/wgan';
import { type WganGpGame, wganGp } from '../../src/games/wgan-gp';
import { linear } from '../../src/layers/activations';
import { buildNetwork, type Network } from '../../src/layers/network';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

const models = dcgan({ size: 28, latent: 6, width: 2 });
const points = {
  generator: mlp({ inputs: 2, hidden: [8], outputs: 2 }),
  discriminator: mlp({ inputs: 2, hidden: [8], outputs: 1 }),
  critic: mlp({ inputs: 2, hidden: [8], outputs: 1 }),
};

const GAMES: [string, Game<ExampleBatch>][] = [
  ['gan', gan(models)],
  ['gan with hinge', gan({ ...models, objective: 'hinge' })],
  ['wgan', wgan(models)],
  ['wganGp', wganGp(models)],
];

const request = (count: number, seed: number) => ({
  direction: 'sample',
  count,
  given: {},
  random: new SeededRandom(seed),
});

function networksOf(game: Game<ExampleBatch>, seed = 1): Record<string, Network> {
  return Object.fromEntries(
    Object.entries(game.models).map(([name, model]) => [name, buildNetwork(model, name, seed)]),
  );
}

const snapshot = (networks: Record<string, Network>) =>
  Object.entries(networks).flatMap(([name, network]) =>
    [...network.parameters, ...network.state].map(([path, weight]) => [
      `${name}/${path}`,
      [...weight.dataSync()],
    ]),
  );

describe.each(BACKENDS)('games on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(GAMES)(
    '%s: a player’s loss has gradients in all its own weights and leaves the others’ state',
    (_, game) => {
      const networks = networksOf(game);
      const x = randomTensor([4, 28, 28, 1], 1);
      const before = memory().numTensors;
      for (const [name, player] of Object.entries(game.players)) {
        const own = player.owns.flatMap((n) => [...networks[n]!.parameters.values()]);
        const stateBefore = snapshot(networks);
        for (const [n, network] of Object.entries(networks)) network.frozen = !player.owns.includes(n);
        const { value, grads } = variableGrads(
          () => player.loss({ networks, batch: { x }, batchSize: 4, random: new SeededRandom(3) }),
          own,
        );
        expect(value.shape).toEqual([]);
        expect(Number.isFinite(value.dataSync()[0])).toBe(true);
        expect(Object.keys(grads).sort()).toEqual(own.map((weight) => weight.name).sort());
        for (const gradient of Object.values(grads)) {
          expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
          gradient.dispose();
        }
        value.dispose();
        // Running statistics of the player's own networks may have moved; nothing else has.
        const moved = snapshot(networks)
          .filter(([, values], i) => JSON.stringify(values) !== JSON.stringify(stateBefore[i]![1]))
          .map(([path]) => path as string);
        expect(moved.every((path) => player.owns.some((n) => path.startsWith(`${n}/`)))).toBe(true);
        expect(moved.every((path) => /mean|variance/.test(path))).toBe(true);
        if (name === 'generator') expect(moved.length).toBe(4);
      }
      expect(memory().numTensors).toBe(before);
      for (const network of Object.values(networks)) network.dispose();
      x.dispose();
    },
  );

  it.each(GAMES)('%s: no gradient reaches the generator in its opponent’s update', (_, game) => {
    const networks = networksOf(game);
    const x = randomTensor([4, 28, 28, 1], 1);
    const opponent = Object.keys(game.players).find((name) => name !== 'generator')!;
    const all: Variable[] = Object.values(networks).flatMap((network) => [...network.parameters.values()]);
    const { value, grads } = variableGrads(
      () =>
        game.players[opponent]!.loss({ networks, batch: { x }, batchSize: 4, random: new SeededRandom(3) }),
      all,
    );
    const reached = all.filter((weight) => grads[weight.name]);
    expect(reached).toEqual([...networks[opponent]!.parameters.values()]);
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
    for (const network of Object.values(networks)) network.dispose();
    x.dispose();
  });

  it.each(GAMES)('%s: the generator’s loss reads no batch', (_, game) => {
    const networks = networksOf(game);
    const batch = {
      get x(): Tensor {
        throw new Error('read');
      },
    };
    tidy(() => game.players.generator!.loss({ networks, batch, batchSize: 2, random: new SeededRandom(3) }));
    for (const network of Object.values(networks)) network.dispose();
  });

  it('wgan clips its critic and nothing else', () => {
    const game = wgan({ ...models, clip: 0.015 });
    const networks = {
      generator: buildNetwork(models.generator, 'g', 1),
      critic: buildNetwork(models.critic, 'c', 1),
    };
    const before = memory().numTensors;
    const kernel = networks.critic.parameters.get('0/kernel')!;
    const original = [...kernel.dataSync()];
    const generator = snapshot({ generator: networks.generator });
    game.players.critic.afterUpdate!(networks);
    expect([...kernel.dataSync()]).toEqual(
      original.map((value) => Math.max(-Math.fround(0.015), Math.min(Math.fround(0.015), value))),
    );
    expect(original.some((value) => Math.abs(value) > 0.015)).toBe(true);
    expect(snapshot({ generator: networks.generator })).toEqual(generator);
    expect(game.players.generator.afterUpdate).toBeUndefined();
    expect(memory().numTensors).toBe(before);
    networks.generator.dispose();
    networks.critic.dispose();
  });

  it('samples in inference mode, the same for the same stream', () => {
    const game = gan(models);
    const networks = {
      generator: buildNetwork(models.generator, 'g', 1),
      discriminator: buildNetwork(models.discriminator, 'd', 1),
    };
    const before = memory().numTensors;
    const first = game.sample(networks, request(3, 2));
    const second = game.sample(networks, request(3, 2));
    expect(first.shape).toEqual([3, 28, 28, 1]);
    expect(second.dataSync()).toEqual(first.dataSync());
    // One image alone is what it is among others: no batch statistics.
    const single = game.sample(networks, request(1, 2));
    single.dataSync().forEach((value, i) => {
      expect(Math.abs(value - first.dataSync()[i]!)).toBeLessThan(1e-6);
    });
    for (const samples of [first, second, single]) samples.dispose();
    expect(memory().numTensors).toBe(before);
    for (const network of Object.values(networks)) network.dispose();
  });

  it('draws latents as told', () => {
    const drawn = (latent: LatentSource): Float32Array => {
      // Its samples are its latents.
      const generator = { inputShape: [2], layer: linear() };
      const game = gan({ ...points, generator, latent });
      const networks = {
        generator: buildNetwork(generator, 'g', 1),
        discriminator: buildNetwork(points.discriminator, 'd', 1),
      };
      const values = tidy(() => Float32Array.from(game.sample(networks, request(500, 1)).dataSync()));
      networks.discriminator.dispose();
      return values;
    };
    const uniform = drawn('uniform');
    expect(uniform.every((value) => value >= -1 && value < 1)).toBe(true);
    expect(Math.min(...uniform)).toBeLessThan(-0.9);
    const normal = drawn('normal');
    expect(Math.max(...normal)).toBeGreaterThan(2);
    const own = drawn((count, random) => random.uniform([count, 2], 5, 6));
    expect(own.every((value) => value >= 5 && value < 6)).toBe(true);
    expect(() => drawn((count) => tensor(new Float32Array(count), [count, 1]))).toThrow(
      /latent function must return \[500,2\] for a count of 500, got \[500,1\]/,
    );
  });
});

describe('games', () => {
  it('have the published settings, and others where told', () => {
    expect(gan(models).players.generator.optimizer).toEqual({
      kind: 'adam',
      learningRate: 2e-4,
      beta1: 0.5,
      beta2: 0.999,
    });
    expect(wgan(models).players.critic).toMatchObject({
      updates: 5,
      optimizer: { kind: 'rmsprop', learningRate: 5e-5 },
    });
    expect(wganGp(models).players.critic).toMatchObject({
      updates: 5,
      optimizer: { kind: 'adam', learningRate: 1e-4, beta1: 0, beta2: 0.9 },
    });
    const game = wganGp({
      ...models,
      criticSteps: 2,
      generatorSteps: 3,
      optimizer: { critic: { kind: 'sgd', learningRate: 1 } },
    });
    expect(game.players.critic).toMatchObject({ updates: 2, optimizer: { kind: 'sgd' } });
    expect(game.players.generator).toMatchObject({ updates: 3, optimizer: { kind: 'adam' } });
    const both = gan({ ...models, optimizer: { kind: 'sgd', learningRate: 0.5 } });
    expect(Object.values(both.players).map((player) => player.optimizer.learningRate)).toEqual([0.5, 0.5]);
    expect(Object.keys(both.players)).toEqual(['discriminator', 'generator']);
  });

  it('are typed by their players and batches', () => {
    expectTypeOf<PlayersOf<WganGpGame>>().toEqualTypeOf<'critic' | 'generator'>();
    expectTypeOf<PlayersOf<WganGame>>().toEqualTypeOf<'critic' | 'generator'>();
    expectTypeOf<PlayersOf<ReturnType<typeof gan>>>().toEqualTypeOf<'discriminator' | 'generator'>();
    expectTypeOf<BatchOf<WganGpGame>>().toEqualTypeOf<ExampleBatch>();
    // @ts-expect-error a player that wganGp does not have
    expect(wganGp(models).players.discriminator).toBeUndefined();
  });

  it.each(GAMES)('%s comes back from its config', (_, game) => {
    const config = JSON.parse(JSON.stringify(game.config));
    const again = gameFromConfig(config);
    expect(JSON.parse(JSON.stringify(again.config))).toEqual(config);
    expect(again.kind).toBe(game.kind);
    expect(Object.keys(again.players)).toEqual(Object.keys(game.players));
    expect(Object.values(again.players).map(({ updates, optimizer }) => ({ updates, optimizer }))).toEqual(
      Object.values(game.players).map(({ updates, optimizer }) => ({ updates, optimizer })),
    );
  });

  it('with functions of one’s own need them again', () => {
    const objective = { ...hinge, kind: 'mine' };
    const latent: LatentSource = (count, random) => random.normal([count, 6]);
    const { config } = gan({ ...models, objective, latent });
    expect(() => gameFromConfig(config)).toThrow(/objective must be a known name.*got mine/);
    expect(() => gameFromConfig(config, { objective })).toThrow(
      /got function; .*gameFromConfig\(config, \{ latent \}\)/,
    );
    expect(gameFromConfig(config, { objective, latent }).config).toEqual(config);
  });

  it('of an unknown kind are refused, and new ones can be made known', () => {
    expect(() => gameFromConfig({ kind: 'wgan-pg' })).toThrow(ArgumentError);
    expect(() => gameFromConfig({ kind: 'wgan-pg' })).toThrow(/got wgan-pg; nearest are wgan-gp/);
    registerGame('mine', () => gan(models));
    expect(gameFromConfig({ kind: 'mine' }).kind).toBe('gan');
    expect(() => registerGame('gan', () => gan(models))).toThrow(/must be new, got gan/);
  });

  it.each(GAMES)('%s refuses data of another shape, naming both and the remedy', (_, game) => {
    expect(() => game.checkData({ name: 'data', shapes: { x: [28, 28, 1] } })).not.toThrow();
    expect(() => game.checkData({ name: 'data', shapes: { x: [28, 28, 3] } })).toThrow(DataError);
    expect(() => game.checkData({ name: 'data', shapes: { x: [32, 32, 3] } })).toThrow(
      /\[28,28,1\].*got \[32,32,3\]; make the models for/,
    );
    expect(() => game.checkData({ name: 'data', shapes: { a: [28, 28, 1] } })).toThrow(
      /column x of shape \[28,28,1\], got columns a/,
    );
  });

  it('refuse models that do not fit each other and numbers out of range', () => {
    expect(() => gan({ generator: points.generator, discriminator: models.discriminator })).toThrow(
      ShapeError,
    );
    expect(() => wganGp({ generator: points.generator, critic: models.critic })).toThrow(
      /generator output \[2\] and critic input \[28,28,1\]; make both/,
    );
    expect(() => gan({ ...points, discriminatorSteps: 0 })).toThrow(/discriminatorSteps.*got 0/);
    expect(() => wganGp({ ...points, penalty: -1 })).toThrow(/penalty/);
    expect(() => wganGp({ ...points, penalty: Number.NaN })).toThrow(/penalty.*got NaN/);
    expect(() => wgan({ ...points, clip: 0 })).toThrow(/clip must be a number above 0, got 0/);
    expect(() => gan({ ...points, latent: 'gauss' as 'normal' })).toThrow(
      /'normal', 'uniform' or a function, got gauss/,
    );
  });
});
