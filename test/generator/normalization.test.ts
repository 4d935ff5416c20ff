import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import { noise } from '../kernels/float';
import { expectParity, runGenerator } from '../support/onnx-parity';

type Shape = readonly number[];

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
const positive = (length: number, seed: number) => noise(length, seed).map((value) => Math.abs(value) + 0.1);

/** Of a graph's input (images lie channels last) and of one whose last axis is innermost. */
async function check(
  op: string,
  opset: number,
  shape: Shape,
  vectors: readonly ArrayLike<number>[],
  attributes: OnnxAttributes = {},
  sizes?: readonly Shape[],
): Promise<void> {
  const builder = new OnnxBuilder(opset);
  const x = builder.input('x', shape);
  const flat = builder.node('Relu', [builder.input('flat', [sizeOf(shape)])]);
  const rows = builder.node('Reshape', [flat, builder.integers(shape)]);
  const names = vectors.map((values, i) => builder.constant(values, sizes?.[i]));
  for (const from of [x, rows]) builder.output(builder.node(op, [from, ...names], attributes), undefined);
  const data = noise(sizeOf(shape)).map((value) => 3 * value + 1);
  await expectParity(builder, { x: { data, shape }, flat: { data, shape: [data.length] } });
}

describe('a normalisation is as in onnxruntime', () => {
  it.each([[[2, 5]], [[1, 3, 7]], [[2, 17, 5, 4]], [[2, 3, 2, 3, 4]]])(
    'BatchNormalization of %j',
    async (shape) => {
      const channels = shape[1]!;
      const vectors = [noise(channels, 2), noise(channels, 3), noise(channels, 4), positive(channels, 5)];
      await check('BatchNormalization', 15, shape, vectors);
      await check('BatchNormalization', 9, shape, vectors, { epsilon: 0.01, momentum: 0.8 });
    },
  );

  it.each([[[1, 3, 7]], [[2, 17, 5, 4]], [[2, 4, 1, 9]], [[2, 3, 33, 31]]])(
    'InstanceNormalization of %j',
    (shape) =>
      check('InstanceNormalization', 17, shape, [noise(shape[1]!, 2), noise(shape[1]!, 3)], {
        epsilon: 1e-4,
      }),
  );

  it.each([
    [[2, 5], -1, [5]],
    [[2, 3, 7], 2, [7]],
    [[2, 3, 7], 1, [3, 7]],
    [[2, 4, 5, 3], -3, [4, 5, 3]],
    [[2, 4, 5, 64], 3, [64]],
  ])('LayerNormalization of %j from axis %i', async (shape, axis, inner) => {
    const vectors = [noise(sizeOf(inner), 2), noise(sizeOf(inner), 3)];
    await check('LayerNormalization', 17, shape, vectors, { axis }, [inner, inner]);
    await check('LayerNormalization', 17, shape, vectors.slice(0, 1), { axis, epsilon: 0.01 }, [inner]);
  });

  it.each([
    [[2, 6, 5], 3],
    [[1, 8, 5, 4], 8],
    [[2, 8, 5, 4], 2],
    [[2, 4, 3, 3], 1],
  ])('GroupNormalization of %j in %i groups', async (shape, num_groups) => {
    const [channels] = [shape[1]!];
    await check('GroupNormalization', 21, shape, [noise(channels, 2), noise(channels, 3)], { num_groups });
    await check('GroupNormalization', 18, shape, [noise(num_groups, 2), noise(num_groups, 3)], {
      num_groups,
    });
  });

  it.each([1, 2])('LpNormalization of power %i', async (p) => {
    await check('LpNormalization', 17, [2, 3, 5], [], { p });
    await check('LpNormalization', 17, [2, 3, 5, 4], [], { p, axis: 1 });
  });

  it('layers normalised by other operators, as PyTorch writes them', async () => {
    const builder = new OnnxBuilder(13);
    const x = builder.input('x', [2, 3, 8]);
    const mean = (name: string) => builder.node('ReduceMean', [name], { axes: [-1] });
    const apart = builder.node('Sub', [x, mean(x)]);
    const variance = mean(builder.node('Pow', [apart, builder.constant([2], [])]));
    const spread = builder.node('Sqrt', [builder.node('Add', [variance, builder.constant([1e-5], [])])]);
    const normal = builder.node('Div', [apart, spread]);
    const scaled = builder.node('Mul', [normal, builder.constant(noise(8, 2))]);
    builder.output(builder.node('Add', [scaled, builder.constant(noise(8, 3))]), undefined);
    await expectParity(builder, { x: { data: noise(48), shape: [2, 3, 8] } });
  });
});

describe('a batch normalisation behind a product', () => {
  const PRODUCTS: readonly (readonly [string, Shape, Shape, OnnxAttributes])[] = [
    ['Conv', [2, 3, 9, 8], [5, 3, 3, 3], { pads: [1, 1, 1, 1] }],
    ['Conv', [2, 6, 9, 8], [8, 3, 3, 3], { group: 2 }],
    ['Conv', [2, 6, 9, 8], [12, 1, 3, 3], { group: 6 }],
    ['Conv', [2, 6, 9], [5, 6, 3], {}],
    ['ConvTranspose', [2, 16, 4, 5], [16, 7, 4, 4], { strides: [2, 2], pads: [1, 1, 1, 1] }],
    ['ConvTranspose', [2, 9, 1, 1], [9, 7, 4, 4], {}],
    ['ConvTranspose', [2, 6, 4, 5], [6, 3, 3, 3], { group: 2, strides: [2, 2] }],
    ['ConvTranspose', [2, 6, 4, 5], [6, 2, 3, 3], { group: 6, strides: [2, 2] }],
    ['Gemm', [2, 9], [7, 9], { transB: 1, alpha: 0.5, beta: 2 }],
  ];
  const outputsOf = (op: string, filter: Shape, { group = 1 }: OnnxAttributes) =>
    op === 'ConvTranspose' ? filter[1]! * Number(group) : filter[0]!;

  it.each(PRODUCTS)(
    '%s of %j by %j %j gives the same, whoever else reads what is between',
    async (op, shape, filter, attributes) => {
      const channels = outputsOf(op, filter, attributes);
      for (const biased of [true, false]) {
        for (const read of [true, false]) {
          const builder = new OnnxBuilder(15);
          const weights = builder.constant(noise(sizeOf(filter), 2), filter);
          const bias = biased ? [builder.constant(noise(channels, 3))] : [];
          const product = builder.node(op, [builder.input('x', shape), weights, ...bias], attributes);
          const vectors = [4, 5, 6].map((seed) => builder.constant(noise(channels, seed)));
          const variance = builder.constant(positive(channels, 7));
          const normal = builder.node('BatchNormalization', [product, ...vectors, variance]);
          builder.output(builder.node('LeakyRelu', [normal]), undefined);
          if (read) builder.output(product, undefined);
          await expectParity(builder, { x: { data: noise(sizeOf(shape)), shape } });
        }
      }
    },
  );
});

describe('softmax is as in onnxruntime', () => {
  it.each([[[7]], [[2, 5]], [[2, 3, 7]], [[2, 17, 5, 4]]])('of %j along each axis', async (shape) => {
    for (const op of ['Softmax', 'LogSoftmax']) {
      for (const axis of shape.keys()) {
        await check(op, 13, shape, [], { axis });
        await check(op, 11, shape, [], { axis: axis - shape.length });
      }
      await check(op, 13, shape, []);
    }
  });
});

describe('a normalisation', () => {
  it.each([
    ['BatchNormalization', [[2, 3, 4], [3], [3], [3]], {}, 'input 4'],
    ['BatchNormalization', [[2, 3, 4], [3], [3], [3], [4]], {}, 'input 4 to be .3.'],
    ['BatchNormalization', [[2, 3], [3], [3], [3], [3]], { training_mode: 1 }, 'training_mode'],
    ['BatchNormalization', [[2], [3], [3], [3], [3]], {}, 'at least 2 axes'],
    ['InstanceNormalization', [[2, 3], [3], [3]], {}, 'at least 3 axes'],
    ['InstanceNormalization', [[2, 3, 4], [3], [4]], {}, 'input 2'],
    ['LayerNormalization', [[2, 3], [2]], {}, 'broadcast'],
    [
      'LayerNormalization',
      [
        [2, 3],
        [2, 3],
      ],
      {},
      'broadcast',
    ],
    ['LayerNormalization', [[2, 3], [3]], { axis: 2 }, 'axis'],
    ['GroupNormalization', [[2, 4, 3], [4], [4]], {}, 'num_groups'],
    ['GroupNormalization', [[2, 4, 3], [4], [4]], { num_groups: 3 }, 'num_groups'],
    ['GroupNormalization', [[2, 4, 3], [4], [4]], { num_groups: 0 }, 'num_groups'],
    ['LpNormalization', [[2, 4, 3]], { p: 3 }, 'p to be'],
    ['Softmax', [[2, 4, 3]], { axis: 3 }, 'axis'],
    ['Softmax', [[]], {}, 'axis'],
  ] as const)('%s of %j by %j is refused, naming the node', async (op, shapes, attributes, reason) => {
    const builder = new OnnxBuilder(21);
    const names = shapes.map((shape, i) => builder.input(`x${i}`, shape));
    builder.output(builder.node(op, names, attributes), undefined);
    const inputs = shapes.map((shape, i) => [`x${i}`, { data: new Float32Array(sizeOf(shape)), shape }]);
    const run = runGenerator(builder.toBytes(), Object.fromEntries(inputs));
    await expect(run).rejects.toThrow(new RegExp(`loadGenerator: .*${op}.*${reason}`));
  });
});
