import {
  abs,
  cast,
  mean,
  memory,
  type Scalar,
  slice,
  sub,
  type Tensor,
  tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { DataError, ShapeError } from '../../src/errors';
import { crossEntropy } from '../../src/games/cross-entropy';
import { gameFromConfig } from '../../src/games/from-config';
import { gradientPenalty } from '../../src/games/gradient-penalty';
import { type StarGanOptions, starGan } from '../../src/games/star-gan';
import { buildNetwork, type Network } from '../../src/layers/network';
import { classCondition } from '../../src/models/conditions';
import { mlp } from '../../src/models/mlp';
import { starGanModels } from '../../src/models/star-gan';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { maxDifference, randomTensor } from '../support/numeric';

const SIZE = 8;
const IMAGE = [SIZE, SIZE, 3];
const DOMAINS = 3;
const COUNT = 4;
const models = starGanModels({ size: SIZE, domains: DOMAINS, width: 2, blocks: 1, halvings: 1 });
/** Of a critic that halves a side of 8 twice. */
const PATCHES = 4;

/** Networks, a batch and a way to see one player's loss on them. */
function setUp(options: Partial<StarGanOptions> = {}) {
  const game = starGan({ ...models, ...options });
  const networks = {
    generator: buildNetwork(models.generator, 'generator', 1),
    critic: buildNetwork(models.critic, 'critic', 1),
  };
  const label = tensor([0, 2, 1, 2], [COUNT], 'int32');
  const batch = { x: randomTensor([COUNT, ...IMAGE], 1), label };
  const play = () => ({ networks, batch, batchSize: COUNT, random: new SeededRandom(3) });
  const number = (make: () => Scalar) => tidy(() => make().dataSync()[0]!);
  const loss = (player: 'generator' | 'critic') => number(() => game.players[player].loss(play()));
  const dispose = () => {
    for (const part of [...Object.values(networks), ...Object.values(batch)]) part.dispose();
  };
  return { game, networks, batch, play, loss, number, dispose };
}

/** The parts of the losses, put together anew; `target` is the first draw of a stream. */
function parts({ networks, batch: { x, label } }: ReturnType<typeof setUp>) {
  const target = () => cast(new SeededRandom(3).uniform([COUNT], 0, DOMAINS), 'int32');
  const fake = () => networks.generator.apply(x, { training: true, condition: target() });
  const verdict = (images: Tensor) => networks.critic.apply(images, { training: true });
  const score = (images: Tensor) => mean(slice(verdict(images), [0, 0], [-1, PATCHES]), 1);
  const misread = (images: Tensor, domain: Tensor) =>
    crossEntropy(slice(verdict(images), [0, PATCHES], [-1, DOMAINS]), domain);
  const back = () => networks.generator.apply(fake(), { training: true, condition: label });
  return { target, fake, score, misread, back };
}

describe.each(BACKENDS)('starGan on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('has the generator win, be read as the target, and lead back', () => {
    const run = setUp();
    const { batch, number } = run;
    const { target, fake, score, misread, back } = parts(run);
    const won = number(() => mean(score(fake())));
    const read = number(() => misread(fake(), target()));
    const lost = number(() => mean(abs(sub(back(), batch.x))));
    expect(run.loss('generator')).toBeCloseTo(-won + read + 10 * lost, 3);
    const weighted = setUp({ classification: 3, reconstruction: 0.5 });
    expect(weighted.loss('generator')).toBeCloseTo(-won + 3 * read + lost / 2, 4);
    const straight = setUp({ classification: 0, reconstruction: 0 });
    expect(straight.loss('generator')).toBeCloseTo(-won, 5);
    for (const part of [run, weighted, straight]) part.dispose();
  });

  it('has the critic tell real from made and read real images', () => {
    const run = setUp();
    const { batch, number } = run;
    const { fake, score, misread } = parts(run);
    const distance = number(() => sub(mean(score(fake())), mean(score(batch.x))));
    const read = number(() => misread(batch.x, batch.label));
    // The penalty's ε is the stream's second draw.
    const random = new SeededRandom(3, 1);
    const steepness = number(() => gradientPenalty(score, batch.x, fake(), random));
    expect(run.loss('critic')).toBeCloseTo(distance + read + 10 * steepness, 3);
    const weighted = setUp({ classification: 2, penalty: 0.5 });
    expect(weighted.loss('critic')).toBeCloseTo(distance + 2 * read + steepness / 2, 4);
    run.dispose();
    weighted.dispose();
  });

  it('gives each player gradients in all its own weights, and the critic’s in no other', () => {
    const { game, networks, play, dispose } = setUp();
    const before = memory().numTensors;
    const weights = (network: Network): Variable[] => [...network.parameters.values()];
    for (const player of ['generator', 'critic'] as const) {
      const { value, grads } = variableGrads(
        () => game.players[player].loss(play()),
        weights(networks[player]),
      );
      for (const { name } of weights(networks[player])) {
        expect(grads[name]!.dataSync().every(Number.isFinite)).toBe(true);
        expect(Math.max(...grads[name]!.dataSync().map(Math.abs))).toBeGreaterThan(0);
      }
      for (const gradient of Object.values(grads)) gradient.dispose();
      value.dispose();
    }
    const all = Object.values(networks).flatMap(weights);
    const { value, grads } = variableGrads(() => game.players.critic.loss(play()), all);
    expect(all.filter(({ name }) => grads[name])).toEqual(weights(networks.critic));
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
    expect(memory().numTensors).toBe(before);
    dispose();
  });

  it('samples each image in the domain asked for', () => {
    const { game, networks, batch, dispose } = setUp();
    const before = memory().numTensors;
    const draw = (label: Tensor) =>
      tidy(() => {
        const given = { x: batch.x, label };
        const random = new SeededRandom(1);
        const images = game.sample(networks, { direction: 'translate', count: COUNT, given, random });
        expect(images.shape).toEqual([COUNT, ...IMAGE]);
        return images.dataSync();
      });
    const other = tensor([0, 2, 1, 0], [COUNT], 'int32');
    const [own, changed] = [draw(batch.label), draw(other)];
    const size = own.length / COUNT;
    expect(maxDifference(own.slice(0, 3 * size), changed.slice(0, 3 * size))).toBe(0);
    expect(maxDifference(own.slice(3 * size), changed.slice(3 * size))).toBeGreaterThan(1e-4);
    other.dispose();
    expect(memory().numTensors).toBe(before);
    dispose();
  });
});

describe('starGan', () => {
  it('has the published settings, and comes back from its config', () => {
    const published = starGan(models);
    expect(published.config).toMatchObject({ classification: 1, reconstruction: 10, penalty: 10 });
    expect(published.players.critic).toMatchObject({
      updates: 5,
      optimizer: { kind: 'adam', learningRate: 1e-4, beta1: 0.5, beta2: 0.999 },
    });
    const game = starGan({ ...models, classification: 2, reconstruction: 3, penalty: 4, criticSteps: 2 });
    const config = JSON.parse(JSON.stringify(game.config));
    const copy = gameFromConfig(config);
    expect(JSON.parse(JSON.stringify(copy.config))).toEqual(config);
    expect(config).toMatchObject({ kind: 'stargan', classification: 2, reconstruction: 3, penalty: 4 });
    expect(copy.players.critic!.updates).toBe(2);
    expect(copy.integers).toEqual({ label: DOMAINS });
    expect(copy.directions).toEqual({ translate: { given: ['x', 'label'], like: 'x' } });
  });

  it('refuses models that do not fit together', () => {
    const { generator, critic } = models;
    const { condition: _, ...blind } = generator;
    expect(() => starGan({ generator: { ...blind, layer: critic.layer }, critic })).toThrow(ShapeError);
    expect(() => starGan({ generator: { ...blind, layer: critic.layer }, critic })).toThrow(
      /class as its condition, got none; give its model condition: classCondition/,
    );
    const image = { ...generator, condition: { shape: IMAGE } };
    expect(() => starGan({ generator: image, critic })).toThrow(/got \[8,8,3\]/);
    const narrow = mlp({ inputs: IMAGE, hidden: [], outputs: DOMAINS });
    expect(() => starGan({ generator, critic: narrow })).toThrow(
      /at least one score and 3 logits, a vector of 4 or more, got \[3\]/,
    );
    const other = mlp({ inputs: [4, 4, 3], hidden: [], outputs: 9 });
    expect(() => starGan({ generator, critic: other })).toThrow(/critic input \[4,4,3\]/);
    const condition = classCondition({ classes: DOMAINS });
    const shrinking = { ...mlp({ inputs: IMAGE, hidden: [], outputs: 4 }), condition };
    expect(() => starGan({ generator: shrinking, critic })).toThrow(/generator \[8,8,3\] to \[4\]/);
  });

  it('refuses numbers out of range', () => {
    expect(() => starGan({ ...models, classification: -1 })).toThrow(/classification/);
    expect(() => starGan({ ...models, reconstruction: Number.NaN })).toThrow(/reconstruction.*got NaN/);
    expect(() => starGan({ ...models, penalty: -1 })).toThrow(/penalty/);
    expect(() => starGan({ ...models, criticSteps: 0 })).toThrow(/criticSteps/);
    expect(() => starGan({ ...models, generatorSteps: 1.5 })).toThrow(/generatorSteps/);
  });

  it('refuses data of another shape, without labels, or of more domains', () => {
    const { checkData } = starGan(models);
    const shapes = { x: IMAGE, label: [] };
    checkData({ name: 'faces', shapes });
    checkData({ name: 'faces', shapes, classes: ['a', 'b', 'c'] });
    const refused = (facts: Parameters<typeof checkData>[0]) => () => checkData(facts);
    expect(refused({ name: 'faces', shapes: { x: [9, 9, 3], label: [] } })).toThrow(DataError);
    expect(refused({ name: 'faces', shapes: { x: IMAGE } })).toThrow(
      /'faces' must have a column label of shape \[\], got columns x; label the images/,
    );
    expect(refused({ name: 'two piles', shapes, unpaired: true })).toThrow(/got unpaired data 'two piles'/);
    expect(refused({ name: 'faces', shapes, classes: ['a', 'b', 'c', 'd'] })).toThrow(
      /the 4 classes of 'faces', got 3; make the models for 4/,
    );
  });
});
