import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { arrayData } from '../../src/data/array';
import { ArgumentError, DisposedError } from '../../src/errors';
import { readOnnx } from '../../src/formats/onnx/read';
import { gan } from '../../src/games/gan';
import { pix2pix } from '../../src/games/pix2pix';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';
import { patchDiscriminator } from '../../src/models/patch-discriminator';
import { unet } from '../../src/models/unet';
import { Trainer } from '../../src/train/trainer';
import { philoxUniform } from '../../src/util/philox';
import { runOnnxRuntime } from '../support/onnx-runtime';
import { type ExportCase, exportCases, samplerOf } from './cases';
import { difference, feedsFor, metadataOf, operatorsOf, sampleFrom } from './feeds';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const caseOf = (name: string): ExportCase => exportCases().find((each) => each.name === name)!;

/** The metadata that the ONNX file of a case holds. */
async function metadataIn(name: string, direction?: string) {
  const sampler = await samplerOf(caseOf(name));
  const model = await sampler.export('onnx', { direction });
  sampler.dispose();
  return metadataOf(model);
}

describe('an exported generator', () => {
  it('is as clean as what PyTorch writes for the same layers', async () => {
    const sampler = await samplerOf(caseOf('gan'));
    const model = readOnnx(await sampler.export('onnx'));
    sampler.dispose();
    expect(model.nodes.map(({ op }) => op)).toEqual([
      ...['Gemm', 'Reshape', 'BatchNormalization', 'Relu'],
      ...['ConvTranspose', 'BatchNormalization', 'Relu', 'ConvTranspose', 'Tanh'],
    ]);
    expect(model.opset).toBe(17);
    expect(model.producer).toMatch(/^kallima \d/);
    expect(model.inputs).toEqual([{ name: 'z', type: 'float32', shape: ['N', 6] }]);
    expect(model.outputs).toEqual([{ name: 'image', type: 'float32', shape: ['N', 1, 28, 28] }]);
    expect([...model.initializers.keys()]).toEqual(
      expect.arrayContaining(['generator/0/kernel', 'generator/4/bias', 'generator/5/variance']),
    );
  });

  it('has the operators of normalisations, not their steps', async () => {
    for (const [name, op] of [
      ['gan in colour', 'InstanceNormalization'],
      ['branches', 'LayerNormalization'],
      ['wgan', 'BatchNormalization'],
    ] as const) {
      const sampler = await samplerOf(caseOf(name));
      const operators = operatorsOf(await sampler.export('onnx'));
      expect(operators).toContain(op);
      expect(operators).not.toContain('ReduceMean');
      sampler.dispose();
    }
  });

  it('says what its inputs and its output mean', async () => {
    const image = { name: 'image', kind: 'image', shape: [1, 28, 28], range: [-1, 1] };
    const z = { name: 'z', kind: 'latent', shape: [6], distribution: 'normal' };
    expect(await metadataIn('a class')).toEqual({
      version: 1,
      game: 'conditional',
      direction: 'sample',
      inputs: [z, { name: 'label', kind: 'class', shape: [], classes: 3, names: ['cat', 'dog', 'owl'] }],
      output: image,
    });
    const { inputs: uniform } = await metadataIn('gan with uniform noise');
    expect(uniform).toEqual([{ name: 'z', kind: 'latent', shape: [6], distribution: 'uniform' }]);
    const { inputs: unnamed } = await metadataIn('a class without a name, in normalisation');
    expect(unnamed[1]).toEqual({ name: 'label', kind: 'class', shape: [], classes: 3 });
    const { inputs: words } = await metadataIn('words');
    expect(words[1]).toEqual({
      name: 'words',
      kind: 'words',
      shape: [4],
      vocabulary: ['', 'red', 'blue', 'eyes', 'hair'],
    });
    const { inputs: sound } = await metadataIn('sound');
    expect(sound[1]).toMatchObject({ name: 'sound', kind: 'sound', shape: [1, 8, 8] });
    expect(sound[1]).toMatchObject({ settings: { rate: 8000, frames: 8, mels: 8, window: 256 } });
    const points = await metadataIn('wgan');
    expect(points.output).toEqual({ name: 'points', kind: 'points', shape: [2] });
    const pictured = await metadataIn('an image, in a column of that name');
    expect([pictured.inputs[1]!.name, pictured.output.name]).toEqual(['image', 'sample']);
    const translated = await metadataIn('cyclegan', 'ba');
    expect(translated).toMatchObject({ direction: 'ba', output: { name: 'image', shape: [3, 16, 16] } });
    expect(translated.inputs).toEqual([{ name: 'b', kind: 'image', shape: [3, 16, 16], range: [-1, 1] }]);
  });

  it('has half the size in half precision, and nearly the same samples', async () => {
    const sampler = await samplerOf(caseOf('gan in colour'));
    const [whole, half] = [await sampler.export('onnx'), await sampler.export('onnx', { half: true })];
    // Names and attributes stay as long as they are.
    expect(half.length / whole.length).toBeGreaterThan(0.5);
    expect(half.length / whole.length).toBeLessThan(0.56);
    const metadata = metadataOf(half);
    expect(metadata).toEqual(metadataOf(whole));
    const feeds = feedsFor(metadata.inputs, 2);
    const wanted = await sampleFrom(sampler, metadata, feeds, 2);
    const apart = difference((await runOnnxRuntime(half, feeds)).image!.data, wanted);
    expect(apart).toBeGreaterThan(1e-6);
    expect(apart).toBeLessThan(1e-2);
    sampler.dispose();
  });

  it('has averaged weights unless told otherwise', async () => {
    const sampler = await samplerOf(caseOf('wgan'));
    const [averaged, learnt] = [
      await sampler.export('onnx'),
      await sampler.export('onnx', { averaged: false }),
    ];
    const metadata = metadataOf(averaged);
    const feeds = feedsFor(metadata.inputs, 2);
    const wanted = await sampleFrom(sampler, metadata, feeds, 2);
    expect(difference((await runOnnxRuntime(averaged, feeds)).points!.data, wanted)).toBeLessThan(1e-5);
    expect(difference((await runOnnxRuntime(learnt, feeds)).points!.data, wanted)).toBeGreaterThan(0.01);
    sampler.dispose();
  });

  it('leaves out the dropout that a U-Net has on when sampling', async () => {
    const game = pix2pix({
      generator: unet({ size: 16, width: 2, dropout: 0.5 }),
      discriminator: patchDiscriminator({ size: 16, width: 2, layers: 1, condition: { shape: [16, 16, 3] } }),
    });
    const pairs = { a: [16, 16, 3], b: [16, 16, 3] };
    const sampler = await samplerOf({
      ...caseOf('pix2pix'),
      game: game as ExportCase['game'],
      shapes: pairs,
    });
    const model = await sampler.export('onnx');
    expect(operatorsOf(model)).not.toContain('RandomUniformLike');
    expect(metadataOf(model).inputs.map(({ name }) => name)).toEqual(['a']);

    // The same weights without dropout make what the file makes.
    const still = await samplerOf(caseOf('pix2pix'));
    const metadata = metadataOf(model);
    const feeds = feedsFor(metadata.inputs, 2);
    const made = (await runOnnxRuntime(model, feeds)).image!.data;
    expect(difference(made, await sampleFrom(still, metadata, feeds, 2))).toBeLessThan(1e-5);
    expect(difference(made, await sampleFrom(sampler, metadata, feeds, 2))).toBeGreaterThan(0.01);
    still.dispose();
    sampler.dispose();
  });
});

describe('export of a Trainer', () => {
  const { generator, discriminator } = dcgan({ size: 28, latent: 6, width: 2 });
  const data = arrayData({
    x: { data: philoxUniform(8 * 28 * 28, { seed: 1, draw: 0 }), shape: [28, 28, 1] },
  });

  it('is what it samples, also while it runs', async () => {
    const trainer = await Trainer.create(gan({ generator, discriminator }), {
      data,
      batchSize: 4,
      seed: 11,
      backend: 'kallima',
    });
    for await (const { round } of trainer.run({ rounds: 3 })) {
      if (round !== 2) continue;
      const model = await trainer.export('onnx');
      expect(getBackend()).toBe('kallima');
      const metadata = metadataOf(model);
      const feeds = feedsFor(metadata.inputs, 3);
      const samples = await trainer.sample(3);
      const { data } = (await runOnnxRuntime(model, feeds)).image!;
      // One channel: both layouts are the same.
      expect(difference(data, samples.dataSync())).toBeLessThan(1e-5);
      samples.dispose();
    }
    expect(trainer.round).toBe(3);
    trainer.dispose();
    await expect(trainer.export('onnx')).rejects.toThrow(DisposedError);
  });

  it('is the same whatever backend the weights are on', async () => {
    const settings = { data, batchSize: 4, seed: 3 } as const;
    const made: Uint8Array[] = [];
    for (const backend of ['cpu', 'kallima'] as const) {
      const trainer = await Trainer.create(gan({ generator, discriminator }), { ...settings, backend });
      made.push(await trainer.export('onnx'));
      expect(getBackend()).toBe(backend);
      trainer.dispose();
    }
    expect(made[0]).toEqual(made[1]);
  });

  it('refuses what there is not, saying what there is', async () => {
    const points = arrayData({ x: { data: philoxUniform(20, { seed: 1, draw: 0 }), shape: [2] } });
    const game = gan({
      generator: mlp({ inputs: 2, hidden: [], outputs: 2 }),
      discriminator: mlp({ inputs: 2, hidden: [], outputs: 1 }),
    });
    const options = { data: points, averaging: false, backend: 'kallima' } as const;
    const trainer = await Trainer.create(game, options);
    const format: string = 'keras';
    await expect(trainer.export(format as 'onnx')).rejects.toThrow(/format must be .*onnx.*, got 'keras'/);
    await expect(trainer.export('onnx', { direction: 'ba' })).rejects.toThrow(
      "export: direction of gan must be sample, got 'ba'",
    );
    await expect(trainer.export('onnx', { averaged: true })).rejects.toThrow(ArgumentError);
    trainer.dispose();
  });
});
