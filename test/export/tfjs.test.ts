import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { UnsupportedOpError } from '../../src/errors';
import type { ExportedFile } from '../../src/export/formats';
import { writeGraphModel } from '../../src/export/tfjs/model';
import { traceGenerator } from '../../src/export/trace';
import type { TracedGraph } from '../../src/export/traced-graph';
import type { GeneratorMetadata } from '../../src/formats/generator-metadata';
import { gan } from '../../src/games/gan';
import { sequential } from '../../src/layers/compose';
import type { BuiltLayer } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { mlp } from '../../src/models/mlp';
import { exportCases, samplerOf } from './cases';
import { difference, feedsFor, SEED } from './feeds';
import { openGraphModel } from './graph-model';

beforeAll(async () => {
  await tf.setBackend('kallima');
});
afterAll(async () => {
  await tf.setBackend('cpu');
});

const CASES = exportCases().flatMap((each) =>
  Object.keys(each.game.directions).map((direction) => ({ ...each, direction })),
);

const named = (files: readonly ExportedFile[]) => new Map(files.map(({ name, bytes }) => [name, bytes]));

describe.each(CASES)('the graph model of $name, $direction', (each) => {
  it('makes the samples of the sampler in loadGraphModel, one or several, whole or half', async () => {
    const { direction } = each;
    const sampler = await samplerOf(each);
    for (const half of [false, true]) {
      const model = await openGraphModel(named(await sampler.export('tfjs', { direction, half })));
      const { inputs, output } = (model.metadata as { kallima: GeneratorMetadata }).kallima;
      expect(model.inputs.map(({ name, shape }) => ({ name, shape: shape!.slice(1) }))).toEqual(
        inputs.map(({ name, shape }) => ({ name, shape })),
      );
      expect(model.outputNodes).toEqual([output.name]);
      for (const count of [1, 3]) {
        const tensors = Object.entries(feedsFor(inputs, count)).map(
          ([name, { data, shape, type }]) => [name, tf.tensor(data, [...shape], type)] as const,
        );
        const feeds = Object.fromEntries(tensors);
        const given = tensors.filter(([name]) => inputs.some((x) => x.name === name && x.kind !== 'latent'));
        const wanted = await sampler.sample(count, {
          seed: SEED,
          direction,
          given: Object.fromEntries(given),
        });
        const made = model.predict(feeds) as tf.Tensor;
        expect(made.shape).toEqual([count, ...output.shape]);
        const away = difference(await made.data(), await wanted.data());
        // Halves are right to 2^-11 of each weight.
        expect(away).toBeLessThan(half ? 0.05 : 1e-5);
        if (half) expect(away).toBeGreaterThan(0);
        tf.dispose([made, wanted, feeds]);
      }
      model.dispose();
    }
    sampler.dispose();
  });
});

/** A generator from `[N, 12]` by a layer of somebody's own. */
async function custom(apply: BuiltLayer['apply']) {
  const layer = { config: { kind: 'custom' }, build: () => ({ outputShape: [12], apply }) };
  const generator = { inputShape: [12], layer: sequential([layer]) };
  const game = gan({ generator, discriminator: mlp({ inputs: 12, hidden: [], outputs: 1 }) });
  const network = buildNetwork(generator, 'generator', 1);
  const networks = { generator: network };
  return { network, graph: await traceGenerator({ game, networks, direction: 'sample', columns: {} }) };
}

/** Names of a graph's inputs and output, and nothing more. */
function plain({ inputs, output }: TracedGraph): GeneratorMetadata {
  return {
    version: 1,
    game: 'test',
    direction: 'sample',
    inputs: inputs.map(({ name, tensor }) => ({ kind: 'values', name, shape: tensor.shape.slice(1) })),
    output: { kind: 'values', name: 'sample', shape: output.shape.slice(1) },
  };
}

const read = (files: ReadonlyMap<string, Uint8Array>) =>
  JSON.parse(new TextDecoder().decode(files.get('model.json')));

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
  it.each(Object.entries(OPERATIONS))('writes %s', async (_, apply) => {
    const { network, graph } = await custom(apply);
    const model = await openGraphModel(writeGraphModel(graph, { metadata: plain(graph) }));
    for (const count of [1, 3]) {
      const z = tf.randomNormal([count, 12], 0, 1, 'float32', 7);
      const wanted = tf.tidy(() => network.apply(z));
      const made = model.predict(z) as tf.Tensor;
      expect([made.shape, made.dtype]).toEqual([wanted.shape, wanted.dtype]);
      const values = await wanted.data();
      expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.01);
      expect(difference(await made.data(), values)).toBeLessThan(1e-5);
      tf.dispose([z, wanted, made]);
    }
    model.dispose();
    network.dispose();
  });

  it('stores kernels as halves with half, and vectors whole', async () => {
    const each = CASES.find(({ name }) => name === 'gan')!;
    const sampler = await samplerOf(each);
    const specs = async (
      half: boolean,
    ): Promise<{ name: string; shape: number[]; quantization?: object }[]> =>
      read(named(await sampler.export('tfjs', { half }))).weightsManifest[0].weights;
    expect((await specs(false)).filter(({ quantization }) => quantization)).toEqual([]);
    const halved = (await specs(true)).filter(({ quantization }) => quantization);
    expect(halved.map(({ name }) => name)).toEqual(
      ['0', '4', '7'].map((layer) => `generator/${layer}/kernel`),
    );
    expect(halved[0]!.quantization).toEqual({ dtype: 'float16', original_dtype: 'float32' });
    sampler.dispose();
  });

  it('cuts weights into files of 4 MB', async () => {
    const table = ramp([1100, 1000]) as tf.Tensor2D;
    const { network, graph } = await custom((x) =>
      tf.matMul(tf.matMul(x as tf.Tensor2D, ramp([12, 1100]) as tf.Tensor2D), table),
    );
    const files = writeGraphModel(graph, { metadata: plain(graph) });
    expect([...files.keys()]).toEqual(['model.json', 'group1-shard1of2.bin', 'group1-shard2of2.bin']);
    expect(files.get('group1-shard1of2.bin')!.length).toBe(4 * 1024 * 1024);
    const model = await openGraphModel(files);
    const z = tf.ones([1, 12]);
    const [made, wanted] = await Promise.all([
      (model.predict(z) as tf.Tensor).data(),
      network.apply(z).data(),
    ]);
    expect(difference(made, wanted) / Math.max(...wanted)).toBeLessThan(1e-6);
    for (const [name, bytes] of writeGraphModel(graph, { metadata: plain(graph) })) {
      expect(Buffer.compare(bytes, files.get(name)!)).toBe(0);
    }
  });

  it('keeps the names of inputs and output from those of other nodes', async () => {
    const { graph } = await custom((x) => tf.add(tf.mul(x, ramp([12])), tf.sum(x, 1, true)));
    const metadata = plain(graph);
    const inputs = [{ ...metadata.inputs[0]!, name: 'Mul' }];
    const files = writeGraphModel(graph, {
      metadata: { ...metadata, inputs, output: { ...metadata.output, name: 'AddV2:1' } },
    });
    const model = await openGraphModel(files);
    expect(model.inputs).toMatchObject([{ name: 'Mul', shape: [-1, 12], dtype: 'float32' }]);
    expect(model.outputNodes).toEqual(['AddV2_1']);
  });

  const refused: [string, RegExp, BuiltLayer['apply']][] = [
    ['a kernel without an operator', /must have an operator in graph models, got Step;/, (x) => tf.step(x)],
    ['pooling with zeros around', /pad of AvgPool .* got 1;/, (x) => flat(tf.avgPool(image(x), 2, 1, 1))],
  ];
  it.each(refused)('refuses %s', async (_, message, apply) => {
    const { graph } = await custom(apply);
    const write = () => writeGraphModel(graph, { metadata: plain(graph) });
    expect(write).toThrow(UnsupportedOpError);
    expect(write).toThrow(message);
  });
});
