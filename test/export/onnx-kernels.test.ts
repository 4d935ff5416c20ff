import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { UnsupportedOpError } from '../../src/errors';
import { type Generator, trace } from '../../src/export/generator';
import { exportOnnx } from '../../src/export/onnx/export';
import { readOnnx } from '../../src/formats/onnx/read';
import { writeOnnx } from '../../src/formats/onnx/write';
import { philoxNormal } from '../../src/util/philox';
import { type Shape, sizeOf } from '../../src/util/shape';
import { checkOnnx } from '../support/onnx-checker';
import { openOnnxRuntime } from '../support/onnx-runtime';
import { difference, moveChannels } from './feeds';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

type Work = (x: tf.Tensor4D) => tf.Tensor;

/** A game whose samples are a function of noise. */
function gameOf(shape: Shape, work: (x: tf.Tensor) => tf.Tensor): Generator {
  return {
    game: {
      kind: 'own',
      samplers: [],
      directions: { sample: { given: [], like: 'x' } },
      sample: (_, { count, random }) => work(random.normal([count, ...shape])),
    },
    networks: {},
    direction: 'sample',
    shapes: {},
    meanings: {},
  };
}

const IMAGE = [4, 6, 3];
const weights = (...shape: number[]) => tf.tensor(philoxNormal(sizeOf(shape), { seed: 1, draw: 0 }), shape);
const filter = (...shape: number[]) => weights(...shape) as tf.Tensor4D;
const flat = (x: tf.Tensor) => tf.reshape(x, [x.shape[0]!, -1]) as tf.Tensor2D;

/** Whatever people build layers of, on images with channels last. */
const WORK: Record<string, Work> = {
  'functions of one value': (x) => {
    const positive = tf.add(tf.abs(x), 0.1);
    const inside = tf.mul(tf.tanh(x), 0.9);
    const all = [tf.neg(x), tf.exp(inside), tf.log(positive), tf.sqrt(positive), tf.rsqrt(positive)];
    all.push(tf.square(x), tf.reciprocal(positive), tf.floor(x), tf.ceil(x), tf.round(x), tf.sign(x));
    all.push(tf.sin(x), tf.cos(x), tf.tan(inside), tf.asin(inside), tf.acos(inside), tf.atan(x));
    all.push(tf.sinh(inside), tf.cosh(inside), tf.asinh(x), tf.acosh(tf.add(positive, 1)), tf.atanh(inside));
    all.push(tf.erf(x), tf.relu6(x), tf.clipByValue(x, -0.5, 0.25), tf.log1p(positive), tf.expm1(inside));
    all.push(tf.step(x, 0.25), tf.selu(x), tf.softplus(x), tf.logSigmoid(x));
    return tf.concat(all, 3);
  },
  'functions of two values': (x) => {
    const y = tf.reverse(x, [1, 2]) as tf.Tensor4D;
    const all = [tf.sub(x, y), tf.div(x, tf.add(tf.abs(y), 1)), tf.maximum(x, y), tf.minimum(x, weights(3))];
    all.push(tf.pow(tf.abs(x), weights(6, 1)), tf.squaredDifference(x, y), tf.prelu(x, weights(4, 6, 3)));
    all.push(tf.addN([x, y, x]));
    return tf.concat(all, 3);
  },
  'truth values': (x) => {
    const y = tf.reverse(x, 1);
    const one = tf.logicalAnd(tf.greater(x, y), tf.logicalNot(tf.lessEqual(x, 0.2)));
    const other = tf.logicalOr(tf.less(x, weights(3)), tf.greaterEqual(y, 1));
    const same = tf.logicalOr(tf.equal(one, other), tf.notEqual(tf.sign(x), tf.sign(y)));
    return tf.where(same, x, tf.add(y, tf.cast(one, 'float32')));
  },
  'integers and back': (x) =>
    tf.cast(tf.add(tf.cast(tf.mul(x, 3), 'int32'), tf.scalar(2, 'int32')), 'float32'),
  'zeros and ones of a shape': (x) =>
    tf.add(tf.mul(tf.zerosLike(x), x), tf.add(tf.mul(tf.onesLike(x), 3), x)),
  'softmax of channels': (x) => tf.concat([tf.softmax(x), tf.logSoftmax(x)], 3),
  'sums with the axes kept': (x) =>
    tf.concat([tf.sum(x, [1, 2], true), tf.mean(x, [1, 2], true), tf.max(x, [1, 2], true)], 3),
  'a sum over channels': (x) => tf.concat([tf.sum(x, 3, true), tf.min(x, -1, true), tf.prod(x, 3, true)], 3),
  'sums without the axes': (x) => {
    const rows = tf.sum(x, 1);
    return tf.concat([flat(rows), tf.mean(x, [1, 2]), flat(tf.max(x, 3)), flat(tf.min(x, [2, 3]))], 1);
  },
  'sums after a convolution': (x) => {
    const y = tf.conv2d(x, filter(3, 3, 3, 5), 1, 'same');
    return tf.concat([flat(tf.sum(y, 1)), tf.mean(y, [1, 2]), flat(tf.max(y, 3)), flat(tf.min(y, 2))], 1);
  },
  'the place of the largest': (x) => tf.cast(tf.add(tf.argMax(x, 3), tf.argMin(x, -1)), 'float32'),
  'running sums': (x) => tf.cumsum(flat(x), 1, true, true),
  convolutions: (x) => {
    const same = tf.conv2d(x, filter(3, 2, 3, 4), [2, 1], 'same');
    const dilated = tf.conv2d(same as tf.Tensor4D, filter(2, 2, 4, 3), 1, 'valid', 'NHWC', [1, 2]);
    return tf.add(dilated, weights(1, 1, 1, 3));
  },
  'grouped convolutions': (x) => {
    const deep = tf.depthwiseConv2d(x, filter(3, 3, 3, 2), 1, 'same');
    return tf.relu(
      tf.separableConv2d(deep as tf.Tensor4D, filter(2, 2, 6, 1), filter(1, 1, 6, 4), 1, 'valid'),
    );
  },
  'a transposed convolution that leaves a rest': (x) =>
    tf.conv2dTranspose(x, filter(3, 3, 2, 3), [x.shape[0], 8, 12, 2], 2, 'same'),
  'fused convolutions': (x) => {
    const y = tf.fused.conv2d({
      x,
      filter: filter(3, 3, 3, 4),
      strides: 1,
      pad: 1,
      bias: weights(4) as tf.Tensor1D,
      activation: 'relu',
    });
    return tf.fused.depthwiseConv2d({
      x: y as tf.Tensor4D,
      filter: filter(3, 3, 4, 1),
      strides: 1,
      pad: 'same',
      activation: 'leakyrelu',
      leakyreluAlpha: 0.3,
    });
  },
  'a fused product': (x) =>
    tf.fused.matMul({ a: flat(x), b: weights(72, 5) as tf.Tensor2D, bias: weights(5), activation: 'elu' }),
  pools: (x) => {
    const y = tf.maxPool(x, 3, 1, 'same');
    return tf.avgPool(y as tf.Tensor4D, [2, 3], [2, 1], 'same');
  },
  resizing: (x) => {
    const one = tf.image.resizeBilinear(x, [7, 9], true) as tf.Tensor4D;
    const two = tf.image.resizeBilinear(one, [5, 4], false, true) as tf.Tensor4D;
    const three = tf.image.resizeNearestNeighbor(two, [10, 12]) as tf.Tensor4D;
    return tf.image.resizeNearestNeighbor(three, [7, 5], false, true);
  },
  padding: (x) => {
    const y = tf.mirrorPad(
      x,
      [
        [0, 0],
        [1, 2],
        [3, 0],
        [0, 0],
      ],
      'reflect',
    );
    return tf.pad(
      y,
      [
        [0, 0],
        [0, 1],
        [2, 0],
        [1, 1],
      ],
      0.5,
    );
  },
  'pixels from channels': (x) => tf.depthToSpace(tf.conv2d(x, filter(1, 1, 3, 8), 1, 0) as tf.Tensor4D, 2),
  'parts and wholes': (x) => {
    const [a, b] = tf.split(x, [1, 2], 3) as [tf.Tensor4D, tf.Tensor4D];
    const rows = tf.unstack(tf.slice(b, [0, 1, 2, 0], [-1, 2, 3, 2]), 1);
    const stacked = tf.stack([rows[1]!, rows[0]!], 2);
    return tf.concat([flat(a), flat(stacked), flat(tf.expandDims(rows[0]!, 1))], 1);
  },
  'channels moved about': (x) => tf.relu(tf.transpose(tf.tanh(tf.transpose(x, [0, 3, 1, 2])), [0, 2, 3, 1])),
  'axes in any order': (x) => tf.transpose(tf.transpose(x, [0, 2, 1, 3]), [0, 3, 2, 1]),
  'repeated values': (x) =>
    tf.add(tf.tile(tf.slice(x, [0, 0, 0, 0], [-1, 1, -1, 1]), [1, 4, 1, 3]), tf.tile(x, [1, 1, 1, 1])),
  nothing: (x) => x,
  tiles: (x) => tf.tile(x, [1, 2, 1, 2]),
  products: (x) => {
    const rows = tf.reshape(x, [x.shape[0], 12, 6]);
    const product = tf.matMul(rows, rows, false, true);
    return tf.concat([flat(product), tf.matMul(flat(x), weights(5, 72) as tf.Tensor2D, false, true)], 1);
  },
  'a table that is looked up': (x) => {
    const labels = tf.cast(
      tf.clipByValue(tf.add(tf.mul(tf.slice(flat(x), [0, 0], [-1, 2]), 2), 3), 0, 5),
      'int32',
    );
    const vectors = tf.gather(weights(6, 4), labels as tf.Tensor2D);
    return tf.concat(
      [flat(vectors), flat(tf.cast(tf.oneHot(labels as tf.Tensor2D, 6, 2, -1), 'float32'))],
      1,
    );
  },
  'a normalisation over a batch of sequences': (x) => {
    const rows = tf.reshape(x, [x.shape[0], 12, 6]) as tf.Tensor3D;
    const [mean, variance] = [weights(6) as tf.Tensor1D, tf.abs(weights(6)) as tf.Tensor1D];
    return tf.batchNorm(rows, mean, variance, undefined, undefined, 0.01);
  },
};

const files = new Map<string, Uint8Array>();

describe('exportOnnx', () => {
  it.each(Object.keys(WORK))('writes %s', async (name) => {
    const work = WORK[name]!;
    const model = exportOnnx(await trace(gameOf(IMAGE, (x) => work(x as tf.Tensor4D))));
    files.set(name, model);
    const session = await openOnnxRuntime(model);
    for (const count of [1, 3]) {
      const shape = [count, 4, 6, 3] as const;
      const values = philoxNormal(sizeOf(shape), { seed: 7, draw: 0 });
      const wanted = tf.tidy(() => {
        const made = work(tf.tensor4d(values, [...shape]));
        return tf.keep(made.rank === 4 ? tf.transpose(made, [0, 3, 1, 2]) : made);
      });
      const data = moveChannels(values, [count, 3, 4, 6], 'first');
      const [made] = Object.values(await session.run({ z: { data, shape: [count, 3, 4, 6] } }));
      expect(made!.shape).toEqual(wanted.shape);
      expect(difference(made!.data, wanted.dataSync())).toBeLessThan(2e-5);
      wanted.dispose();
    }
    await session.dispose();
  });

  it('writes files that pass the checker of the ONNX project', { timeout: 300_000 }, () => {
    expect(files.size).toBe(Object.keys(WORK).length);
    for (const [name, problem] of Object.entries(checkOnnx(files))) expect(problem, name).toBe('');
  });

  it('has a checker that finds what is wrong', { timeout: 300_000 }, () => {
    const [model] = files.values();
    const { nodes, ...rest } = readOnnx(model!);
    const backwards = writeOnnx({ ...rest, nodes: [...nodes].reverse() });
    expect(checkOnnx(new Map([['backwards', backwards]])).backwards).toContain('topologically sorted');
  });

  const REFUSED: Record<string, [Work, string]> = {
    'a kernel without a counterpart': [(x) => tf.localResponseNormalization(x), 'LRN'],
    'a mirror that repeats the edge': [
      (x) =>
        tf.mirrorPad(
          x,
          [
            [0, 0],
            [1, 1],
            [1, 1],
            [0, 0],
          ],
          'symmetric',
        ),
      'MirrorPad of mode symmetric',
    ],
    'a part of the batch': [(x) => tf.concat([tf.slice(x, [1], [1]), tf.slice(x, [1])], 0), 'depends on it'],
  };
  it.each(Object.keys(REFUSED))('refuses %s, by name', async (name) => {
    const [work, message] = REFUSED[name]!;
    const error = await trace(gameOf(IMAGE, (x) => work(x as tf.Tensor4D)))
      .then((traced) => exportOnnx(traced))
      .catch((error) => error);
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
    if (message !== 'depends on it') expect(error).toBeInstanceOf(UnsupportedOpError);
  });
});
