import { setBackend, tensor, tidy } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { exportSafetensors } from '../../src/export/safetensors';
import { parseGeneratorMetadata } from '../../src/formats/generator-metadata';
import { readSafetensors } from '../../src/formats/safetensors';
import type { Game } from '../../src/games/game';
import { gan } from '../../src/games/gan';
import { modelFromConfig } from '../../src/layers/from-config';
import { buildNetwork } from '../../src/layers/network';
import { mlp } from '../../src/models/mlp';
import { exportCases, samplerOf } from './cases';
import { difference, feedsFor, SEED } from './feeds';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const caseOf = (name: string) => exportCases().find((each) => each.name === name)!;

describe('the safetensors file of a generator', () => {
  it('is enough to build the network anew and make its samples', async () => {
    const sampler = await samplerOf(caseOf('gan'));
    const { tensors, metadata } = readSafetensors(await sampler.export('safetensors'));
    const { generator } = JSON.parse(metadata.get('models')!);
    const network = buildNetwork(modelFromConfig(generator), 'generator', 0);
    const weights = new Map([...network.parameters, ...network.state]);
    expect([...tensors.keys()].sort()).toEqual([...weights.keys()].sort());
    for (const [path, weight] of weights)
      tidy(() => weight.assign(tensor(tensors.get(path)!.data, weight.shape)));
    const { inputs } = parseGeneratorMetadata(metadata.get('kallima'))!;
    const { z } = feedsFor(inputs, 3);
    const made = tidy(() => network.apply(tensor(z!.data, [...z!.shape]))).dataSync();
    const wanted = await sampler.sample(3, { seed: SEED });
    expect(difference(made, wanted.dataSync())).toBeLessThan(1e-5);
    wanted.dispose();
    network.dispose();
    sampler.dispose();
  });

  it('holds only the network of its direction', async () => {
    const sampler = await samplerOf(caseOf('cyclegan'));
    const read = async (direction: string) =>
      readSafetensors(await sampler.export('safetensors', { direction }));
    const [there, back] = [await read('ab'), await read('ba')];
    expect(Object.keys(JSON.parse(there.metadata.get('models')!))).toEqual(['generatorAB']);
    expect(Object.keys(JSON.parse(back.metadata.get('models')!))).toEqual(['generatorBA']);
    expect(parseGeneratorMetadata(back.metadata.get('kallima'))).toMatchObject({
      game: 'cyclegan',
      direction: 'ba',
      inputs: [{ name: 'b', kind: 'image', shape: [16, 16, 3] }],
      output: { kind: 'image', shape: [16, 16, 3] },
    });
    expect(there.tensors.get('1/kernel')).not.toEqual(back.tensors.get('1/kernel'));
    sampler.dispose();
  });

  it('names the networks where a game samples with several', async () => {
    const points = mlp({ inputs: 2, hidden: [], outputs: 2 });
    const game = gan({ generator: points, discriminator: mlp({ inputs: 2, hidden: [], outputs: 1 }) });
    const networks = { first: buildNetwork(points, 'first', 1), second: buildNetwork(points, 'second', 1) };
    const sample: Game['sample'] = ({ first, second }, { count, random }) =>
      second!.apply(first!.apply(random.normal([count, 2])));
    const bytes = await exportSafetensors({
      game: { ...game, samplers: ['first', 'second'], sample },
      networks,
      direction: 'sample',
      shapes: {},
      meanings: {},
    });
    const names = ['first', 'second'].flatMap((name) => [`${name}/0/kernel`, `${name}/0/bias`]);
    expect([...readSafetensors(bytes).tensors.keys()]).toEqual(names);
  });

  it('has kernels as halves with half, but for what would be infinite, and vectors whole', async () => {
    const model = mlp({ inputs: 2, hidden: [3], outputs: 2 });
    const game = gan({ generator: model, discriminator: mlp({ inputs: 2, hidden: [], outputs: 1 }) });
    const generator = buildNetwork(model, 'generator', 1);
    const large = generator.parameters.get('0/kernel')!;
    tidy(() => large.assign(tensor([1, 2, 3, 4, 5, 7e4], [2, 3])));
    const source = { game, networks: { generator }, direction: 'sample', shapes: {}, meanings: {} };
    const { tensors } = readSafetensors(await exportSafetensors(source, { half: true }));
    const halved = [...tensors].filter(([, { half }]) => half).map(([name]) => name);
    expect(halved).toEqual(['2/kernel']);
    expect(tensors.get('0/kernel')!.data[5]).toBe(7e4);
    const exact = generator.parameters.get('2/kernel')!.dataSync();
    const away = difference(tensors.get('2/kernel')!.data, exact);
    expect(away).toBeGreaterThan(0);
    expect(away).toBeLessThan(Math.max(...exact.map(Math.abs)) / 2048);
  });
});
