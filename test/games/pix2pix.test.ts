import {
  abs,
  mean,
  memory,
  type Scalar,
  sub,
  type Tensor,
  tidy,
  type Variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, DataError, ShapeError } from '../../src/errors';
import { gameFromConfig } from '../../src/games/from-config';
import { nonSaturating } from '../../src/games/objectives/non-saturating';
import { type Pix2pixOptions, pix2pix } from '../../src/games/pix2pix';
import { buildNetwork, type Network } from '../../src/layers/network';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { unet } from '../../src/models/unet';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { maxDifference, randomTensor } from '../support/numeric';

const A = [8, 8, 1];
const B = [8, 8, 3];
const models = {
  generator: unet({ size: 8, channels: 1, outputChannels: 3, width: 2 }),
  discriminator: patchDiscriminator({ size: 8, width: 2, layers: 1, condition: { shape: A } }),
};

/** Networks, a batch and a way to see one player's loss on them. */
function setUp(options: Partial<Pix2pixOptions> = {}) {
  const game = pix2pix({ ...models, ...options });
  const networks = {
    generator: buildNetwork(models.generator, 'generator', 1),
    discriminator: buildNetwork(models.discriminator, 'discriminator', 1),
  };
  const batch = { a: randomTensor([3, ...A], 1), b: randomTensor([3, ...B], 2) };
  const play = () => ({ networks, batch, batchSize: 3, random: new SeededRandom(3) });
  const loss = (player: 'generator' | 'discriminator') =>
    tidy(() => game.players[player].loss(play()).dataSync()[0]!);
  /** What the generator makes of the batch, under the noise of `play`. */
  const fake = () => networks.generator.apply(batch.a, { training: true, random: new SeededRandom(3) });
  const scores = (image: Tensor) =>
    networks.discriminator.apply(image, { training: true, condition: batch.a });
  const number = (make: () => Scalar) => tidy(() => make().dataSync()[0]!);
  const dispose = () => {
    for (const part of [...Object.values(networks), ...Object.values(batch)]) part.dispose();
  };
  return { game, networks, batch, play, loss, fake, scores, number, dispose };
}

describe.each(BACKENDS)('pix2pix on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('adds the distance to the objective, and leaves either out at weight 0', () => {
    const both = setUp();
    const { batch, fake, scores, number } = both;
    const distance = number(() => mean(abs(sub(fake(), batch.b))));
    const deceit = number(() => nonSaturating.generatorLoss(scores(fake())));
    expect(both.loss('generator')).toBeCloseTo(100 * distance + deceit, 3);
    const weighted = setUp({ lambda: 10, adversarial: 0.5 });
    expect(weighted.loss('generator')).toBeCloseTo(10 * distance + deceit / 2, 4);
    const sharp = setUp({ lambda: 0 });
    expect(sharp.loss('generator')).toBeCloseTo(deceit, 5);
    const plain = setUp({ adversarial: 0 });
    expect(plain.loss('generator')).toBeCloseTo(100 * distance, 3);
    for (const part of [both, weighted, sharp, plain]) part.dispose();
  });

  it('halves the discriminator’s objective, with and without a penalty', () => {
    const plain = setUp();
    const { batch, fake, scores, number } = plain;
    const objective = number(() => nonSaturating.discriminatorLoss(scores(batch.b), scores(fake())));
    expect(plain.loss('discriminator')).toBeCloseTo(objective / 2, 5);
    const penalised = setUp({ penalty: 10 });
    expect(penalised.loss('discriminator')).toBeGreaterThan(objective / 2);
    plain.dispose();
    penalised.dispose();
  });

  it('judges an image by the image that it was made from', () => {
    const { networks, batch, dispose } = setUp();
    const other = randomTensor([3, ...A], 9);
    tidy(() => {
      const [own, others] = [batch.a, other].map((condition) =>
        networks.discriminator.apply(batch.b, { condition }).dataSync(),
      );
      expect(maxDifference(own!, others!)).toBeGreaterThan(0);
    });
    other.dispose();
    dispose();
  });

  it('gives each player gradients in all its own weights and in no other', () => {
    const { game, networks, play, dispose } = setUp();
    const before = memory().numTensors;
    for (const player of ['generator', 'discriminator'] as const) {
      const weights = (network: Network): Variable[] => [...network.parameters.values()];
      const { value, grads } = variableGrads(
        () => game.players[player].loss(play()),
        weights(networks[player]),
      );
      expect(Object.keys(grads).sort()).toEqual(
        weights(networks[player])
          .map(({ name }) => name)
          .sort(),
      );
      for (const gradient of Object.values(grads)) {
        expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
        gradient.dispose();
      }
      value.dispose();
    }
    const all = Object.values(networks).flatMap(({ parameters }) => [...parameters.values()]);
    const { value, grads } = variableGrads(() => game.players.discriminator.loss(play()), all);
    const reached = all.filter(({ name }) => grads[name]);
    expect(reached).toEqual([...networks.discriminator.parameters.values()]);
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
    expect(memory().numTensors).toBe(before);
    dispose();
  });

  it('samples from what is given, and the dropout is its noise', () => {
    const { game, networks, batch, dispose } = setUp();
    const before = memory().numTensors;
    const draw = (seed: number, a = batch.a) => {
      const request = { direction: 'ab', count: 3, given: { a }, random: new SeededRandom(seed) };
      return tidy(() => {
        const images = game.sample(networks, request);
        expect(images.shape).toEqual([3, ...B]);
        return images.dataSync();
      });
    };
    const other = randomTensor([3, ...A], 9);
    expect(maxDifference(draw(1), draw(1))).toBe(0);
    expect(maxDifference(draw(1), draw(2))).toBeGreaterThan(0);
    expect(maxDifference(draw(1), draw(1, other))).toBeGreaterThan(0);
    other.dispose();
    expect(memory().numTensors).toBe(before);
    dispose();
  });
});

describe('pix2pix', () => {
  it('comes back from its config', () => {
    const game = pix2pix({ ...models, lambda: 10, adversarial: 2, objective: 'hinge', penalty: 1 });
    const config = JSON.parse(JSON.stringify(game.config));
    const copy = gameFromConfig(config);
    expect(JSON.parse(JSON.stringify(copy.config))).toEqual(config);
    expect(config).toMatchObject({ kind: 'pix2pix', lambda: 10, adversarial: 2, objective: 'hinge' });
    expect(copy.directions).toEqual({ ab: { given: ['a'], like: 'b' } });
    expect(copy.samplers).toEqual(['generator']);
  });

  it('refuses models that do not fit together', () => {
    const { generator } = models;
    const refused = (discriminator: Pix2pixOptions['discriminator']) => () =>
      pix2pix({ generator, discriminator });
    const wide = patchDiscriminator({ size: 16, width: 2, layers: 1, condition: { shape: [16, 16, 1] } });
    expect(refused(wide)).toThrow(ShapeError);
    expect(refused(wide)).toThrow(/generator output \[8,8,3\] and discriminator input \[16,16,3\]/);
    const blind = patchDiscriminator({ size: 8, width: 2, layers: 1 });
    expect(refused(blind)).toThrow(
      /input \[8,8,1\] as its condition, got none; give it condition: .*8, 8, 1/,
    );
    const other = patchDiscriminator({ size: 8, width: 2, layers: 1, condition: { shape: B } });
    expect(refused(other)).toThrow(/as its condition, got \[8,8,3\]/);
  });

  it('refuses weights that leave nothing to learn, or that are none', () => {
    expect(() => pix2pix({ ...models, lambda: 0, adversarial: 0 })).toThrow(ArgumentError);
    expect(() => pix2pix({ ...models, lambda: 0, adversarial: 0 })).toThrow(
      /must be above 0, got 0 for both/,
    );
    expect(() => pix2pix({ ...models, lambda: -1 })).toThrow(/lambda/);
    expect(() => pix2pix({ ...models, adversarial: Number.NaN })).toThrow(/adversarial/);
    expect(() => pix2pix({ ...models, generatorSteps: 0 })).toThrow(/generatorSteps/);
  });

  it('refuses data without pairs, of other sizes, or without a column', () => {
    const { checkData } = pix2pix(models);
    checkData({ name: 'edges', shapes: { a: A, b: B } });
    checkData({ name: 'edges', shapes: { a: A, b: B, label: [] }, unpaired: false });
    const refused = (facts: Parameters<typeof checkData>[0]) => () => checkData(facts);
    const unpaired = refused({ name: 'faces, portraits', shapes: { a: A, b: B }, unpaired: true });
    expect(unpaired).toThrow(DataError);
    expect(unpaired).toThrow(
      /a and b .*must belong together, got unpaired data 'faces, portraits'; pair .* or train a cycleGan/,
    );
    expect(refused({ name: 'edges', shapes: { a: [9, 9, 1], b: B } })).toThrow(
      /column a of 'edges' must have the shape \[8,8,1\] .*, got \[9,9,1\]; make the models for \[9,9,1\]/,
    );
    expect(refused({ name: 'edges', shapes: { a: A, b: A } })).toThrow(
      /column b of 'edges' must have the shape \[8,8,3\] .*, got \[8,8,1\]/,
    );
    expect(refused({ name: 'faces', shapes: { x: B, label: [] } })).toThrow(
      /'faces' must have a column a of shape \[8,8,1\], got columns x, label/,
    );
  });
});
