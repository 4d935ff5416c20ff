import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/errors';
import type { GeneratorInput } from '../../src/formats/generator-metadata';
import { OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxType, OnnxValue } from '../../src/formats/onnx/model';
import { writeOnnx } from '../../src/formats/onnx/write';
import { loadGenerator } from '../../src/generator';

type Input = readonly [name: string, shape: OnnxValue['shape'], type?: OnnxType];

/** A model with these inputs, which gives the first one back; metadata where some are said. */
function file(inputs: readonly Input[], said?: readonly GeneratorInput[]) {
  const graph = new OnnxBuilder();
  for (const [name, shape, type] of inputs) graph.input(name, shape, type);
  const [first] = inputs;
  const y = graph.node('Relu', [first![0]]);
  graph.output(y, first![1]);
  const output = { name: y, shape: [8], kind: 'values' };
  const metadata = { version: 1, game: 'gan', direction: 'sample', inputs: said, output };
  return writeOnnx(graph.build(said ? { kallima: JSON.stringify(metadata) } : {}));
}

const kinds = async (...inputs: Input[]) => {
  const generator = await loadGenerator(file(inputs));
  generator.dispose();
  return generator.inputs.map(({ kind }) => kind);
};

describe('what inputs mean', () => {
  it('is told by their shapes, where the file does not say', async () => {
    expect(await kinds(['z', ['N', 8]], ['label', ['N'], 'int64'])).toEqual(['latent', 'values']);
    expect(await kinds(['z', ['N', 8, 1, 1]])).toEqual(['latent']);
    expect(await kinds(['x', ['N', 3, 'H', 'W']])).toEqual(['image']);
    expect(await kinds(['x', [1, 1, 28, 28]], ['z', [1, 8]])).toEqual(['image', 'latent']);
    expect(await kinds(['x', [1, 64, 28, 28]], ['a', [1, 4]], ['b', [1, 4]])).toEqual([
      'values',
      'latent',
      'values',
    ]);
  });

  it('is what the file says', async () => {
    const latent: GeneratorInput = { kind: 'latent', name: 'z', shape: [8], distribution: 'uniform' };
    const generator = await loadGenerator(file([['z', ['N', 8]]], [latent]));
    expect(generator.inputs).toEqual([latent]);
    expect((await generator.sample({ seed: 1 })).shape).toEqual([1, 8]);
    generator.dispose();
  });

  it('may not be what the graph contradicts', async () => {
    for (const shape of [[9], [8, 1], [], [2 ** 40]]) {
      const latent: GeneratorInput = { kind: 'latent', name: 'z', shape, distribution: 'normal' };
      const lie = loadGenerator(file([['z', ['N', 8]]], [latent]));
      await expect(lie, `[${shape}]`).rejects.toThrow(FormatError);
    }
  });

  it('may not be more numbers than there can be', async () => {
    const huge: GeneratorInput = { kind: 'latent', name: 'z', shape: [2 ** 40], distribution: 'normal' };
    await expect(loadGenerator(file([['z', ['N', 'size']]], [huge]))).rejects.toThrow(FormatError);
    await expect(loadGenerator(file([['z', [1, 2 ** 40]]]))).rejects.toThrow(FormatError);
    const many = await loadGenerator(file([['z', [2 ** 32, 8]]]));
    await expect(many.sample()).rejects.toThrow(FormatError);
    many.dispose();
    const words: GeneratorInput = { kind: 'words', name: 'words', shape: [2 ** 40], vocabulary: ['', 'a'] };
    await expect(loadGenerator(file([['words', ['N', 'length']]], [words]))).rejects.toThrow(FormatError);
  });
});
