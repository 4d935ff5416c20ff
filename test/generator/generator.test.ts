import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { generatorModel } from '../../bench/peers/onnx-models';
import { ArgumentError, type Generator, loadGenerator } from '../../src/generator';
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
});
