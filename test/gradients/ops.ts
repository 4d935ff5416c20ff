import * as tf from '@tensorflow/tfjs-core';
import { type Shape, sizeOf } from '../../src/util/shape';
import { type Input, type Row, uniform } from './finite-differences';

/** Values at least `margin` from every kink. */
function away(shape: Shape, kinks: readonly number[] = [0], low = -2, high = 2, margin = 0.125): Input {
  const input = uniform(shape, low, high);
  const values = input.values.map((value) => {
    const kink = kinks.find((each) => Math.abs(value - each) < margin);
    return kink === undefined ? value : kink + (value < kink ? -margin : margin);
  });
  return { shape, values };
}

/** Values that all differ by at least 3/16, in a scrambled order: for maxima. */
function distinct(shape: Shape): Input {
  const size = sizeOf(shape);
  const rank = [...uniform([size]).values.entries()].sort((a, b) => a[1] - b[1]).map(([index]) => index);
  const values = new Float32Array(size);
  rank.forEach((index, order) => {
    values[index] = (order - size / 2) * 0.1875;
  });
  return { shape, values };
}

const SHAPE = [2, 3, 4];
const IMAGE = [2, 5, 4, 3];

const unary = (name: string, op: (x: tf.Tensor) => tf.Tensor, input = uniform(SHAPE, -1.5, 1.5)): Row => ({
  name,
  inputs: [input],
  op,
});
const binary = (name: string, op: (a: tf.Tensor, b: tf.Tensor) => tf.Tensor, a: Input, b: Input): Row => ({
  name,
  inputs: [a, b],
  op,
});
const image = (name: string, op: (x: tf.Tensor4D) => tf.Tensor, input = uniform(IMAGE)): Row => ({
  name,
  inputs: [input],
  op: (x) => op(x as tf.Tensor4D),
});
const filtered = (
  name: string,
  op: (x: tf.Tensor4D, filter: tf.Tensor4D) => tf.Tensor,
  input: Shape,
  filter: Shape,
): Row => ({
  name,
  inputs: [uniform(input), uniform(filter)],
  op: (x, f) => op(x as tf.Tensor4D, f as tf.Tensor4D),
});

const positive = uniform(SHAPE, 0.5, 2);
const inside = uniform(SHAPE, -0.75, 0.75);
const withZero = { shape: SHAPE, values: positive.values.map((value, i) => (i === 5 ? 0 : value)) };
const indices = () => tf.tensor2d([0, 2, 1, 2], [2, 2], 'int32');

const elementwise: Row[] = [
  unary('abs', tf.abs, away(SHAPE)),
  unary('acos', tf.acos, inside),
  unary('acosh', tf.acosh, uniform(SHAPE, 1.5, 3)),
  unary('asin', tf.asin, inside),
  unary('asinh', tf.asinh),
  unary('atan', tf.atan),
  unary('atanh', tf.atanh, uniform(SHAPE, -0.5, 0.5)),
  unary('cast', (x) => tf.cast(x, 'float32')),
  unary('clipByValue', (x) => tf.clipByValue(x, -0.5, 1), away(SHAPE, [-0.5, 1])),
  unary('clone', tf.clone),
  unary('cos', tf.cos),
  unary('cosh', tf.cosh),
  unary('elu', tf.elu, away(SHAPE)),
  unary('erf', tf.erf),
  unary('exp', tf.exp),
  unary('expm1', tf.expm1),
  unary('leakyRelu', (x) => tf.leakyRelu(x, 0.2), away(SHAPE)),
  unary('log', tf.log, positive),
  unary('log1p', tf.log1p, positive),
  unary('logSigmoid', tf.logSigmoid),
  unary('logSigmoid of an intermediate value', (x) => tf.logSigmoid(tf.mul(x, 2))),
  unary('neg', tf.neg),
  unary('reciprocal', tf.reciprocal, positive),
  unary('relu', tf.relu, away(SHAPE)),
  unary('relu6', tf.relu6, away(SHAPE, [0, 6], -2, 8)),
  unary('rsqrt', tf.rsqrt, positive),
  unary('selu', tf.selu, away(SHAPE)),
  unary('sigmoid', tf.sigmoid),
  unary('sin', tf.sin),
  unary('sinh', tf.sinh),
  unary('softplus', tf.softplus),
  unary('sqrt', tf.sqrt, positive),
  unary('square', tf.square),
  unary('swish', (x) => tf.mul(x, tf.sigmoid(x))),
  unary('tan', tf.tan, inside),
  unary('tanh', tf.tanh),
  unary(
    'floor, ceil, round, sign and step count as constants',
    (x) =>
      tf.mul(x, tf.add(tf.add(tf.sign(x), tf.step(x)), tf.add(tf.floor(x), tf.add(tf.ceil(x), tf.round(x))))),
    away(SHAPE, [-2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2], -1.75, 1.75),
  ),
];

const arithmetic: Row[] = [
  binary('add, broadcast', tf.add, uniform(SHAPE), uniform([3, 1])),
  unary('addN', (x) => tf.addN([x, tf.square(x), x])),
  binary('sub, broadcast', tf.sub, uniform([4]), uniform(SHAPE)),
  binary('mul, broadcast', tf.mul, uniform(SHAPE), uniform([1, 4])),
  binary('div, broadcast', tf.div, uniform(SHAPE), uniform([3, 1], 0.5, 2)),
  binary('mod', tf.mod, uniform(SHAPE, 0.1, 0.4), uniform([4], 0.6, 0.9)),
  binary('pow', tf.pow, uniform(SHAPE, 0.5, 2), uniform([4], -1, 2)),
  unary('pow of negative numbers by 3', (x) => tf.pow(x, tf.scalar(3, 'int32'))),
  binary('atan2, broadcast', tf.atan2, uniform(SHAPE, 0.5, 1), uniform([3, 1], 0.5, 1)),
  binary('squaredDifference, broadcast', tf.squaredDifference, uniform(SHAPE), uniform([4])),
  binary('maximum, broadcast', tf.maximum, away(SHAPE, [0, 0.25]), {
    shape: [4],
    values: new Float32Array([0, 0.25, 0, 0.25]),
  }),
  binary('minimum, broadcast', tf.minimum, away(SHAPE, [0, 0.25]), {
    shape: [4],
    values: new Float32Array([0, 0.25, 0, 0.25]),
  }),
  binary('prelu', tf.prelu, away(SHAPE), uniform([4], 0.1, 0.5)),
  binary(
    'where over a comparison',
    (a, b) => tf.where(tf.greater(a, 0), tf.mul(a, b), tf.square(b)),
    away(SHAPE),
    uniform(SHAPE),
  ),
  unary(
    'where over a logical expression',
    (x) =>
      tf.where(
        tf.logicalOr(tf.logicalAnd(tf.less(x, 1), tf.greater(x, -1)), tf.equal(x, 5)),
        tf.square(x),
        x,
      ),
    away(SHAPE, [-1, 1]),
  ),
];

const reductions: Row[] = [
  unary('sum over the inner axis', (x) => tf.sum(x, 1)),
  unary('sum over all', (x) => tf.sum(x)),
  unary('sum, keepDims', (x) => tf.sum(x, [0, 2], true)),
  unary('mean over two axes', (x) => tf.mean(x, [0, -1])),
  unary('moments', (x) => {
    const { mean, variance } = tf.moments(x, [0, 1]);
    return tf.concat([mean, variance]);
  }),
  unary('max over an axis', (x) => tf.max(x, 1), distinct(SHAPE)),
  unary('max over all', (x) => tf.max(x), distinct(SHAPE)),
  unary('min, keepDims', (x) => tf.min(x, [0, 2], true), distinct(SHAPE)),
  unary('prod over the inner axis', (x) => tf.prod(x, 1), positive),
  unary('prod over two axes, a zero among them', (x) => tf.prod(x, [0, 2]), withZero),
  unary('cumsum over the last axis', (x) => tf.cumsum(x, 2)),
  unary('cumsum over the inner axis, reverse and exclusive', (x) => tf.cumsum(x, 1, true, true)),
  unary('logSumExp', (x) => tf.logSumExp(x, 1), distinct(SHAPE)),
  unary('softmax', (x) => tf.softmax(x)),
  unary('logSoftmax', (x) => tf.logSoftmax(x)),
  unary('norm, euclidean', (x) => tf.norm(x, 'euclidean', 1), positive),
  unary('norm of a matrix, 1', (x) => tf.norm(tf.reshape(x, [6, 4]), 1, [0, 1]), positive),
];

const layout: Row[] = [
  unary('reshape', (x) => tf.reshape(x, [4, 6])),
  unary('expandDims and squeeze', (x) => tf.squeeze(tf.expandDims(x, 1))),
  unary('transpose', (x) => tf.transpose(x, [2, 0, 1])),
  unary('reverse', (x) => tf.reverse(x, [0, 2])),
  unary('tile', (x) => tf.tile(x, [2, 1, 3])),
  unary('broadcastTo', (x) => tf.broadcastTo(tf.reshape(x, [2, 1, 12]), [2, 3, 12])),
  unary('pad', (x) =>
    tf.pad(
      x,
      [
        [1, 0],
        [0, 2],
        [3, 1],
      ],
      0.5,
    ),
  ),
  unary('slice', (x) => tf.slice(x, [0, 1, 1], [2, -1, 2])),
  unary('stridedSlice', (x) => tf.stridedSlice(x, [0, 0, 3], [2, 3, 0], [1, 2, -2])),
  unary('stridedSlice with shrunk and new axes', (x) =>
    tf.stridedSlice(x, [1, 0, 1, 0], [2, 1, 3, 4], [1, 1, 1, 1], 0, 0, 0, 2, 1),
  ),
  binary('concat', (a, b) => tf.concat([a, b, a], 1), uniform(SHAPE), uniform([2, 1, 4])),
  binary('stack', (a, b) => tf.stack([a, b, a], 1), uniform(SHAPE), uniform(SHAPE)),
  unary('unstack', (x) => {
    const [a, , c] = tf.unstack(x, 1);
    return tf.mul(a!, c!);
  }),
  unary('split', (x) => {
    const [a, b] = tf.split(x, [1, 3], 2);
    return tf.mul(a!, b!);
  }),
  unary('gather', (x) => tf.gather(x, indices(), 1)),
  unary('gather, one batch axis', (x) => tf.gather(x, indices(), 1, 1)),
  unary('gather, one batch axis, inner axis', (x) => tf.gather(x, indices(), 2, 1)),
  unary('unsortedSegmentSum', (x) =>
    tf.unsortedSegmentSum(tf.reshape(x, [6, 4]), tf.tensor1d([2, 0, 2, -1, 1, 0], 'int32'), 4),
  ),
  unary('oneHot and product', (x) =>
    tf.mul(tf.reshape(x, [6, 4]), tf.cast(tf.oneHot(tf.tensor1d([2, 0, 1, 3, 3, 1], 'int32'), 4), 'float32')),
  ),
  image('spaceToBatchND', (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [
        [1, 0],
        [0, 0],
      ],
    ),
  ),
  image('batchToSpaceND', (x) =>
    tf.batchToSpaceND(
      x,
      [2, 1],
      [
        [0, 1],
        [0, 0],
      ],
    ),
  ),
  image('depthToSpace', (x) => tf.depthToSpace(x, 2), uniform([2, 2, 3, 8])),
  unary('mirrorPad, reflect', (x) =>
    tf.mirrorPad(
      x,
      [
        [1, 0],
        [2, 1],
        [3, 3],
      ],
      'reflect',
    ),
  ),
  unary('mirrorPad, symmetric', (x) =>
    tf.mirrorPad(
      x,
      [
        [2, 1],
        [0, 3],
        [4, 1],
      ],
      'symmetric',
    ),
  ),
];

const products: Row[] = [
  ...[false, true].flatMap((a) =>
    [false, true].map((b) =>
      binary(
        `matMul, transposed ${a} ${b}`,
        (x, y) => tf.matMul(x, y, a, b),
        uniform(a ? [2, 4, 3] : [2, 3, 4]),
        uniform(b ? [2, 5, 4] : [2, 4, 5]),
      ),
    ),
  ),
  binary(
    'matMul, one matrix for the batch',
    (x, y) => tf.matMul(x, y),
    uniform([2, 3, 4]),
    uniform([1, 4, 5]),
  ),
  binary('dot', tf.dot, uniform([3, 4]), uniform([4])),
  binary('einsum', (a, b) => tf.einsum('bij,bkj->kib', a, b), uniform([2, 3, 4]), uniform([2, 5, 4])),
  unary('einsum of one operand', (x) => tf.einsum('bij->jb', x)),
  {
    name: 'fused.matMul with bias',
    inputs: [uniform([5, 3]), uniform([3, 4]), uniform([4])],
    op: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'linear' }),
  },
  {
    name: 'fused.matMul with bias and sigmoid',
    inputs: [uniform([5, 3]), uniform([3, 4]), uniform([4])],
    op: (a, b, bias) => tf.fused.matMul({ a, b, bias, activation: 'sigmoid' }),
  },
];

const convolutions: Row[] = [
  filtered('conv2d, stride 1, same', (x, f) => tf.conv2d(x, f, 1, 'same'), [2, 5, 4, 3], [3, 2, 3, 4]),
  filtered('conv2d, stride 2, pad 1', (x, f) => tf.conv2d(x, f, 2, 1), [2, 6, 8, 2], [4, 4, 2, 3]),
  filtered(
    'conv2d, unlike strides, valid',
    (x, f) => tf.conv2d(x, f, [2, 1], 'valid'),
    [2, 7, 5, 2],
    [3, 2, 2, 3],
  ),
  filtered(
    'conv2d, explicit padding',
    (x, f) =>
      tf.conv2d(x, f, 2, [
        [0, 0],
        [2, 1],
        [0, 1],
        [0, 0],
      ]),
    [2, 5, 4, 2],
    [3, 3, 2, 2],
  ),
  filtered(
    'conv2d, dilated, valid',
    (x, f) => tf.conv2d(x, f, 1, 'valid', 'NHWC', [2, 1]),
    [2, 6, 5, 2],
    [3, 2, 2, 3],
  ),
  filtered(
    'conv2d, dilated, same',
    (x, f) => tf.conv2d(x, f, 1, 'same', 'NHWC', [2, 3]),
    [2, 6, 5, 2],
    [3, 2, 2, 3],
  ),
  filtered(
    'conv2d of one image',
    (x, f) => tf.conv2d(tf.reshape(x, [5, 4, 3]) as tf.Tensor3D, f, 1, 'same'),
    [1, 5, 4, 3],
    [3, 2, 3, 2],
  ),
  filtered(
    'conv2dTranspose, stride 2, same',
    (x, f) => tf.conv2dTranspose(x, f, [2, 6, 8, 2], 2, 'same'),
    [2, 3, 4, 3],
    [4, 4, 2, 3],
  ),
  filtered(
    'conv2dTranspose, stride 1, valid',
    (x, f) => tf.conv2dTranspose(x, f, [2, 5, 5, 2], 1, 'valid'),
    [2, 3, 4, 3],
    [3, 2, 2, 3],
  ),
  filtered('depthwiseConv2d', (x, f) => tf.depthwiseConv2d(x, f, 1, 'same'), [2, 5, 4, 3], [3, 2, 3, 2]),
  filtered(
    'depthwiseConv2d, stride 2',
    (x, f) => tf.depthwiseConv2d(x, f, 2, 'valid'),
    [2, 6, 5, 2],
    [3, 2, 2, 1],
  ),
  filtered(
    'depthwiseConv2d, dilated',
    (x, f) => tf.depthwiseConv2d(x, f, 1, 'same', 'NHWC', 2),
    [2, 6, 5, 2],
    [3, 2, 2, 2],
  ),
  filtered(
    'separableConv2d',
    (x, f) => tf.separableConv2d(x, f, tf.ones([1, 1, 4, 2]), 1, 'same'),
    [2, 5, 4, 2],
    [3, 2, 2, 2],
  ),
  {
    name: 'conv1d',
    inputs: [uniform([2, 7, 3]), uniform([3, 3, 2])],
    op: (x, f) => tf.conv1d(x as tf.Tensor3D, f as tf.Tensor3D, 2, 'same'),
  },
  {
    name: 'conv3d',
    inputs: [uniform([2, 3, 4, 3, 2]), uniform([2, 2, 2, 2, 3])],
    op: (x, f) => tf.conv3d(x as tf.Tensor5D, f as tf.Tensor5D, [1, 2, 1], 'same'),
  },
  {
    name: 'conv3dTranspose',
    inputs: [uniform([2, 2, 2, 3, 2]), uniform([2, 2, 2, 3, 2])],
    op: (x, f) => tf.conv3dTranspose(x as tf.Tensor5D, f as tf.Tensor5D, [2, 4, 4, 6, 3], 2, 'same'),
  },
  {
    name: 'fused.conv2d with bias and relu',
    inputs: [uniform([2, 5, 4, 2], 0.25, 1), uniform([3, 3, 2, 3], 0.25, 1), uniform([3], 0.25, 1)],
    op: (x, filter, bias) =>
      tf.fused.conv2d({
        x: x as tf.Tensor4D,
        filter: filter as tf.Tensor4D,
        strides: 2,
        pad: 'same',
        bias,
        activation: 'relu',
      }),
  },
  {
    name: 'fused.conv2d with bias',
    inputs: [uniform([2, 5, 4, 2]), uniform([3, 3, 2, 3]), uniform([3])],
    op: (x, filter, bias) =>
      tf.fused.conv2d({ x: x as tf.Tensor4D, filter: filter as tf.Tensor4D, strides: 2, pad: 'same', bias }),
  },
];

const images: Row[] = [
  image('avgPool, valid', (x) => tf.avgPool(x, [2, 3], [2, 1], 'valid')),
  image('avgPool, same', (x) => tf.avgPool(x, 3, 2, 'same')),
  image('maxPool, valid', (x) => tf.maxPool(x, [2, 3], [2, 1], 'valid'), distinct(IMAGE)),
  image('maxPool, same, overlapping', (x) => tf.maxPool(x, 3, 2, 'same'), distinct(IMAGE)),
  {
    name: 'avgPool3d, same',
    inputs: [uniform([2, 3, 4, 3, 2])],
    op: (x) => tf.avgPool3d(x as tf.Tensor5D, [2, 3, 2], [1, 2, 1], 'same'),
  },
  {
    name: 'maxPool3d, same',
    inputs: [distinct([2, 3, 4, 3, 2])],
    op: (x) => tf.maxPool3d(x as tf.Tensor5D, [2, 3, 2], [1, 2, 1], 'same'),
  },
  ...[
    { alignCorners: false, halfPixelCenters: false },
    { alignCorners: true, halfPixelCenters: false },
    { alignCorners: false, halfPixelCenters: true },
  ].flatMap(({ alignCorners, halfPixelCenters }) =>
    (
      [
        [7, 9],
        [10, 8],
        [3, 3],
      ] as [number, number][]
    ).flatMap((size) => {
      const options = `${alignCorners ? ', corners' : ''}${halfPixelCenters ? ', centres' : ''}`;
      return [
        image(`resizeNearestNeighbor to ${size}${options}`, (x) =>
          tf.image.resizeNearestNeighbor(x, size, alignCorners, halfPixelCenters),
        ),
        image(`resizeBilinear to ${size}${options}`, (x) =>
          tf.image.resizeBilinear(x, size, alignCorners, halfPixelCenters),
        ),
      ];
    }),
  ),
  image(
    'localResponseNormalization',
    (x) => tf.localResponseNormalization(x, 1, 1, 0.5, 0.75),
    uniform([2, 3, 2, 5]),
  ),
  {
    name: 'batchNorm',
    inputs: [uniform(IMAGE), uniform([3]), uniform([3], 0.5, 2), uniform([3]), uniform([3])],
    op: (x, mean, variance, offset, scale) =>
      tf.batchNorm(
        x as tf.Tensor4D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      ),
  },
  {
    name: 'batchNorm by batch moments',
    inputs: [uniform([5, 3]), uniform([3]), uniform([3])],
    op: (x, offset, scale) => {
      const { mean, variance } = tf.moments(x, 0);
      return tf.batchNorm(
        x as tf.Tensor2D,
        mean as tf.Tensor1D,
        variance as tf.Tensor1D,
        offset as tf.Tensor1D,
        scale as tf.Tensor1D,
        0.01,
      );
    },
  },
];

const losses: Row[] = [
  binary(
    'losses.sigmoidCrossEntropy',
    (a, b) => tf.losses.sigmoidCrossEntropy(tf.sigmoid(a), b),
    uniform([4, 3]),
    away([4, 3]),
  ),
  binary(
    'losses.softmaxCrossEntropy',
    (a, b) => tf.losses.softmaxCrossEntropy(a, tf.mul(b, 2)),
    uniform([4, 3]),
    distinct([4, 3]),
  ),
  binary(
    'losses.meanSquaredError',
    (a, b) => tf.losses.meanSquaredError(a, b),
    uniform([4, 3]),
    uniform([4, 3]),
  ),
  binary(
    'losses.absoluteDifference',
    (a, b) => tf.losses.absoluteDifference(a, b),
    uniform([4, 3], 0, 0.4),
    uniform([4, 3], 0.6, 1),
  ),
  unary(
    'losses.huberLoss',
    (x) => tf.losses.huberLoss(tf.zeros([24]), tf.reshape(x, [24]), undefined, 0.5),
    away(SHAPE, [-0.5, 0, 0.5]),
  ),
  unary('losses.hingeLoss', (x) => tf.losses.hingeLoss(tf.ones([24]), tf.reshape(x, [24])), away(SHAPE, [1])),
  unary(
    'losses.logLoss',
    (x) => tf.losses.logLoss(tf.fill([24], 0.25), tf.reshape(x, [24])),
    uniform(SHAPE, 0.25, 0.75),
  ),
];

/** Every op that a layer or a loss may call. */
export const rows: readonly Row[] = [
  ...elementwise,
  ...arithmetic,
  ...reductions,
  ...layout,
  ...products,
  ...convolutions,
  ...images,
  ...losses,
];
