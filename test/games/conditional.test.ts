import {
  abs,
  mean,
  memory,
  slice,
  square,
  sub,
  sum,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';
import { type ConditionalGame, conditional } from '../../src/games/conditional';
import { crossEntropy } from '../../src/games/cross-entropy';
import { gameFromConfig } from '../../src/games/from-config';
import type { Batch, BatchOf, Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { hinge } from '../../src/games/objectives/hinge';
import type { Objective } from '../../src/games/objectives/objective';
import { sequential } from '../../src/layers/compose';
import { concatCondition } from '../../src/layers/concat-condition';
import { dense } from '../../src/layers/dense';
import type { Condition, Model } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { conditionalDcgan } from '../../src/models/conditional-dcgan';
import { classCondition, imageCondition } from '../../src/models/conditions';
import { mlp } from '../../src/models/mlp';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

/** A small network that is given a condition beside its input. */
const under = (condition: Condition, outputs: number): Model => ({
  inputShape: [2],
  condition,
  layer: sequential([concatCondition(), dense({ units: outputs })]),
});
const THREE = classCondition({ classes: 3 });
const generator = under(THREE, 2);
const discriminator = under(THREE, 1);
const reader = mlp({ inputs: 2, hidden: [], outputs: 4 });

const SMALL = { size: 28, width: 2, latent: 6 } as const;
const TEN = classCondition({ classes: 10 });
const IMAGE = imageCondition({ height: 28, width: 28, channels: 1, units: 5, filters: 2 });
const GAMES: [string, Game, Condition][] = [
  ['concatenation', conditional(conditionalDcgan({ ...SMALL, condition: TEN })), TEN],
  [
    'projection and batch norm, hinge',
    conditional({
      ...conditionalDcgan({
        ...SMALL,
        condition: classCondition({ classes: 10, units: 4 }),
        conditioning: { generator: 'batchNorm', discriminator: 'projection' },
      }),
      objective: 'hinge',
    }),
    TEN,
  ],
  [
    'auxiliary',
    conditional({
      ...conditionalDcgan({ ...SMALL, condition: TEN, conditioning: { discriminator: 'auxiliary' } }),
      auxiliary: 1,
    }),
    TEN,
  ],
  [
    'an image, reconstruction, diversity and penalty',
    conditional({
      ...conditionalDcgan({ ...SMALL, condition: IMAGE, normalization: { discriminator: 'none' } }),
      condition: 'past',
      reconstruction: 2,
      diversity: 1,
      penalty: 10,
      objective: 'wasserstein',
    }),
    IMAGE,
  ],
];

const build = (game: Game, seed = 1): Record<string, Network> =>
  Object.fromEntries(
    Object.entries(game.models).map(([name, model]) => [name, buildNetwork(model, name, seed)]),
  );

function release(networks: Record<string, Network>): void {
  for (const network of Object.values(networks)) network.dispose();
}

const labelsOf = (...labels: number[]) => tensor(labels, [labels.length], 'int32');
const numberOf = (make: () => Tensor): number => tidy(() => make().dataSync()[0]!);

describe.each(BACKENDS)('conditional on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(GAMES)('%s: a player’s loss has gradients in all its own weights alone', (_, game, { classes }) => {
    const networks = build(game);
    const x = randomTensor([4, 28, 28, 1], 1);
    const given = classes === undefined ? randomTensor([4, 28, 28, 1], 2) : labelsOf(3, 9, 9, 0);
    const batch: Batch = { x, [classes === undefined ? 'past' : 'label']: given };
    const all: Variable[] = Object.values(networks).flatMap((network) => [...network.parameters.values()]);
    const before = memory().numTensors;
    for (const [name, player] of Object.entries(game.players)) {
      for (const [n, network] of Object.entries(networks)) network.frozen = n !== name;
      const own = [...networks[name]!.parameters.values()];
      const { value, grads } = variableGrads(
        () => player.loss({ networks, batch, batchSize: 4, random: new SeededRandom(3) }),
        name === 'discriminator' ? all : own,
      );
      expect(Number.isFinite(value.dataSync()[0])).toBe(true);
      expect(Object.keys(grads).sort()).toEqual(own.map((weight) => weight.name).sort());
      for (const gradient of Object.values(grads)) {
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        gradient.dispose();
      }
      value.dispose();
    }
    expect(memory().numTensors).toBe(before);
    release(networks);
    for (const used of [x, given]) used.dispose();
  });

  it('takes a generated sample and a real one under another condition for negatives, half and half', () => {
    // Scores go through as they are, so that each one's weight can be read.
    const plain: Objective = {
      kind: 'plain',
      discriminatorLoss: (real, fake) => sum(sub(fake, real)),
      generatorLoss: (fake) => sum(fake),
    };
    const networks = build(conditional({ generator, discriminator }));
    tidy(() => {
      const x = randomTensor([4, 2], 1);
      const label = labelsOf(0, 2, 2, 1);
      const batch = { x, label };
      const noise = () => new SeededRandom(3);
      const loss = (matching: boolean) =>
        conditional({ generator, discriminator, objective: plain, matching })
          .players.discriminator.loss({ networks: pair(networks), batch, batchSize: 4, random: noise() })
          .dataSync()[0]!;
      const fake = networks.generator!.apply(noise().normal([4, 2]), { condition: label });
      const score = (samples: Tensor, condition: Tensor) =>
        networks.discriminator!.apply(samples, { condition }).dataSync();
      const real = score(x, label);
      const made = score(fake, label);
      const wrong = score(x, labelsOf(2, 2, 1, 0));
      const total = (values: ArrayLike<number>) => Array.from(values).reduce((so, value) => so + value, 0);
      expect(loss(false)).toBeCloseTo(total(made) - total(real), 4);
      // The second example's next one is of its own class: no negative, and the generated one counts twice.
      const negatives = [0, 1, 2, 3].map((i) => (i === 1 ? made[i]! : (made[i]! + wrong[i]!) / 2));
      expect(Math.abs(made[1]! - wrong[1]!)).toBeGreaterThan(1e-2);
      expect(loss(true)).toBeCloseTo(total(negatives) - total(real), 4);
    });
    release(networks);
  });

  it('knows two conditions apart by any of their values', () => {
    const image: Condition = { shape: [1, 1, 2] };
    const models = {
      generator: { inputShape: [1, 1, 1], condition: image, layer: sequential([concatCondition()]) },
      discriminator: { inputShape: [1, 1, 3], condition: image, layer: sequential([concatCondition()]) },
    };
    const objective: Objective = {
      kind: 'count',
      // The last channel of a score is the condition's second value.
      discriminatorLoss: (_, fake) => sum(slice(fake, [0, 0, 0, 4], [-1, 1, 1, 1])),
      generatorLoss: (fake) => sum(fake),
    };
    const game = conditional({ ...models, objective });
    const networks = build(game);
    const loss = numberOf(() =>
      game.players.discriminator.loss({
        networks: pair(networks),
        batch: {
          x: tensor([0, 0, 0, 0, 0, 0, 0, 0, 0], [3, 1, 1, 3]),
          label: tensor([1, 10, 1, 100, 1, 100], [3, 1, 1, 2]),
        },
        batchSize: 3,
        random: new SeededRandom(1),
      }),
    );
    // Generated: 10 + 100 + 100. Real under the next one's: 100, its own equal 100 (so the generated one's), 10.
    expect(loss).toBeCloseTo((210 + 210) / 2, 4);
    release(networks);
  });

  it('weighs objective, cross entropy, reconstruction and diversity', () => {
    const networks = build(conditional({ generator, discriminator: reader, auxiliary: 1 }));
    tidy(() => {
      const x = randomTensor([4, 2], 1);
      const label = labelsOf(0, 2, 2, 1);
      const play = { networks: pair(networks), batch: { x, label }, batchSize: 4 };
      const losses = (weights: Partial<Parameters<typeof conditional>[0]>) => {
        const { players } = conditional({ generator, discriminator: reader, objective: 'hinge', ...weights });
        return [players.discriminator, players.generator].map(
          (player) => player.loss({ ...play, random: new SeededRandom(3) }).dataSync()[0]!,
        );
      };
      const stream = new SeededRandom(3);
      const fake = networks.generator!.apply(stream.normal([4, 2]), { condition: label });
      const again = networks.generator!.apply(stream.normal([4, 2]), { condition: label });
      const [real, made] = [x, fake].map((samples) => networks.discriminator!.apply(samples));
      const score = (scores: Tensor) => slice(scores, [0, 0], [-1, 1]);
      const misread = (scores: Tensor) => crossEntropy(slice(scores, [0, 1], [-1, 3]), label).dataSync()[0]!;
      const away = mean(abs(sub(fake, x))).dataSync()[0]!;
      const judged = hinge.discriminatorLoss(score(real!), score(made!)).dataSync()[0]!;
      const fooled = hinge.generatorLoss(score(made!)).dataSync()[0]!;
      const [d, g] = losses({ auxiliary: 0.5, reconstruction: 3, adversarial: 2 });
      expect(d).toBeCloseTo(judged + 0.5 * (misread(real!) + misread(made!)), 4);
      expect(g).toBeCloseTo(2 * fooled + 0.5 * misread(made!) + 3 * away, 4);
      const apart = mean(abs(sub(fake, again))).dataSync()[0]!;
      expect(apart).toBeGreaterThan(0.01);
      const [, varied] = losses({ auxiliary: 0, reconstruction: 2, diversity: 1, adversarial: 0 });
      expect(varied).toBeCloseTo(2 * away - apart, 4);
      const squared = mean(square(sub(fake, x))).dataSync()[0]!;
      expect(Math.abs(squared - away)).toBeGreaterThan(0.01);
      const [, mse] = losses({ auxiliary: 0, reconstruction: 2, distance: 'squared', adversarial: 0 });
      expect(mse).toBeCloseTo(2 * squared, 4);
      const [, alone] = losses({ auxiliary: 1, reconstruction: 0, adversarial: 0 });
      expect(alone).toBeCloseTo(misread(made!), 4);
    });
    release(networks);
  });

  it('draws under the conditions that are given', () => {
    const game = conditional({ generator, discriminator });
    const networks = build(game);
    tidy(() => {
      const draw = (given: Batch) =>
        game
          .sample(pair(networks), { direction: 'sample', count: 3, given, random: new SeededRandom(2) })
          .dataSync();
      const first = draw({ label: labelsOf(0, 1, 2) });
      expect(draw({ label: labelsOf(0, 1, 2) })).toEqual(first);
      const other = draw({ label: labelsOf(0, 2, 2) });
      expect(other.slice(0, 2)).toEqual(first.slice(0, 2));
      expect(other.slice(2, 4)).not.toEqual(first.slice(2, 4));
      expect(other.slice(4)).toEqual(first.slice(4));
    });
    release(networks);
  });

  it('crossEntropy is that of a softmax', () => {
    const loss = numberOf(() => crossEntropy(tensor([1, 2, 3, -4, 0, 2], [2, 3]), labelsOf(2, 0)));
    const logs = [
      [1, 2, 3, 2],
      [-4, 0, 2, 0],
    ].map(([a, b, c, label]) => {
      const logits = [a!, b!, c!];
      return Math.log(logits.reduce((so, logit) => so + Math.exp(logit), 0)) - logits[label!]!;
    });
    expect(loss).toBeCloseTo((logs[0]! + logs[1]!) / 2, 5);
    expect(() => numberOf(() => crossEntropy(tensor([1, 2], [1, 2]), tensor([0])))).toThrow(/int32 \[N\]/);
  });
});

/** Networks by their names, as the game has them. */
const pair = ({ generator: g, discriminator: d }: Record<string, Network>) => ({
  generator: g!,
  discriminator: d!,
});

describe('conditional games', () => {
  it.each(GAMES)('%s comes back from its config', (_, game) => {
    const config = JSON.parse(JSON.stringify(game.config));
    const again = gameFromConfig(config);
    expect(JSON.parse(JSON.stringify(again.config))).toEqual(config);
    expect(again.kind).toBe('conditional');
    expect(again.directions).toEqual(game.directions);
    expect(again.integers).toEqual(game.integers);
  });

  it('say what they are given, and which columns are numbers of classes', () => {
    const game = conditional({ generator, discriminator, condition: 'kind' });
    expect(game.directions).toEqual({ sample: { given: ['kind'], like: 'x' } });
    expect(game.integers).toEqual({ kind: 3 });
    expect(GAMES[3]![1].integers).toBeUndefined();
    expectTypeOf(game).toEqualTypeOf<ConditionalGame<'kind'>>();
    expectTypeOf<BatchOf<typeof game>['kind']>().toEqualTypeOf<Tensor>();
    expectTypeOf(conditional({ generator, discriminator })).toEqualTypeOf<ConditionalGame<'label'>>();
  });

  it('leave the discriminator alone where nobody asks it', () => {
    const judged = conditional({ generator, discriminator, reconstruction: 1 });
    const alone = conditional({ generator, discriminator, reconstruction: 1, adversarial: 0 });
    expect(judged.players.discriminator.updates).toBe(1);
    expect(alone.players.discriminator.updates).toBe(0);
    expect(alone.players.generator.updates).toBe(1);
  });

  it('refuse data that does not fit, naming the remedy', () => {
    const game = conditional({ generator, discriminator });
    const data = (shapes: Record<string, number[]>, more = {}) => ({ name: 'mine', shapes, ...more });
    expect(() => game.checkData(data({ x: [2], label: [] }))).not.toThrow();
    expect(() => game.checkData(data({ x: [2] }))).toThrow(DataError);
    expect(() => game.checkData(data({ x: [2] }))).toThrow(
      /'mine' must have a column label of shape \[\], got columns x; use data with it/,
    );
    expect(() => game.checkData(data({ x: [3], label: [] }))).toThrow(/shape \[2\].*got \[3\]/);
    expect(() => game.checkData(data({ x: [2], label: [4] }))).toThrow(
      /shape \[\] that the models are made for, got \[4\]/,
    );
    expect(() => game.checkData(data({ x: [2], label: [] }, { unpaired: true }))).toThrow(
      /x and label of an example must belong together, got unpaired data 'mine'/,
    );
    expect(() => game.checkData(data({ x: [2], label: [] }, { classes: ['a', 'b', 'c', 'd'] }))).toThrow(
      /the 4 classes of 'mine', got 3/,
    );
    expect(() => game.checkData(data({ x: [2], label: [] }, { classes: ['a', 'b'] }))).not.toThrow();
  });

  it('refuse models and weights that do not go together', () => {
    const plain = mlp({ inputs: 2, hidden: [], outputs: 1 });
    const four = under(classCondition({ classes: 4 }), 1);
    expect(() =>
      conditional({ generator: mlp({ inputs: 2, hidden: [], outputs: 2 }), discriminator }),
    ).toThrow(/generator must have a condition/);
    expect(() => conditional({ generator, discriminator: four })).toThrow(ShapeError);
    expect(() => conditional({ generator, discriminator: four })).toThrow(
      /of 3 classes, got \[\] of 4 classes/,
    );
    expect(() => conditional({ generator, discriminator: plain })).toThrow(/could ignore its own/);
    expect(() => conditional({ generator, discriminator: plain, matching: true })).toThrow(
      /leave matching out/,
    );
    expect(() => conditional({ generator, discriminator, auxiliary: 1 })).toThrow(
      /\[4\], for auxiliary, got \[1\]/,
    );
    expect(() => conditional({ generator, discriminator, adversarial: 0 })).toThrow(ArgumentError);
    expect(() => conditional({ generator, discriminator, reconstruction: -1 })).toThrow(/reconstruction/);
    expect(() => conditional({ generator, discriminator, diversity: -1 })).toThrow(/diversity/);
    const distance = 'l3' as 'squared';
    expect(() => conditional({ generator, discriminator, distance })).toThrow(/distance.*got l3/);
    expect(() => conditional({ generator, discriminator, discriminatorSteps: 0 })).toThrow(/got 0/);
    expect(() => gan({ generator, discriminator: plain })).toThrow(/no condition, got one in the generator/);
  });
});
