import * as tf from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import type { GeneratorMetadata } from '../../src/formats/generator-metadata';
import { chooseBackend } from '../../src/index';
import { exportCases, samplerOf } from '../export/cases';
import { difference, feedsFor } from '../export/feeds';
import { openGraphModel } from '../export/graph-model';

// Sizes that depend on the number of samples must not have to be read back from the GPU, which cannot be waited for.
it.each(['gan', 'words', 'stargan with a mask', 'upsampling'])(
  'makes the samples of cpu: %s',
  async (name) => {
    const sampler = await samplerOf(exportCases().find((each) => each.name === name)!);
    const files = await sampler.export('tfjs');
    sampler.dispose();
    const samples = async (backend: 'cpu' | 'webgpu') => {
      expect((await chooseBackend({ backend })).name).toBe(backend);
      await tf.setBackend(backend);
      const model = await openGraphModel(new Map(files.map(({ name, bytes }) => [name, bytes])));
      const { inputs } = (model.metadata as { kallima: GeneratorMetadata }).kallima;
      const feeds = Object.entries(feedsFor(inputs, 3)).map(
        ([name, { data, shape, type }]) => [name, tf.tensor(data, [...shape], type)] as const,
      );
      return (model.predict(Object.fromEntries(feeds)) as tf.Tensor).data();
    };
    const wanted = await samples('cpu');
    expect(difference(await samples('webgpu'), wanted)).toBeLessThan(1e-3);
  },
);
