import { memory, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { modelConfig, modelFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import type { Model } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { resnetGenerator } from '../../src/models/resnet-generator';
import { unet } from '../../src/models/unet';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { maxDifference, randomTensor } from '../support/numeric';

const kinds = ({ layer }: Model) =>
  (layer.config.layers as { kind: string }[]).map((config) => config.kind).join(' ');
const shapes = (model: Model) => Object.fromEntries(summarize(model).parameters);
const count = (model: Model, kind: string) =>
  JSON.stringify(modelConfig(model)).split(`"kind":"${kind}"`).length - 1;

describe('unet', () => {
  it('halves the side down to one pixel and joins each level with its mirror image', () => {
    const model = unet({ size: 64, width: 8 });
    expect(summarize(model).outputShape).toEqual([64, 64, 3]);
    expect(count(model, 'conv2d')).toBe(6);
    expect(count(model, 'conv2dTranspose')).toBe(6);
    expect(count(model, 'skip')).toBe(5);
    const found = shapes(model);
    expect(found['0/kernel']).toEqual([4, 4, 3, 8]);
    // The last sees the encoder's first layer beside the decoder: 8 channels of each.
    expect(found['3/kernel']).toEqual([4, 4, 3, 16]);
    // Widths go to 8 times the first and no further.
    const widest = Math.max(...Object.values(found).map((shape) => shape.at(-1)!));
    expect(widest).toBe(2 * 8 * 8);
  });

  it('drops in its three innermost blocks, in sampling too, and normalises neither first nor innermost layer', () => {
    const model = unet({ size: 64, width: 2 });
    const text = JSON.stringify(modelConfig(model));
    expect(text.split('{"kind":"dropout","rate":0.5,"sampling":true}').length - 1).toBe(3);
    expect(count(unet({ size: 64, width: 2, dropout: 0 }), 'dropout')).toBe(0);
    expect(count(unet({ size: 8, width: 2 }), 'dropout')).toBe(2);
    // Four of six convolutions, and five of six transposed ones.
    expect(count(model, 'batchNorm')).toBe(9);
  });

  it('takes other depths, channels and sizes that are no power of two', () => {
    const model = unet({ size: 48, channels: 1, outputChannels: 3, width: 2 });
    expect(model.inputShape).toEqual([48, 48, 1]);
    expect(summarize(model).outputShape).toEqual([48, 48, 3]);
    expect(count(model, 'conv2d')).toBe(4);
    expect(count(unet({ size: 64, width: 2, depth: 3 }), 'conv2d')).toBe(3);
    expect(count(unet({ size: 1024, width: 1 }), 'conv2d')).toBe(8);
    expect(summarize(unet({ size: 6, width: 2 })).outputShape).toEqual([6, 6, 3]);
  });

  it('names the sizes that can be halved', () => {
    expect(() => unet({ size: 28, depth: 3 })).toThrow(ArgumentError);
    expect(() => unet({ size: 28, depth: 3 })).toThrow(
      'unet: size must be a multiple of 8 to be halved 3 times, got 28; resize the images to 24 or 32, or a depth of 2',
    );
    expect(() => unet({ size: 27 })).toThrow(/multiple of 2 .*got 27; resize the images to 26 or 28$/);
    expect(() => unet({ size: 6, depth: 4 })).toThrow(/got 6; resize the images to 16, or a depth of 1$/);
    expect(() => unet({ size: 32, dropout: 1 })).toThrow(/dropout/);
    expect(() => unet({ size: 32, width: 0 })).toThrow(/width/);
    expect(() => unet({ size: 0 })).toThrow(/size must be an integer of at least 1, got 0/);
  });
});

describe('patchDiscriminator', () => {
  it('is that of the reference workload with two layers', () => {
    const model = patchDiscriminator({ size: 64, width: 32, layers: 2, normalization: 'instance' });
    expect(kinds(model)).toBe(
      'conv2d leakyRelu conv2d instanceNorm leakyRelu conv2d instanceNorm leakyRelu conv2d',
    );
    expect(shapes(model)).toEqual({
      '0/kernel': [4, 4, 3, 32],
      '0/bias': [32],
      '2/kernel': [4, 4, 32, 64],
      '2/bias': [64],
      '5/kernel': [4, 4, 64, 128],
      '5/bias': [128],
      '8/kernel': [4, 4, 128, 1],
      '8/bias': [1],
    });
    expect(summarize(model).outputShape).toEqual([14, 14, 1]);
  });

  it('scores 30 × 30 patches of 256 pixels as published', () => {
    const model = patchDiscriminator({ size: 256 });
    expect(summarize(model).outputShape).toEqual([30, 30, 1]);
    expect(shapes(model)).toMatchObject({ '8/kernel': [4, 4, 256, 512], '11/kernel': [4, 4, 512, 1] });
    expect(count(model, 'batchNorm')).toBe(3);
    expect(count(patchDiscriminator({ size: 32, normalization: 'spectral' }), 'spectralNorm')).toBe(5);
  });

  it('says how large an image must be', () => {
    expect(summarize(patchDiscriminator({ size: 24, width: 2 })).outputShape).toEqual([1, 1, 1]);
    expect(() => patchDiscriminator({ size: 23 })).toThrow(
      /size must be at least 24 for 3 layers, got 23; use fewer layers/,
    );
    expect(() => patchDiscriminator({ size: 32, layers: 0 })).toThrow(/layers/);
  });
});

describe('resnetGenerator', () => {
  it('is that of the reference workload with 6 blocks', () => {
    const model = resnetGenerator({ size: 64, width: 32, blocks: 6 });
    expect(kinds(model)).toBe(
      [
        'reflectionPad conv2d instanceNorm relu',
        'conv2d instanceNorm relu conv2d instanceNorm relu',
        ...Array(6).fill('residual'),
        'conv2dTranspose instanceNorm relu conv2dTranspose instanceNorm relu',
        'reflectionPad conv2d tanh',
      ].join(' '),
    );
    // Kernels 7·7·3·32 + 3·3·32·64 + 3·3·64·128 twice each, 12 of 3·3·128·128, and a bias for each filter.
    const kernels = 2 * (4704 + 18_432 + 73_728) + 12 * 147_456;
    expect(summarize(model).parameterCount).toBe(kernels + 2 * (32 + 64) + 128 * 13 + 3);
    expect(summarize(model).outputShape).toEqual([64, 64, 3]);
  });

  it('has 9 blocks for large images, and the normalisation that it is told', () => {
    expect(count(resnetGenerator({ size: 256, width: 2 }), 'residual')).toBe(9);
    expect(count(resnetGenerator({ size: 128, width: 2 }), 'residual')).toBe(6);
    expect(
      count(resnetGenerator({ size: 8, width: 2, blocks: 1, normalization: 'batch' }), 'batchNorm'),
    ).toBe(7);
  });

  it('refuses sides that two strides of 2 do not give back', () => {
    expect(() => resnetGenerator({ size: 30 })).toThrow(
      /multiple of 4 .*got 30; resize the images to 28 or 32/,
    );
    expect(() => resnetGenerator({ size: 4 })).toThrow(/at least 8, got 4/);
    expect(() => resnetGenerator({ size: 32, blocks: 0 })).toThrow(/blocks/);
  });
});

describe.each(BACKENDS)('translation models on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each([
    ['unet', unet({ size: 16, channels: 1, outputChannels: 3, width: 2 }), [16, 16, 3]],
    ['resnetGenerator', resnetGenerator({ size: 8, width: 2, blocks: 1 }), [8, 8, 3]],
    ['patchDiscriminator', patchDiscriminator({ size: 16, width: 2, layers: 2 }), [2, 2, 1]],
  ] as const)('%s gives its shape, from its config too', (name, model, outputShape) => {
    const copy = modelFromConfig(JSON.parse(JSON.stringify(modelConfig(model))));
    const networks = [buildNetwork(model, 'm', 1), buildNetwork(copy, 'm', 1)];
    const x = randomTensor([2, ...model.inputShape], 1);
    const before = memory().numTensors;
    tidy(() => {
      for (const training of [true, false]) {
        const [first, second] = networks.map((network) =>
          network.apply(x, { training, random: new SeededRandom(3) }),
        );
        expect(first!.shape).toEqual([2, ...outputShape]);
        expect(maxDifference(first!.dataSync(), second!.dataSync())).toBe(0);
        if (name !== 'patchDiscriminator')
          expect(first!.dataSync().every((value) => Math.abs(value) <= 1)).toBe(true);
      }
    });
    expect(memory().numTensors).toBe(before);
    for (const network of networks) network.dispose();
    x.dispose();
  });

  it('a U-Net varies with its noise and is the same under the same seed', () => {
    const network = buildNetwork(unet({ size: 16, width: 4 }), 'g', 1);
    const certain = buildNetwork(unet({ size: 16, width: 4, dropout: 0 }), 'g', 1);
    const x = randomTensor([1, 16, 16, 3], 2);
    const draw = (net: typeof network, seed: number) =>
      tidy(() => net.apply(x, { random: new SeededRandom(seed) }).dataSync());
    expect(maxDifference(draw(network, 1), draw(network, 1))).toBe(0);
    expect(maxDifference(draw(network, 1), draw(network, 2))).toBeGreaterThan(0);
    expect(maxDifference(draw(certain, 1), draw(certain, 2))).toBe(0);
    network.dispose();
    certain.dispose();
    x.dispose();
  });
});
