import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { loadGenerator } from '../../src/generator/load';
import { exportCases, samplerOf } from '../export/cases';
import { difference, feedsFor, metadataOf, sampleFrom } from '../export/feeds';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const CASES = exportCases().flatMap((each) =>
  Object.keys(each.game.directions).map((direction) => ({ ...each, direction })),
);

describe.each(CASES)('the exported generator of $name, $direction', (each) => {
  it('makes the samples of the sampler, one or several', async () => {
    const { direction } = each;
    const sampler = await samplerOf(each);
    const model = await sampler.export('onnx', { direction });
    const metadata = metadataOf(model);
    const generator = await loadGenerator(model);
    expect(generator.metadata).toEqual(metadata);
    for (const count of [1, 3]) {
      const feeds = feedsFor(metadata.inputs, count);
      const wanted = await sampleFrom(sampler, metadata, feeds, count);
      const { data, shape } = (await generator.run(feeds))[metadata.output.name]!;
      expect(shape).toEqual([count, ...metadata.output.shape]);
      expect(difference(data, wanted)).toBeLessThan(1e-5);
    }
    generator.dispose();
    sampler.dispose();
  });
});

describe('an exported generator in half precision', () => {
  it('makes nearly the same samples', async () => {
    const sampler = await samplerOf(exportCases()[0]!);
    const model = await sampler.export('onnx', { half: true });
    const metadata = metadataOf(model);
    const generator = await loadGenerator(model);
    const feeds = feedsFor(metadata.inputs, 2);
    const wanted = await sampleFrom(sampler, metadata, feeds, 2);
    const { data } = (await generator.run(feeds)).image!;
    expect(difference(data, wanted)).toBeGreaterThan(1e-6);
    expect(difference(data, wanted)).toBeLessThan(1e-2);
    generator.dispose();
    sampler.dispose();
  });
});
