import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatorModel } from '../../bench/peers/onnx-models';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import { ArgumentError, type Generator, loadGenerator, ShapeError } from '../../src/generator';
import { buildNetwork, chooseBackend, dcgan } from '../../src/index';

/** A DCGAN's generator as PyTorch would export it, for a batch of `count`. */
function dcganFile(count: number): Uint8Array<ArrayBuffer> {
  const network = buildNetwork(
    dcgan({ size: 28, channels: 3, latent: 8, width: 8 }).generator,
    'generator',
    1,
  );
  const bytes = generatorModel(network, count);
  network.dispose();
  return new Uint8Array(bytes);
}

/** ReLU of vectors. */
function file(shape: readonly (number | string)[], name = 'x'): Uint8Array {
  const graph = new OnnxBuilder();
  return graph.output(graph.node('Relu', [graph.input(name, shape)]), shape).toBytes();
}

describe('a generator', () => {
  let generator: Generator;

  beforeAll(async () => {
    await chooseBackend({ backend: 'cpu' });
    generator = await loadGenerator(dcganFile(1));
  });
  afterAll(() => generator.dispose());

  it('draws the image of a seed, the same one each time', async () => {
    const image = await generator.sample({ seed: 7 });
    expect(image.shape).toEqual([1, 28, 28, 3]);
    expect(image.range).toEqual([-1, 1]);
    expect(image.data.some((value) => value !== image.data[0])).toBe(true);
    expect(await generator.sample({ seed: 7 })).toEqual(image);
    expect((await generator.sample({ seed: 8 })).data).not.toEqual(image.data);
    expect(await generator.sample({ latent: generator.latent(7) })).toEqual(image);
  });

  it('draws many by a file for one', async () => {
    const [one, three] = [await generator.sample({ seed: 7 }), await generator.sample({ seed: 7, count: 3 })];
    expect(three.shape).toEqual([3, 28, 28, 3]);
    expect(three.data.subarray(0, one.data.length)).toEqual(one.data);
  });

  it('refuses what the model has no input for', async () => {
    await expect(generator.sample({ given: { label: 3 } })).rejects.toThrow(
      new ArgumentError("sample: given must be of the model's inputs (it is given nothing), got 'label'"),
    );
    await expect(generator.apply({ data: new Float32Array(3), shape: [1, 1, 3] })).rejects.toThrow(
      'the model must take an image',
    );
  });

  it('refuses more than a call can make, and options that mean nothing', async () => {
    for (const count of [2 ** 21, 1e9, 1e300]) {
      await expect(generator.sample({ count })).rejects.toThrow(/^sample: count must be at most \d+, got/);
    }
    const load = (options: Parameters<typeof loadGenerator>[1]) => loadGenerator(dcganFile(1), options);
    await expect(load({ range: [1, 1] })).rejects.toThrow('range must be [low, high], got [1,1]');
    await expect(load({ maximumBytes: Number.NaN })).rejects.toThrow('maximumBytes must be a number');
  });

  it('tells what to give to the graph itself', async () => {
    await expect(generator.run({})).rejects.toThrow(/^run: input "\w+" must be \[1,8\], got none$/);
  });

  it('draws while another call takes its program away', async () => {
    const shapes = [1, 2, 3, 4, 5, 6];
    const models = await loadGenerator(file(['N', 4]));
    const outputs = await Promise.all(
      shapes.map((n) => models.run({ x: { data: new Float32Array(4 * n).fill(n), shape: [n, 4] } })),
    );
    expect(outputs.map((output) => Object.values(output)[0]?.data)).toEqual(
      shapes.map((n) => new Float32Array(4 * n).fill(n)),
    );
    models.dispose();
  });

  it('takes inputs by whatever name', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', 'a b']) {
      const strange = await loadGenerator(file(['N', 4], name));
      for (const n of [1, 2]) {
        const input = { data: new Float32Array(4 * n).fill(n), shape: [n, 4] };
        const output = await strange.run(Object.fromEntries([[name, input]]));
        expect(Object.values(output), name).toEqual([input]);
        expect((await strange.sample({ count: n })).shape, name).toEqual([n, 4]);
      }
      await expect(strange.run({})).rejects.toThrow(ShapeError);
      strange.dispose();
    }
  });
});
