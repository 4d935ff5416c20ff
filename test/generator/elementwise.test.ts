import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxType } from '../../src/formats/onnx/model';
import { loadGenerator } from '../../src/generator';
import { noise } from '../kernels/float';
import { expectParity } from '../support/onnx-parity';
import type { OnnxInput } from '../support/onnx-runtime';

type Shape = readonly number[];

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);
/** Numbers between −4 and 4, some of them whole. */
const spread = (shape: Shape, seed = 1) =>
  noise(sizeOf(shape), seed).map((value, i) => (i % 5 === 0 ? Math.round(4 * value) : 4 * value));
const positive = (shape: Shape, seed = 1) => spread(shape, seed).map((value) => Math.abs(value) + 0.25);

interface Case {
  readonly opset?: number;
  readonly attributes?: OnnxAttributes;
  readonly positive?: boolean;
  readonly type?: OnnxType;
}

const FUNCTIONS: readonly (readonly [string, Case])[] = [
  ...'Abs Neg Floor Ceil Round Sign Relu Exp Tanh Sigmoid Softplus Softsign Sin Cos Erf LeakyRelu Elu Selu Celu ThresholdedRelu HardSigmoid'
    .split(' ')
    .map((op) => [op, {}] as const),
  ...'Sqrt Reciprocal Log'.split(' ').map((op) => [op, { positive: true }] as const),
  ...'HardSwish Mish'.split(' ').map((op) => [op, { opset: 18 }] as const),
  ['Abs', { type: 'int32' }],
  ['Neg', { type: 'int32' }],
  ['Sign', { type: 'int32' }],
  ['Relu', { type: 'int32' }],
  ['LeakyRelu', { attributes: { alpha: 0.2 } }],
  ['Elu', { attributes: { alpha: 0.7 } }],
  ['Selu', { attributes: { alpha: 1.5, gamma: 0.8 } }],
  ['Celu', { attributes: { alpha: 0.6 } }],
  ['ThresholdedRelu', { attributes: { alpha: -0.5 } }],
  ['HardSigmoid', { attributes: { alpha: 0.3, beta: 0.1 } }],
  ['Gelu', { opset: 20 }],
  ['Gelu', { opset: 20, attributes: { approximate: 'tanh' } }],
  ['Clip', { opset: 9 }],
  ['Clip', { opset: 9, attributes: { min: -1.5, max: 0.5 } }],
  ['Clip', {}],
];

async function unary(
  op: string,
  { opset = 17, attributes = {}, positive: above, type }: Case,
): Promise<void> {
  // A row shorter than a vector, tails, and images (channels last).
  for (const shape of [[3], [2, 3, 5, 7], [2, 0, 3], []]) {
    const builder = new OnnxBuilder(opset);
    const x = builder.input('x', shape, type);
    builder.output(builder.node(op, [x], attributes), undefined, type);
    const data = (above ? positive : spread)(shape).map((value) => (type ? Math.round(value) : value));
    await expectParity(builder, { x: { data, shape, ...(type && { type }) } });
  }
}

describe('a function of each element', () => {
  it.each(FUNCTIONS)('%s %j is as in onnxruntime', (op, each) => unary(op, each));

  it.each(['Abs', 'Relu', 'Sigmoid', 'Tanh', 'Clip', 'Exp', 'Sqrt', 'LeakyRelu', 'Softplus'])(
    '%s of what is not finite is as in onnxruntime',
    async (op) => {
      const builder = new OnnxBuilder(17);
      const x = builder.input('x', [3]);
      const bounds = op === 'Clip' ? [builder.constant([-1], []), builder.constant([1], [])] : [];
      builder.output(builder.node(op, [x, ...bounds]), undefined);
      await expectParity(builder, { x: { data: [Infinity, -Infinity, NaN], shape: [3] } });
    },
  );

  it.each([[[-1, 0.5]], [[undefined, 0.5]], [[-1, undefined]], [[0.5, -1]]])(
    'clips between %j, known or computed',
    async ([low, high]) => {
      for (const known of [true, false]) {
        for (const type of ['float32', 'int32'] as const) {
          const builder = new OnnxBuilder(13);
          const shape = [2, 3, 4, 5];
          const x = builder.input('x', shape, type);
          const inputs: Record<string, OnnxInput> = {
            x: {
              data: spread(shape).map((value) => (type === 'int32' ? Math.round(value) : value)),
              shape,
              type,
            },
          };
          const bound = (name: string, value: number | undefined) => {
            if (value === undefined) return '';
            const data = [type === 'int32' ? 2 * value : value];
            if (known) return builder.constant(data, [], type);
            inputs[name] = { data, shape: [], type };
            return builder.input(name, [], type);
          };
          builder.output(builder.node('Clip', [x, bound('low', low), bound('high', high)]), undefined, type);
          await expectParity(builder, inputs);
        }
      }
    },
  );
});

const SHAPES: readonly (readonly [Shape, Shape])[] = [
  [
    [2, 3, 5, 7],
    [2, 3, 5, 7],
  ],
  [[2, 3, 5, 7], []],
  [[], [2, 3, 5, 7]],
  [[2, 3, 5, 7], [7]],
  [
    [2, 3, 5, 7],
    [3, 1, 1],
  ],
  [
    [1, 3, 1, 1],
    [2, 3, 5, 7],
  ],
  [
    [2, 1, 5, 1],
    [1, 3, 1, 7],
  ],
  [[2, 3, 1], [4]],
  [[1, 1], [1]],
  [
    [2, 0, 3],
    [1, 3],
  ],
  [
    [3, 2, 2, 3, 2, 3],
    [2, 1, 3, 1, 1],
  ],
];

async function binary(op: string, shapes: readonly Shape[], each: Case = {}, out?: OnnxType): Promise<void> {
  const { opset = 17, attributes = {}, type = 'float32' } = each;
  const builder = new OnnxBuilder(opset);
  const inputs: Record<string, OnnxInput> = {};
  const names = shapes.map((shape, i) => {
    const data = (op === 'Pow' && i === 0 ? positive : spread)(shape, i + 1).map((value) => {
      if (type === 'bool') return Number(value > 0);
      if (type === 'float32') return value;
      return op === 'Div' && i > 0 ? Math.round(Math.abs(value)) + 1 : Math.round(value);
    });
    inputs[`x${i}`] = { data, shape, type };
    return builder.input(`x${i}`, shape, type);
  });
  builder.output(builder.node(op, names, attributes), undefined, out ?? type);
  await expectParity(builder, inputs);
}

describe('a function of several operands', () => {
  it.each(['Add', 'Sub', 'Mul', 'Div', 'Pow', 'Max', 'Min', 'PRelu'])('%s broadcasts', async (op) => {
    for (const [a, b] of SHAPES) {
      if (op === 'PRelu' && (sizeOf(a) < sizeOf(b) || a.includes(1))) continue;
      await binary(op, [a, b]);
    }
  });

  it.each(['Add', 'Sub', 'Mul', 'Div', 'Max', 'Min'])('%s computes with whole numbers', async (op) => {
    for (const type of ['int32', 'int64'] as const)
      await binary(
        op,
        [
          [2, 3, 5],
          [3, 1],
        ],
        { type },
      );
  });

  it.each(['Equal', 'Greater', 'GreaterOrEqual', 'Less', 'LessOrEqual'])('%s compares', async (op) => {
    for (const [a, b] of SHAPES) await binary(op, [a, b], {}, 'bool');
    for (const type of ['int32', 'int64'] as const)
      await binary(
        op,
        [
          [2, 3, 5],
          [3, 1],
        ],
        { type },
        'bool',
      );
    if (op === 'Equal') await binary(op, [[2, 9], [9]], { type: 'bool' });
  });

  it.each(['And', 'Or', 'Xor'])('%s joins truth values', async (op) => {
    for (const [a, b] of SHAPES) await binary(op, [a, b], { type: 'bool' });
  });

  it.each(['Sum', 'Mean', 'Max', 'Min'])('%s takes any number of operands', async (op) => {
    await binary(op, [[2, 3, 5]]);
    await binary(op, [[2, 3, 5], [3, 1], [5], []]);
  });

  it.each([-1, 0.5, 1, 2, 3, 4, -2, 0, 1.7])('raises to the known power %d', async (exponent) => {
    for (const type of ['float32', 'int64'] as const) {
      if (type === 'int64' && !Number.isInteger(exponent)) continue;
      const builder = new OnnxBuilder(17);
      const shape = [2, 3, 5];
      const x = builder.input('x', shape);
      builder.output(builder.node('Pow', [x, builder.constant([exponent], [], type)]), undefined);
      await expectParity(builder, { x: { data: positive(shape), shape } });
    }
  });

  it.each(['float32', 'int32'] as const)('Where chooses among %s, and broadcasts', async (type) => {
    for (const shapes of [
      [
        [2, 3, 5, 7],
        [2, 3, 5, 7],
        [2, 3, 5, 7],
      ],
      [[3, 1, 1], [2, 3, 5, 7], []],
      [[2, 1], [5], [1, 1, 1]],
    ]) {
      const builder = new OnnxBuilder(17);
      const inputs: Record<string, OnnxInput> = {};
      const names = shapes.map((shape, i) => {
        const of: OnnxType = i === 0 ? 'bool' : type;
        const whole = (value: number) => (i === 0 ? Number(value > 0) : Math.round(value));
        const data = spread(shape, i + 1).map((value) => (of === 'float32' ? value : whole(value)));
        inputs[`x${i}`] = { data, shape, type: of };
        return builder.input(`x${i}`, shape, of);
      });
      builder.output(builder.node('Where', names), undefined, type);
      await expectParity(builder, inputs);
    }
  });

  it('tells what is not, and what is not a number', async () => {
    const builder = new OnnxBuilder(17);
    const wrong = builder.node('IsNaN', [builder.input('x', [5])]);
    builder.output(wrong, undefined, 'bool').output(builder.node('Not', [wrong]), undefined, 'bool');
    await expectParity(builder, { x: { data: [1, NaN, -Infinity, 0, NaN], shape: [5] } });
  });

  it('repeats views, and leaves the operands as they are', async () => {
    const builder = new OnnxBuilder(17);
    const x = builder.input('x', [2, 3, 1, 1]);
    const wide = builder.node('Expand', [x, builder.integers([2, 3, 5, 7])]);
    const turned = builder.node('Transpose', [wide], { perm: [0, 2, 3, 1] });
    const sum = builder.node('Add', [builder.node('Tanh', [turned]), builder.constant([1, 2, 3])]);
    builder.output(sum, undefined).output(builder.node('Neg', [x]), undefined);
    await expectParity(builder, { x: { data: spread([2, 3]), shape: [2, 3, 1, 1] } });
  });
});

describe('an elementwise operator', () => {
  it.each([
    ['Add', [[2, 3], [2]], 'broadcast'],
    ['Add', [[2, 3]], 'input 1'],
    ['Sum', [], 'input 0'],
    ['Relu', [], 'input 0'],
    ['PRelu', [[3], [2, 3]], 'slope'],
    ['Where', [[2], [2], [2]], 'condition'],
    [
      'Add',
      [
        [2, 1, 2, 1, 2, 1, 2, 1],
        [1, 2, 1, 2, 1, 2, 1, 2],
      ],
      'six axes',
    ],
    [
      'Mul',
      [
        [2 ** 14, 1],
        [1, 2 ** 15],
      ],
      'elements',
    ],
  ] as const)('%s of %j is refused, naming the node', async (op, shapes, reason) => {
    const builder = new OnnxBuilder(17);
    const names = shapes.map((shape, i) => builder.input(`x${i}`, shape));
    builder.output(builder.node(op, names), undefined);
    const generator = loadGenerator(builder.toBytes()).then((loaded) =>
      loaded.run(
        Object.fromEntries(
          shapes.map((shape, i) => [`x${i}`, { data: new Float32Array(sizeOf(shape)), shape }]),
        ),
      ),
    );
    await expect(generator).rejects.toThrow(new RegExp(`loadGenerator: .*${op}.*${reason}`));
  });
});
