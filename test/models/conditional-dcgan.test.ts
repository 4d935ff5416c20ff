import { tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { modelConfig, modelFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import type { Condition, Model } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import {
  conditionalDcgan,
  type DiscriminatorConditioning,
  type GeneratorConditioning,
} from '../../src/models/conditional-dcgan';
import { classCondition, imageCondition } from '../../src/models/conditions';
import { BACKENDS, startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

const kinds = ({ layer }: Model) =>
  (layer.config.layers as { kind: string }[]).map((config) => config.kind).join(' ');
const shapes = (model: Model) => Object.fromEntries(summarize(model).parameters);
const TEN = classCondition({ classes: 10 });
const SMALL = { size: 32, channels: 3, width: 2, latent: 6 } as const;

describe('conditionalDcgan', () => {
  it('concatenates: to the latent, and to the smallest feature map', () => {
    const { generator, discriminator } = conditionalDcgan({ size: 28, latent: 64, condition: TEN });
    expect(kinds(generator)).toBe(
      'concatCondition dense reshape batchNorm relu conv2dTranspose batchNorm relu conv2dTranspose tanh',
    );
    expect(shapes(generator)).toMatchObject({ '1/kernel': [74, 7 * 7 * 128] });
    expect(kinds(discriminator)).toBe(
      'conv2d leakyRelu conv2d batchNorm leakyRelu concatCondition conv2d batchNorm leakyRelu flatten dense',
    );
    expect(shapes(discriminator)).toMatchObject({ '6/kernel': [1, 1, 138, 128] });
  });

  it('takes an image that is encoded as a vector', () => {
    const condition: Condition = { shape: [32, 32, 3] };
    expect(() => conditionalDcgan({ ...SMALL, condition })).toThrow(
      /one vector, got \[32,32,3\]; give it a layer/,
    );
    const { discriminator } = conditionalDcgan({
      ...SMALL,
      condition: imageCondition({ height: 32, width: 32, units: 5, filters: 2 }),
    });
    expect(kinds(discriminator)).toMatch(/^conv2d .*concatCondition conv2d/);
    expect(shapes(discriminator)).toMatchObject({
      'condition/0/kernel': [4, 4, 3, 2],
      'condition/7/kernel': [4 * 4 * 8, 5],
    });
  });

  it('normalises by the condition, and projects', () => {
    const { generator, discriminator } = conditionalDcgan({
      ...SMALL,
      condition: classCondition({ classes: 10, units: 7 }),
      conditioning: { generator: 'batchNorm', discriminator: 'projection' },
      normalization: { discriminator: 'spectral' },
    });
    expect(kinds(generator)).toBe(
      'dense reshape conditionalBatchNorm relu conv2dTranspose conditionalBatchNorm relu conv2dTranspose conditionalBatchNorm relu conv2dTranspose tanh',
    );
    expect(shapes(generator)).toMatchObject({
      'condition/kernel': [10, 7],
      '2/scale/kernel': [7, 8],
      '2/offset/bias': [8],
    });
    expect(shapes(discriminator)).toMatchObject({ '7/condition/kernel': [7, 4 * 4 * 8] });
    expect(discriminator.layer.config.layers).toContainEqual(
      expect.objectContaining({
        kind: 'spectralNorm',
        layer: expect.objectContaining({ kind: 'projection' }),
      }),
    );
  });

  it('reads the class', () => {
    const { discriminator } = conditionalDcgan({
      ...SMALL,
      condition: TEN,
      conditioning: { discriminator: 'auxiliary' },
    });
    expect(discriminator.condition).toBeUndefined();
    expect(summarize(discriminator).outputShape).toEqual([11]);
    const words: Condition = { shape: [4], classes: 9, layer: classCondition({ classes: 9 }).layer };
    expect(() =>
      conditionalDcgan({ ...SMALL, condition: words, conditioning: { discriminator: 'auxiliary' } }),
    ).toThrow(ShapeError);
  });

  it('refuses unknown ways and numbers out of range', () => {
    const refuse = (conditioning: Record<string, string>) =>
      expect(() => conditionalDcgan({ ...SMALL, condition: TEN, conditioning }));
    refuse({ generator: 'film' }).toThrow(
      /conditioning.generator must be concatenation or batchNorm, got film/,
    );
    refuse({ discriminator: 'none' }).toThrow(ArgumentError);
    expect(() => conditionalDcgan({ ...SMALL, condition: TEN, latent: 0 })).toThrow(/latent/);
    expect(() => classCondition({ classes: 0 })).toThrow(ArgumentError);
    expect(() => imageCondition({ height: 8, width: 0 })).toThrow(/width/);
  });
});

describe.each(BACKENDS)('conditionalDcgan on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  const WAYS: [GeneratorConditioning, DiscriminatorConditioning][] = [
    ['concatenation', 'concatenation'],
    ['batchNorm', 'projection'],
    ['concatenation', 'auxiliary'],
  ];
  it.each(WAYS)('draws by %s and scores by %s, also when made again from its config', (draws, scores) => {
    const models = conditionalDcgan({
      ...SMALL,
      condition: TEN,
      conditioning: { generator: draws, discriminator: scores },
    });
    const condition = tensor([3, 0], [2], 'int32');
    const run = ({ generator, discriminator }: typeof models) => {
      const networks = [buildNetwork(generator, 'g', 1), buildNetwork(discriminator, 'd', 1)];
      const values = tidy(() => {
        const drawn = networks[0]!.apply(randomTensor([2, 6], 1), { condition, training: true });
        const seen = discriminator.condition ? condition : undefined;
        const scored = networks[1]!.apply(drawn, { condition: seen, training: true });
        expect(drawn.shape).toEqual([2, 32, 32, 3]);
        return [...drawn.dataSync(), ...scored.dataSync()];
      });
      for (const network of networks) network.dispose();
      return values;
    };
    const again = (model: Model) => modelFromConfig(JSON.parse(JSON.stringify(modelConfig(model))));
    const copy = { generator: again(models.generator), discriminator: again(models.discriminator) };
    expect(run(copy)).toEqual(run(models));
    condition.dispose();
  });
});
