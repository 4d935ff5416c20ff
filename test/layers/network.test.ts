import { add, memory, type Tensor, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, DisposedError, ShapeError } from '../../src/errors';
import { activation, pointwise, relu } from '../../src/layers/activations';
import { branches, residual, sequential, skip } from '../../src/layers/compose';
import { conv2d } from '../../src/layers/conv2d';
import { dense } from '../../src/layers/dense';
import { layerFromConfig, modelConfig, modelFromConfig, registerLayer } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import { masked } from '../../src/layers/masked';
import { buildNetwork } from '../../src/layers/network';
import { batchNorm } from '../../src/layers/normalization';
import { flatten, reshape } from '../../src/layers/shapes';
import { spectralNorm } from '../../src/layers/spectral-norm';
import { BACKENDS, startBackend } from '../support/backends';
import { expectClose } from '../support/numeric';

const MODEL = {
  inputShape: [3],
  layer: sequential([
    dense({ units: 4, kernelInitializer: 'heNormal' }),
    batchNorm(),
    relu(),
    residual(sequential([dense({ units: 4 })])),
    dense({ units: 1 }),
  ]),
};

describe.each(BACKENDS)('buildNetwork on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('names weights by path, in the order of building', () => {
    const network = buildNetwork(MODEL, 'g', 1);
    expect([...network.parameters.keys()]).toEqual([
      '0/kernel',
      '0/bias',
      '1/scale',
      '1/offset',
      '3/body/0/kernel',
      '3/body/0/bias',
      '4/kernel',
      '4/bias',
    ]);
    expect([...network.state.keys()]).toEqual(['1/mean', '1/variance']);
    expect([...network.parameters.values()].every((weight) => weight.trainable)).toBe(true);
    expect([...network.state.values()].some((weight) => weight.trainable)).toBe(false);
    network.dispose();
  });

  it('gives the same bits for the same seed, whatever was built before, and others for others', () => {
    const first = buildNetwork(MODEL, 'g', 7);
    const other = buildNetwork(MODEL, 'd', 7);
    const again = buildNetwork(MODEL, 'g', 7);
    const reseeded = buildNetwork(MODEL, 'g', 8);
    const kernel = (network: typeof first, path = '0/kernel') => [
      ...network.parameters.get(path)!.dataSync(),
    ];
    for (const path of first.parameters.keys()) expect(kernel(again, path)).toEqual(kernel(first, path));
    expect(kernel(other)).not.toEqual(kernel(first));
    expect(kernel(reseeded)).not.toEqual(kernel(first));
    // A weight's numbers come from its own path: the same layer at another place draws others.
    expect(kernel(first, '3/body/0/kernel').slice(0, 4)).not.toEqual(kernel(first, '4/kernel'));
    for (const network of [first, other, again, reseeded]) network.dispose();
  });

  it('leaves nothing behind: apply in a tidy, dispose, or a model that does not fit', () => {
    const before = memory().numTensors;
    const network = buildNetwork(MODEL, 'g', 1);
    const x = tensor([
      [1, 2, 3],
      [3, 2, 1],
    ]);
    const built = memory().numTensors;
    tidy(() => void network.apply(x, { training: true }));
    expect(memory().numTensors).toBe(built);
    x.dispose();
    network.dispose();
    network.dispose();
    expect(memory().numTensors).toBe(before);
    const broken = { inputShape: [3], layer: sequential([dense({ units: 4 }), reshape({ shape: [5] })]) };
    expect(() => buildNetwork(broken, 'g', 1)).toThrow(/reshape.*\[5\] for input \[4\]/);
    expect(memory().numTensors).toBe(before);
  });

  it('refuses an input of another shape, and use after dispose', () => {
    const network = buildNetwork(MODEL, 'generator', 1);
    const wrong = tensor([[1, 2]]);
    expect(() => network.apply(wrong)).toThrow(ShapeError);
    expect(() => network.apply(wrong)).toThrow('generator.apply: input must be [N,3], got [1,2]');
    network.dispose();
    expect(() => network.apply(wrong)).toThrow(DisposedError);
    wrong.dispose();
  });

  it('puts a skip’s input beside what its body makes of it', () => {
    const layer = skip(pointwise({ kind: 'double' }, (x) => add(x, x)));
    const network = buildNetwork({ inputShape: [1, 2], layer }, 's', 1);
    expect(network.outputShape).toEqual([1, 4]);
    tidy(() => expectClose(network.apply(tensor([[[1, 2]], [[3, 4]]])), [1, 2, 2, 4, 3, 4, 6, 8], 0));
    network.dispose();
  });

  it('adds a residual’s body to its input', () => {
    const layer = residual(pointwise({ kind: 'double' }, (x) => add(x, x)));
    const network = buildNetwork({ inputShape: [2], layer }, 'r', 1);
    tidy(() => expectClose(network.apply(tensor([[1, 2]])), [3, 6], 0));
    network.dispose();
  });

  it('puts the outputs of branches side by side, each flattened', () => {
    const double = pointwise({ kind: 'double' }, (x) => add(x, x));
    const layer = branches([double, flatten(), sequential([flatten(), dense({ units: 1 })])]);
    const network = buildNetwork({ inputShape: [1, 2], layer }, 'b', 1);
    expect(network.outputShape).toEqual([5]);
    expect([...network.parameters.keys()]).toEqual(['2/1/kernel', '2/1/bias']);
    network.parameters.get('2/1/kernel')!.assign(tensor([[10], [1]]));
    tidy(() =>
      expectClose(network.apply(tensor([[[1, 2]], [[3, 4]]])), [2, 4, 1, 2, 12, 6, 8, 3, 4, 34], 1e-6),
    );
    network.dispose();
  });

  it('changes an image by as much as a mask says', () => {
    const layer = masked(conv2d({ filters: 2, kernelSize: 1, kernelInitializer: 'zeros' }));
    const network = buildNetwork({ inputShape: [1, 2, 1], layer }, 'm', 1);
    for (const [mask, expected] of [
      [-1, [0.25, -0.75]],
      [1, [0.5, 0.5]],
      [0, [0.375, -0.125]],
    ] as const) {
      tidy(() => network.parameters.get('bias')!.assign(tensor([0.5, mask])));
      tidy(() => expectClose(network.apply(tensor([[[[0.25], [-0.75]]]])), expected, 1e-7));
    }
    network.dispose();
  });
});

describe('models as plain data', () => {
  it('come back from JSON with the same weights', () => {
    const config = JSON.parse(JSON.stringify(modelConfig(MODEL)));
    const copy = modelFromConfig(config);
    expect(modelConfig(copy)).toEqual(config);
    expect([...summarize(copy).parameters]).toEqual([...summarize(MODEL).parameters]);
  });

  it('are summed up without making weights', () => {
    const before = memory().numTensors;
    const { outputShape, parameterCount } = summarize(MODEL);
    expect(outputShape).toEqual([1]);
    expect(parameterCount).toBe(3 * 4 + 4 + 8 + 4 * 4 + 4 + 4 + 1);
    expect(memory().numTensors).toBe(before);
  });

  it('name the nearest layers to an unknown one', () => {
    expect(() => layerFromConfig({ kind: 'convd2' })).toThrow(ArgumentError);
    expect(() => layerFromConfig({ kind: 'convd2' })).toThrow(/got convd2; nearest are conv2d/);
    expect(() => layerFromConfig({ kind: 'dense', units: 'many' })).toThrow(/units.*got many/);
    expect(() => layerFromConfig({ kind: 'sequential' })).toThrow(/list of layers, got undefined/);
    expect(() => layerFromConfig({ kind: 'branches' })).toThrow(/branches must have a list of layers/);
    expect(() => modelFromConfig(JSON.parse('{}'))).toThrow(
      /inputShape must be a list of sizes, got undefined/,
    );
    expect(() => modelFromConfig(JSON.parse('{"inputShape":[2,-1]}'))).toThrow(/got \[2,-1\]/);
    expect(() => modelFromConfig(JSON.parse('{"inputShape":[2]}'))).toThrow(/known layer, got undefined/);
    expect(() => activation('leakyrelu' as 'relu')).toThrow(/got leakyrelu; nearest are leakyRelu/);
  });

  it('can hold a layer of one’s own', () => {
    registerLayer('twice', () => pointwise({ kind: 'twice' }, (x: Tensor) => x));
    expect(layerFromConfig({ kind: 'twice' }).config).toEqual({ kind: 'twice' });
    expect(() => registerLayer('twice', () => relu())).toThrow(/must be new, got twice/);
    expect(() => registerLayer('dense', () => relu())).toThrow(/must be new, got dense/);
  });

  it('refuse branches that are none, and a mask that a body does not give', () => {
    expect(() => branches([])).toThrow(ArgumentError);
    const layer = masked(conv2d({ filters: 3, kernelSize: 1 }));
    expect(() => summarize({ inputShape: [4, 4, 3], layer })).toThrow(
      /the image and one channel of mask, \[4,4,4\], got \[4,4,3\]/,
    );
  });

  it('refuse a spectral norm of what has no kernel, and a seed that is none', () => {
    const layer = spectralNorm(relu());
    expect(() => summarize({ inputShape: [3], layer })).toThrow(/must have a kernel, got relu; wrap/);
    expect(() => buildNetwork(MODEL, 'g', 1.5)).toThrow(/seed must be an integer of at least 0, got 1.5/);
  });

  it('refuse a skip that changes the sides', () => {
    const model = { inputShape: [3, 3], layer: skip(reshape({ shape: [9, 1] })) };
    expect(() => summarize(model)).toThrow(
      /skip: body must keep every size but the last of \[3,3\], got \[9,1\]/,
    );
    expect([...summarize({ inputShape: [3], layer: skip(dense({ units: 4 })) }).parameters.keys()]).toEqual([
      'body/kernel',
      'body/bias',
    ]);
  });

  it('refuse a residual that changes the shape', () => {
    const model = { inputShape: [3], layer: residual(dense({ units: 4 })) };
    expect(() => summarize(model)).toThrow(/keep the shape \[3\], got \[4\]; give a shortcut/);
  });
});
