import {
  add,
  getBackend,
  memory,
  mul,
  ones,
  scalar,
  setBackend,
  type Tensor,
  tensor1d,
  tidy,
  zeros,
} from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { UnsupportedError } from '../../src/errors';
import { traceGenerator } from '../../src/export/trace';
import type { TracedGraph } from '../../src/export/traced-graph';
import { type GanGame, gan } from '../../src/games/gan';
import { sequential } from '../../src/layers/compose';
import { dense } from '../../src/layers/dense';
import { dropout } from '../../src/layers/dropout';
import type { BuiltLayer, Layer } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { spectralNorm } from '../../src/layers/spectral-norm';
import { dcgan } from '../../src/models/dcgan';
import { mlp } from '../../src/models/mlp';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const { generator, discriminator } = dcgan({ size: 28, latent: 6, width: 2 });

/** A layer of somebody's own. */
const custom = (apply: BuiltLayer['apply']): Layer => ({
  config: { kind: 'custom' },
  build: (inputShape) => ({ outputShape: inputShape, apply }),
});

const points = (...layers: Layer[]): GanGame =>
  gan({
    generator: { inputShape: [2], layer: sequential(layers) },
    discriminator: mlp({ inputs: 2, outputs: 1, hidden: [2] }),
  });

async function trace(game: GanGame): Promise<TracedGraph> {
  const network = buildNetwork(game.models.generator, 'generator', 1);
  try {
    return await traceGenerator({ game, networks: { generator: network }, direction: 'sample', columns: {} });
  } finally {
    network.dispose();
  }
}

const kernelsOf = ({ nodes }: TracedGraph): string[] => nodes.map(({ kernel }) => kernel);

describe('traceGenerator', () => {
  it('notes the kernels of a generator for any number of samples', async () => {
    const graph = await trace(gan({ generator, discriminator }));
    expect(kernelsOf(graph)).toEqual([
      ...['BatchMatMul', 'Add', 'Reshape', 'FusedBatchNorm', 'Relu'],
      ...['Conv2DBackpropInput', 'Add', 'FusedBatchNorm', 'Relu', 'Conv2DBackpropInput', 'Add', 'Tanh'],
    ]);
    const [input] = graph.inputs;
    expect(input).toMatchObject({ name: 'z', distribution: 'normal', tensor: { shape: [-1, 6] } });
    expect(graph.output).toMatchObject({ shape: [-1, 28, 28, 1], dtype: 'float32' });
    expect(graph.nodes[2]!.attributes.shape).toEqual([-1, 7, 7, 4]);
    expect([...graph.constants.values()].map(({ name }) => name)).toContain('generator/0/kernel');
  });

  it('leaves networks, tensors and the current backend as they were', async () => {
    const game = gan({ generator, discriminator });
    const network: Network = buildNetwork(game.models.generator, 'generator', 1);
    const sample = () => tidy(() => Array.from(network.apply(ones([2, 6])).dataSync()));
    const before = { sample: sample(), tensors: memory().numTensors, data: memory().numDataBuffers };
    await traceGenerator({ game, networks: { generator: network }, direction: 'sample', columns: {} });
    expect(getBackend()).toBe('kallima');
    expect({ sample: sample(), tensors: memory().numTensors, data: memory().numDataBuffers }).toEqual(before);
    network.dispose();
  });

  it('computes what depends on weights alone', async () => {
    const graph = await trace(points(spectralNorm(dense({ units: 2 }))));
    expect(kernelsOf(graph)).toEqual(['BatchMatMul', 'Add']);
  });

  it('leaves out dropout that is on when sampling', async () => {
    const graph = await trace(points(dense({ units: 2 }), dropout({ sampling: true })));
    expect(kernelsOf(graph)).toEqual(['BatchMatMul', 'Add']);
  });

  it('keeps a constant that is the same for every sample once', async () => {
    const graph = await trace(
      points(
        custom((x) => add(x, add(zeros(x.shape), tensor1d([1, 2])))),
        dense({ units: 2 }),
      ),
    );
    expect(kernelsOf(graph)).toEqual(['Add', 'BatchMatMul', 'Add']);
    const shapes = [...graph.constants.keys()].map(({ shape }) => shape);
    expect(shapes).toEqual([[1, 2], [2, 2], [2]]);
  });

  const refused: [string, string, BuiltLayer['apply']][] = [
    ['a value that is read', 'must not read its values', (x) => mul(x, x.dataSync()[0]!)],
    ['noise inside a layer', 'must draw no noise', (x, mode) => add(x, mode.random.normal(x.shape))],
    ['a constant that depends on the batch', 'a constant of Multiply', (x) => mul(x, 1 / x.shape[0]!)],
    [
      'calls that depend on the batch',
      'the number of kernel calls',
      (x) => Array.from({ length: x.shape[0]! }).reduce<Tensor>((sum) => add(sum, x), x),
    ],
    ['samples that are constants', 'must depend on what is given', (x) => mul(scalar(2), ones(x.shape))],
  ];
  it.each(refused)('refuses %s', async (_, message, apply) => {
    const error = await trace(points(custom(apply))).catch((error) => error);
    expect(error).toBeInstanceOf(UnsupportedError);
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain('\n');
    expect(getBackend()).toBe('kallima');
  });
});
