import { abs, sub, sum, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import { modelConfig, modelFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import { buildNetwork } from '../../src/layers/network';
import { starGanModels } from '../../src/models/star-gan';
import { startBackend } from '../support/backends';
import { randomTensor } from '../support/numeric';

describe('starGanModels', () => {
  beforeAll(() => startBackend('kallima'));

  it('has the published shapes', () => {
    const { generator, critic } = starGanModels({ size: 128, domains: 5 });
    const { outputShape, parameters } = summarize(generator);
    expect(outputShape).toEqual([128, 128, 3]);
    const kernels = [...parameters].filter(([path]) => path.endsWith('kernel')).map(([, shape]) => shape);
    expect(kernels.slice(0, 4)).toEqual([
      [7, 7, 8, 64],
      [4, 4, 64, 128],
      [4, 4, 128, 256],
      [3, 3, 256, 256],
    ]);
    expect(kernels).toHaveLength(3 + 2 * 6 + 3);
    expect(kernels.at(-1)).toEqual([7, 7, 64, 3]);
    // Six convolutions to 2 × 2, of 2048 channels at last; a score and 5 logits from there.
    expect([...summarize(critic).parameters].slice(-3).map(([, shape]) => shape)).toEqual([
      [2048],
      [3, 3, 2048, 1],
      [2, 2, 2048, 5],
    ]);
    expect(summarize(critic).outputShape).toEqual([2 * 2 + 5]);
  });

  it('has its numbers as told', () => {
    const { generator, critic } = starGanModels({
      size: 24,
      channels: 1,
      domains: 2,
      width: 4,
      blocks: 1,
      halvings: 0,
      critic: { width: 3, halvings: 3 },
      mask: true,
    });
    expect(summarize(generator).outputShape).toEqual([24, 24, 1]);
    expect(summarize(generator).parameters.get('1/kernel')).toEqual([7, 7, 3, 4]);
    expect(summarize(critic).outputShape).toEqual([3 * 3 + 2]);
    for (const model of [generator, critic]) {
      const config = JSON.parse(JSON.stringify(modelConfig(model)));
      expect(modelConfig(modelFromConfig(config))).toEqual(config);
    }
  });

  it.each([false, true])('lets the domain change every pixel, with mask %s', (mask) => {
    const { generator } = starGanModels({ size: 16, domains: 3, width: 4, blocks: 1, halvings: 1, mask });
    const network = buildNetwork(generator, 'generator', 1);
    tidy(() => {
      const x = randomTensor([1, 16, 16, 3], 1);
      const [first, second] = [0, 1].map((domain) =>
        network.apply(x, { condition: tensor([domain], [1], 'int32') }),
      ) as [Tensor, Tensor];
      const changed = sum(abs(sub(first, second)), 3).dataSync();
      expect(changed.every((value) => value > 1e-5)).toBe(true);
    });
    network.dispose();
  });

  it('refuses numbers out of range and sides that cannot be halved so often', () => {
    const models = (options: Partial<Parameters<typeof starGanModels>[0]>) => () =>
      starGanModels({ size: 32, domains: 3, ...options });
    expect(models({ size: 36, critic: { halvings: 2 } })).not.toThrow();
    expect(models({ size: 36 })).toThrow(ArgumentError);
    expect(models({ size: 36 })).toThrow(
      /multiple of 16 to be halved 4 times, got 36; resize the images to 32 or 48, or halve fewer times/,
    );
    expect(models({ domains: 1 })).toThrow(/domains.*got 1/);
    expect(models({ width: 0 })).toThrow(/width/);
    expect(models({ halvings: -1 })).toThrow(/halvings/);
    expect(models({ critic: { width: 0.5 } })).toThrow(/critic\.width/);
  });
});
