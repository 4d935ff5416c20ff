import { memory, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { modelConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import type { Model } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { dcgan } from '../../src/models/dcgan';
import type { DcganSize } from '../../src/models/dcgan-layers';
import { mlp } from '../../src/models/mlp';
import { BACKENDS, startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

const kinds = ({ layer }: Model) =>
  (layer.config.layers as { kind: string }[]).map((config) => config.kind).join(' ');
const shapes = (model: Model) => Object.fromEntries(summarize(model).parameters);

describe('dcgan', () => {
  it('is the pair of the reference workload at 28 pixels', () => {
    const { generator, discriminator, critic } = dcgan({ size: 28 });
    expect(generator.inputShape).toEqual([100]);
    expect(kinds(generator)).toBe(
      'dense reshape batchNorm relu conv2dTranspose batchNorm relu conv2dTranspose tanh',
    );
    expect(shapes(generator)).toMatchObject({
      '0/kernel': [100, 7 * 7 * 128],
      '2/scale': [128],
      '4/kernel': [4, 4, 64, 128],
      '7/kernel': [4, 4, 1, 64],
    });
    expect(kinds(discriminator)).toBe('conv2d leakyRelu conv2d batchNorm leakyRelu flatten dense');
    expect(kinds(critic)).toBe('conv2d leakyRelu conv2d leakyRelu flatten dense');
    expect(shapes(critic)).toMatchObject({
      '0/kernel': [4, 4, 1, 64],
      '2/kernel': [4, 4, 64, 128],
      '5/kernel': [7 * 7 * 128, 1],
    });
    // Dense 633 472, convolutions 131 136 and 1 025, normalisation 2 · (128 + 64).
    expect(summarize(generator).parameterCount).toBe(633_472 + 131_136 + 1025 + 384);
    expect(summarize(critic).parameterCount).toBe(1088 + 131_200 + 6273);
    expect(summarize(discriminator).parameterCount).toBe(1088 + 131_200 + 6273 + 256);
  });

  it('is the pair of the reference workload at 64 pixels', () => {
    const { generator, discriminator } = dcgan({ size: 64, channels: 3 });
    expect(shapes(generator)).toMatchObject({
      '0/kernel': [100, 4 * 4 * 512],
      '4/kernel': [4, 4, 256, 512],
      '7/kernel': [4, 4, 128, 256],
      '10/kernel': [4, 4, 64, 128],
      '13/kernel': [4, 4, 3, 64],
    });
    expect(shapes(discriminator)).toMatchObject({
      '0/kernel': [4, 4, 3, 64],
      '2/kernel': [4, 4, 64, 128],
      '5/kernel': [4, 4, 128, 256],
      '8/kernel': [4, 4, 256, 512],
      '12/kernel': [4 * 4 * 512, 1],
    });
  });

  it.each<[DcganSize, number]>([
    [28, 1],
    [28, 3],
    [32, 1],
    [32, 3],
    [64, 1],
    [64, 3],
  ])('makes and scores images of %d pixels and %d channels', (size, channels) => {
    const models = dcgan({ size, channels, latent: 6, width: 2 });
    expect(summarize(models.generator).outputShape).toEqual([size, size, channels]);
    for (const scorer of [models.discriminator, models.critic]) {
      expect(scorer.inputShape).toEqual([size, size, channels]);
      expect(summarize(scorer).outputShape).toEqual([1]);
    }
  });

  it('starts with kernels of standard deviation 0.02 and can start with others', () => {
    const { generator } = dcgan({ size: 32, width: 4 });
    expect(JSON.stringify(modelConfig(generator)).match(/"std":0.02/g)).toHaveLength(4);
    const other = dcgan({ size: 32, width: 4, kernelInitializer: 'heNormal' });
    expect(JSON.stringify(modelConfig(other.critic))).not.toMatch(/std/);
  });

  it('normalises as told', () => {
    const { generator, discriminator, critic } = dcgan({
      size: 28,
      width: 2,
      normalization: { generator: 'none', discriminator: 'spectral', critic: 'layer' },
    });
    expect(kinds(generator)).toBe('dense reshape relu conv2dTranspose relu conv2dTranspose tanh');
    expect(kinds(discriminator)).toBe('spectralNorm leakyRelu spectralNorm leakyRelu flatten spectralNorm');
    expect(kinds(critic)).toBe('conv2d leakyRelu conv2d layerNorm leakyRelu flatten dense');
  });

  it('refuses other sizes and widths', () => {
    expect(() => dcgan({ size: 48 as 28 })).toThrow(ArgumentError);
    expect(() => dcgan({ size: 48 as 28 })).toThrow(/size must be 28, 32 or 64, got 48; resize/);
    expect(() => dcgan({ size: 28, width: 0 })).toThrow(/width/);
    expect(() => dcgan({ size: 28, normalization: { critic: 'bath' as 'batch' } })).toThrow(/got bath/);
  });
});

describe('mlp', () => {
  it('chains dense layers and activations', () => {
    const model = mlp({ inputs: 2, hidden: [512, 512, 512], outputs: 2 });
    expect(kinds(model)).toBe('dense relu dense relu dense relu dense');
    expect(summarize(model).parameterCount).toBe(2 * 512 + 512 + 2 * (512 * 512 + 512) + 512 * 2 + 2);
  });

  it('takes and makes shapes, and normalises before its activations', () => {
    const model = mlp({
      inputs: [4, 4, 1],
      hidden: [8],
      outputs: [2, 2],
      activation: 'leakyRelu',
      outputActivation: 'tanh',
      normalization: 'batch',
    });
    expect(kinds(model)).toBe('flatten dense batchNorm leakyRelu dense tanh reshape');
    expect(summarize(model).outputShape).toEqual([2, 2]);
  });

  it('refuses widths that are none', () => {
    expect(() => mlp({ inputs: 2, hidden: [0], outputs: 1 })).toThrow(/hidden.*got 0/);
    expect(() => mlp({ inputs: 0, hidden: [4], outputs: 1 })).toThrow(/inputs.*got 0/);
    expect(() => mlp({ inputs: 2, hidden: JSON.parse('3'), outputs: 1 })).toThrow(/list of widths, got 3/);
  });
});

describe.each(BACKENDS)('models on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each<DcganSize>([28, 32, 64])('draw and score at %d pixels', (size) => {
    const { generator, discriminator } = dcgan({ size, channels: 3, latent: 5, width: 2 });
    const g = buildNetwork(generator, 'g', 1);
    const d = buildNetwork(discriminator, 'd', 1);
    const z = randomTensor([2, 5], 1);
    const before = memory().numTensors;
    tidy(() => {
      for (const training of [true, false]) {
        const images = g.apply(z, { training });
        expect(images.shape).toEqual([2, size, size, 3]);
        expect(images.dataSync().every((value) => value >= -1 && value <= 1)).toBe(true);
        const scores = d.apply(images, { training });
        expect(scores.shape).toEqual([2, 1]);
        expect(scores.dataSync().every(Number.isFinite)).toBe(true);
      }
    });
    expect(memory().numTensors).toBe(before);
    g.dispose();
    d.dispose();
    z.dispose();
  });
});
