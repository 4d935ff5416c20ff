import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { UnsupportedOpError } from '../../src/errors';
import { writeGraphModel } from '../../src/export/tfjs/model';
import { gan, mlp, sequential } from '../../src/index';
import type { BuiltLayer, Layer } from '../../src/layers/layer';
import { drawn, EXPORTED, type Exported, traced, trainedNetworks } from './every-game';
import { openGraphModel, plainMetadata } from './graph-model';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

function largestDifference(one: tf.Tensor, other: tf.Tensor): number {
  expect(one.shape).toEqual(other.shape);
  expect(one.dtype).toBe(other.dtype);
  return tf.max(tf.abs(tf.sub(one, other))).dataSync()[0]!;
}

const spread = (x: tf.Tensor): number => tf.sub(tf.max(x), tf.min(x)).dataSync()[0]!;

const read = (files: ReadonlyMap<string, Uint8Array>) =>
  JSON.parse(new TextDecoder().decode(files.get('model.json')));

/** Writes a generator, opens it, and compares what it makes. */
async function expectSame(entry: Exported, half = false): Promise<number> {
  const networks = trainedNetworks(entry);
  const graph = await traced(entry, networks);
  const model = await openGraphModel(writeGraphModel(graph, { metadata: plainMetadata(graph), half }));
  expect(model.inputs.map(({ name }) => name)).toEqual(graph.inputs.map(({ name }) => name));
  const differences = [1, 3].map((count) => {
    const { inputs, samples } = drawn(entry, networks, count);
    expect(spread(samples)).toBeGreaterThan(0.01);
    return largestDifference(model.predict(inputs) as tf.Tensor, samples);
  });
  for (const network of Object.values(networks)) network.dispose();
  model.dispose();
  return Math.max(...differences);
}

/** From `[N, 12]` by a layer of somebody's own. */
function custom(name: string, apply: BuiltLayer['apply']): Exported {
  const layer: Layer = { config: { kind: 'custom' }, build: () => ({ outputShape: [12], apply }) };
  const generator = { inputShape: [12], layer: sequential([layer]) };
  const game = gan({ generator, discriminator: mlp({ inputs: 12, hidden: [], outputs: 1 }) });
  return { name, game, direction: 'sample', given: {} };
}

const flat = (x: tf.Tensor): tf.Tensor => tf.reshape(x, [-1, tf.util.sizeFromShape(x.shape.slice(1))]);
const image = (x: tf.Tensor) => tf.reshape(x, [x.shape[0]!, 2, 3, 2]) as tf.Tensor4D;
const float = (x: tf.Tensor) => tf.cast(x, 'float32');
const number = (value: number) => tf.scalar(value);
const ramp = (shape: number[]) => tf.reshape(tf.linspace(-0.9, 1, tf.util.sizeFromShape(shape)), shape);

/** What a layer of somebody's own may call. */
const OPERATIONS: Readonly<Record<string, (x: tf.Tensor) => tf.Tensor>> = {
  abs: tf.abs,
  acos: (x) => tf.acos(tf.tanh(x)),
  acosh: (x) => tf.acosh(tf.add(1.1, tf.square(x))),
  addN: (x) => tf.addN([x, tf.neg(x), x]),
  'all and any': (x) => {
    const low = tf.reshape(tf.less(x, 0.9), [-1, 6, 2]);
    return tf.concat([float(tf.all(low, 2)), float(tf.any(low, -1)), x], 1);
  },
  argMax: (x) => tf.add(x, tf.reshape(float(tf.argMax(x, 1)), [-1, 1])),
  argMin: (x) => tf.add(x, tf.reshape(float(tf.argMin(x, -1)), [-1, 1])),
  'asin, asinh, atan, atanh': (x) => tf.asin(tf.atanh(tf.div(tf.atan(tf.asinh(x)), 4))),
  atan2: (x) => tf.atan2(x, tf.add(x, 1)),
  avgPool: (x) => flat(tf.avgPool(image(x), [2, 1], [1, 2], 'same')),
  batchNorm: (x) => flat(tf.batchNorm(image(x), tf.tensor1d([0.1, 0.2]), tf.tensor1d([2, 3]))),
  broadcastTo: (x) => flat(tf.broadcastTo(tf.reshape(x, [-1, 1, 12]), [x.shape[0]!, 2, 12])),
  'ceil, floor, round, sign': (x) => tf.addN([tf.ceil(x), tf.floor(x), tf.round(x), tf.sign(x)]),
  clipByValue: (x) => tf.clipByValue(x, -0.3, 0.4),
  comparisons: (x) => {
    const y = tf.reverse(x, 1);
    const found = [tf.equal, tf.notEqual, tf.greaterEqual, tf.lessEqual, tf.greater, tf.less];
    return tf.concat(
      found.map((compare) => float(compare(x, y))),
      1,
    );
  },
  concat: (x) => flat(tf.concat([image(x), image(tf.neg(x)), tf.square(image(x))], -1)),
  'conv2d, dilated': (x) =>
    flat(tf.conv2d(image(x), ramp([2, 2, 2, 3]) as tf.Tensor4D, 1, 'same', 'NHWC', 2)),
  'conv2d, padded on some sides': (x) =>
    flat(
      tf.conv2d(
        image(x),
        ramp([2, 2, 2, 3]) as tf.Tensor4D,
        [1, 2],
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
      ),
    ),
  conv2dTranspose: (x) =>
    flat(tf.conv2dTranspose(image(x), ramp([3, 3, 1, 2]) as tf.Tensor4D, [x.shape[0]!, 4, 6, 1], 2, 'same')),
  depthwiseConv2d: (x) => flat(tf.depthwiseConv2d(image(x), ramp([2, 2, 2, 2]) as tf.Tensor4D, 1, 'same')),
  'cos, sin': (x) => tf.add(tf.cos(x), tf.sin(x)),
  'cosh, sinh, tan': (x) => tf.addN([tf.cosh(x), tf.sinh(x), tf.tan(tf.tanh(x))]),
  cumsum: (x) => tf.cumsum(x, 1, true, true),
  depthToSpace: (x) => flat(tf.depthToSpace(tf.reshape(x, [x.shape[0]!, 1, 3, 4]) as tf.Tensor4D, 2)),
  'div, floorDiv, mod': (x) =>
    tf.addN([tf.div(x, 3), float(tf.floorDiv(x, number(0.4))), tf.mod(x, number(0.7))]),
  einsum: (x) => flat(tf.einsum('bij,jk->bik', tf.reshape(x, [-1, 3, 4]), ramp([4, 2]))),
  'elu, selu, relu6': (x) => tf.addN([tf.elu(x), tf.selu(x), tf.relu6(x)]),
  'erf, exp, expm1': (x) => tf.addN([tf.erf(x), tf.exp(x), tf.expm1(x)]),
  expandDims: (x) => flat(tf.add(tf.expandDims(x, 1), tf.expandDims(ramp([2]), 1))),
  gather: (x) => tf.gather(x, tf.tensor1d([3, 0, 11, 3], 'int32'), 1),
  isNaN: (x) =>
    tf.concat([float(tf.isNaN(tf.log(x))), float(tf.isFinite(x)), float(tf.isInf(tf.div(x, 0)))], 1),
  leakyRelu: (x) => tf.leakyRelu(x, 0.3),
  localResponseNormalization: (x) => flat(tf.localResponseNormalization(image(x), 1, 0.7, 0.9, 0.6)),
  'log, log1p, sqrt, rsqrt': (x) => {
    const y = tf.add(0.5, tf.square(x));
    return tf.addN([tf.log(y), tf.log1p(y), tf.sqrt(y), tf.rsqrt(y)]);
  },
  logic: (x) => {
    const [a, b] = [tf.less(x, 0.5), tf.greater(x, -0.5)];
    return tf.concat([float(tf.logicalAnd(a, b)), float(tf.logicalOr(a, b)), float(tf.logicalNot(a))], 1);
  },
  logSoftmax: (x) => tf.logSoftmax(x),
  'matMul, transposed': (x) => flat(tf.matMul(tf.reshape(x, [-1, 4, 3]), ramp([1, 5, 4]), true, true)),
  'max, min': (x) => tf.concat([tf.max(image(x), [1, 3]), flat(tf.min(image(x), 2, true))], 1) as tf.Tensor,
  'max and min of all': (x) =>
    tf.add(x, tf.max(tf.mul(tf.reshape(tf.max(x, 1), [-1, 1]), [0.5, 1]), 1, true)),
  maxPool: (x) => flat(tf.maxPool(image(x), 2, 1, 'valid')),
  'maximum, minimum': (x) => tf.sub(tf.maximum(x, 0.2), tf.minimum(ramp([12]), x)),
  'mean, prod, sum': (x) =>
    tf.concat([tf.mean(image(x), [1, 2]), tf.prod(image(x), [2, 3]), flat(tf.sum(image(x), -3))], 1),
  mirrorPad: (x) =>
    flat(
      tf.mirrorPad(
        image(x),
        [
          [0, 0],
          [1, 0],
          [0, 2],
          [0, 0],
        ],
        'symmetric',
      ),
    ),
  oneHot: (x) => flat(tf.oneHot(tf.cast(tf.mul(tf.sigmoid(x), 3), 'int32'), 3, 2, -1)),
  'onesLike, zerosLike': (x) => tf.sub(tf.mul(x, tf.onesLike(x)), tf.zerosLike(x)),
  pad: (x) =>
    flat(
      tf.pad(
        image(x),
        [
          [0, 0],
          [0, 1],
          [2, 0],
          [0, 0],
        ],
        0.5,
      ),
    ),
  pow: (x) => tf.pow(tf.add(1, tf.square(x)), ramp([12])),
  prelu: (x) => tf.prelu(x, ramp([12])),
  reciprocal: (x) => tf.reciprocal(tf.add(1, tf.square(x))),
  'resizeBilinear, aligned': (x) => flat(tf.image.resizeBilinear(image(x), [3, 5], true)),
  'resizeNearestNeighbor, by centres': (x) =>
    flat(tf.image.resizeNearestNeighbor(image(x), [5, 4], false, true)),
  slice: (x) => flat(tf.slice(image(x), [0, 1, 0, 1], [-1, 1, 2, 1])),
  'slice of some samples': (x) => tf.add(x, tf.slice(x, [0, 0], [1, 12])),
  'softplus, sigmoid, tanh': (x) => tf.addN([tf.softplus(x), tf.sigmoid(x), tf.tanh(x)]),
  'split, stack, unstack': (x) => {
    const [a, b] = tf.split(x, [5, 7], 1) as [tf.Tensor, tf.Tensor];
    const parts = tf.unstack(tf.reshape(b, [-1, 7, 1]), 1);
    return tf.concat([flat(tf.stack([...parts.slice(0, 2), parts[6]!], 1)), a], 1);
  },
  squaredDifference: (x) => tf.squaredDifference(x, ramp([12])),
  stridedSlice: (x) => tf.stridedSlice(x, [0, 1], [0, 11], [1, 3], 1, 1),
  tile: (x) => tf.tile(x, [1, 3]),
  'tiled by samples': (x) =>
    tf.add(x, tf.sum(tf.tile(tf.slice(x, [0, 0], [1, 2]), [x.shape[0]!, 1]), 1, true)),
  transpose: (x) => flat(tf.transpose(tf.reshape(x, [-1, 3, 4]), [0, 2, 1])),
  where: (x) => tf.where(tf.greater(x, 0), x, tf.mul(x, 0.1)),
};

describe('writeGraphModel', () => {
  it.each(EXPORTED)('writes $name for loadGraphModel, with the same samples', async (entry) => {
    expect(await expectSame(entry)).toBeLessThan(1e-5);
  });

  it.each(Object.entries(OPERATIONS))('writes %s', async (name, apply) => {
    expect(await expectSame(custom(name, apply))).toBeLessThan(1e-5);
  });

  it('halves the files with half, near what was', async () => {
    const entry = EXPORTED.find(({ name }) => name === 'stargan')!;
    const difference = await expectSame(entry, true);
    expect(difference).toBeGreaterThan(1e-6);
    expect(difference).toBeLessThan(1e-2);
    const graph = await traced(entry, trainedNetworks(entry));
    const specs = [false, true].map((half): { name: string; shape: number[]; quantization?: object }[] => {
      const files = writeGraphModel(graph, { metadata: plainMetadata(graph), half });
      return read(files).weightsManifest[0].weights;
    });
    expect(specs[0]!.filter(({ quantization }) => quantization)).toEqual([]);
    for (const { name, shape, quantization } of specs[1]!) {
      const float16 = name.startsWith('generator/') && shape.length > 1;
      expect(quantization).toEqual(float16 ? { dtype: 'float16', original_dtype: 'float32' } : undefined);
    }
  });

  it('cuts weights into files of 4 MB', async () => {
    const generator = mlp({ inputs: 3, hidden: [1100, 1000], outputs: 2 });
    const game = gan({ generator, discriminator: mlp({ inputs: 2, hidden: [], outputs: 1 }) });
    const entry: Exported = { name: 'large', game, direction: 'sample', given: {} };
    const networks = trainedNetworks(entry);
    const graph = await traced(entry, networks);
    const files = writeGraphModel(graph, { metadata: plainMetadata(graph) });
    expect([...files.keys()]).toEqual(['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin']);
    expect(files.get('group1-shard1of2.bin')!.length).toBe(4 * 1024 * 1024);
    const model = await openGraphModel(files);
    const { inputs, samples } = drawn(entry, networks, 2);
    expect(largestDifference(model.predict(inputs) as tf.Tensor, samples)).toBeLessThan(1e-5);
    for (const [name, bytes] of writeGraphModel(graph, { metadata: plainMetadata(graph) })) {
      expect(Buffer.compare(bytes, files.get(name)!)).toBe(0);
    }
  });

  it('says what inputs and output mean, in the layout that they have', async () => {
    const entry = EXPORTED.find(({ name }) => name === 'stargan')!;
    const graph = await traced(entry, trainedNetworks(entry));
    const plain = plainMetadata(graph);
    // Names that other nodes have; shapes as ONNX has them.
    const inputs = plain.inputs.map((input, i) => ({
      ...input,
      name: ['Conv2D', 'parameter'][i]!,
      shape: [3, 16, 16],
    }));
    const metadata = { ...plain, inputs, output: { ...plain.output, name: 'AddV2:1' } };
    const files = writeGraphModel(graph, { metadata });
    const model = await openGraphModel(files);
    expect(model.inputs).toMatchObject([
      { name: 'Conv2D', shape: [-1, 16, 16, 3], dtype: 'float32' },
      { name: 'parameter', shape: [-1], dtype: 'int32' },
    ]);
    expect(model.outputNodes).toEqual(['AddV2_1']);
    expect(read(files).userDefinedMetadata.kallima).toMatchObject({
      inputs: [{ shape: [16, 16, 3] }, { shape: [] }],
      output: { shape: [16, 16, 3] },
    });
  });

  const refused: [string, RegExp, BuiltLayer['apply']][] = [
    ['a kernel without an operator', /must have an operator in graph models, got Step;/, (x) => tf.step(x)],
    ['pooling with zeros around', /pad of AvgPool .* got 1;/, (x) => flat(tf.avgPool(image(x), 2, 1, 1))],
  ];
  it.each(refused)('refuses %s', async (name, message, apply) => {
    const entry = custom(name, apply);
    const graph = await traced(entry, trainedNetworks(entry));
    const write = () => writeGraphModel(graph, { metadata: plainMetadata(graph) });
    expect(write).toThrow(UnsupportedOpError);
    expect(write).toThrow(message);
  });
});
