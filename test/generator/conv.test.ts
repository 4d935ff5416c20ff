import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import { noise } from '../kernels/float';
import { expectParity, runGenerator } from '../support/onnx-parity';

type Shape = readonly number[];

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

interface Case {
  /** [N, C, …]; N is tried as 1 and 2. */
  readonly x: Shape;
  readonly filter: Shape;
  readonly attributes?: OnnxAttributes;
}

const CONV: readonly Case[] = [
  { x: [3, 9, 8], filter: [5, 3, 3, 3] },
  { x: [3, 9, 8], filter: [5, 3, 3, 3], attributes: { pads: [1, 1, 1, 1] } },
  { x: [16, 9, 8], filter: [13, 16, 3, 3], attributes: { pads: [1, 0, 2, 1], kernel_shape: [3, 3] } },
  { x: [17, 16, 18], filter: [24, 17, 4, 4], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
  { x: [3, 9, 8], filter: [70, 3, 1, 1], attributes: { strides: [2, 3] } },
  { x: [5, 19, 8], filter: [5, 5, 3, 2], attributes: { dilations: [3, 2], pads: [2, 1, 0, 0] } },
  // Padding wider than the filter.
  { x: [3, 4, 4], filter: [5, 3, 3, 3], attributes: { pads: [5, 4, 3, 6] } },
  { x: [16, 4, 4], filter: [16, 16, 3, 3], attributes: { pads: [5, 4, 3, 6] } },
  { x: [3, 6, 7], filter: [5, 3, 6, 7], attributes: { strides: [60000, 60000] } },
  ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].flatMap((auto_pad): Case[] => [
    { x: [3, 9, 8], filter: [5, 3, 3, 4], attributes: { auto_pad } },
    { x: [3, 9, 8], filter: [5, 3, 4, 3], attributes: { auto_pad, strides: [2, 3] } },
  ]),
  // Signals.
  { x: [3, 20], filter: [5, 3, 4], attributes: { pads: [1, 2], strides: [2] } },
  { x: [16, 20], filter: [16, 16, 3], attributes: { pads: [2, 2], dilations: [2] } },
  { x: [6, 20], filter: [6, 1, 3], attributes: { pads: [1, 1], group: 6 } },
  { x: [6, 20], filter: [4, 3, 3], attributes: { auto_pad: 'SAME_LOWER', group: 2, kernel_shape: [3] } },
  // Groups.
  { x: [6, 9, 8], filter: [8, 3, 3, 3], attributes: { group: 2, pads: [1, 1, 1, 1] } },
  { x: [34, 7, 6], filter: [51, 2, 3, 3], attributes: { group: 17, strides: [2, 2] } },
  { x: [17, 9, 8], filter: [17, 1, 3, 3], attributes: { group: 17, pads: [1, 1, 1, 1] } },
  { x: [4, 9, 8], filter: [12, 1, 3, 5], attributes: { group: 4, pads: [1, 0, 2, 3], strides: [2, 1] } },
  { x: [35, 12, 11], filter: [35, 1, 3, 2], attributes: { group: 35, dilations: [2, 3], strides: [1, 2] } },
  { x: [3, 4, 4], filter: [3, 1, 3, 3], attributes: { group: 3, pads: [5, 4, 3, 6] } },
];

const TRANSPOSED: readonly Case[] = [
  { x: [3, 5, 4], filter: [3, 5, 3, 3] },
  { x: [17, 5, 4], filter: [17, 24, 4, 4], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
  { x: [70, 4, 4], filter: [70, 64, 4, 4], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
  { x: [16, 5, 4], filter: [16, 3, 4, 4], attributes: { pads: [1, 1, 1, 1], strides: [2, 2] } },
  { x: [9, 1, 1], filter: [9, 7, 4, 4] },
  { x: [9, 1, 1], filter: [9, 7, 4, 4], attributes: { strides: [2, 2] } },
  { x: [9, 1, 1], filter: [9, 7, 4, 4], attributes: { dilations: [2, 1] } },
  { x: [9, 1, 1], filter: [9, 7, 4, 4], attributes: { pads: [1, 1, 1, 0], strides: [60000, 3] } },
  { x: [9, 1, 1], filter: [9, 7, 4, 4], attributes: { output_padding: [1, 0], strides: [2, 2] } },
  {
    x: [5, 5, 4],
    filter: [5, 4, 3, 3],
    attributes: { pads: [1, 1, 1, 1], strides: [2, 2], output_padding: [1, 1] },
  },
  {
    x: [16, 5, 4],
    filter: [16, 16, 3, 3],
    attributes: { pads: [1, 1, 1, 1], strides: [2, 2], output_padding: [1, 1] },
  },
  {
    x: [5, 5, 4],
    filter: [5, 4, 3, 2],
    attributes: { dilations: [2, 3], strides: [3, 1], output_padding: [2, 0] },
  },
  { x: [5, 5, 4], filter: [5, 4, 2, 2], attributes: { strides: [3, 4] } },
  { x: [5, 5, 4], filter: [5, 4, 2, 2], attributes: { strides: [3, 4], output_padding: [2, 3] } },
  // More is cut away than a filter is wide.
  { x: [5, 7, 8], filter: [5, 4, 3, 3], attributes: { pads: [3, 4, 2, 0] } },
  { x: [16, 7, 8], filter: [16, 16, 3, 3], attributes: { pads: [3, 3, 3, 3] } },
  { x: [16, 7, 8], filter: [16, 16, 4, 4], attributes: { pads: [5, 4, 4, 4], strides: [2, 2] } },
  ...['SAME_UPPER', 'SAME_LOWER', 'VALID'].flatMap((auto_pad): Case[] => [
    { x: [3, 5, 4], filter: [3, 4, 3, 4], attributes: { auto_pad, strides: [2, 2] } },
    { x: [3, 5, 4], filter: [3, 4, 2, 2], attributes: { auto_pad, strides: [1, 1] } },
    { x: [3, 5, 4], filter: [3, 4, 2, 1], attributes: { auto_pad, strides: [3, 2] } },
    { x: [3, 5, 4], filter: [3, 4, 4, 4], attributes: { auto_pad, strides: [2, 2], output_shape: [9, 9] } },
  ]),
  { x: [3, 5, 4], filter: [3, 4, 3, 3], attributes: { strides: [2, 2], output_shape: [10, 8] } },
  { x: [3, 5, 4], filter: [3, 4, 3, 3], attributes: { strides: [2, 2], output_shape: [9, 6] } },
  // Signals.
  { x: [3, 11], filter: [3, 5, 4], attributes: { pads: [1, 1], strides: [2] } },
  { x: [16, 11], filter: [16, 16, 5], attributes: { pads: [2, 2], strides: [2], output_padding: [1] } },
  // Groups.
  { x: [6, 5, 4], filter: [6, 4, 3, 3], attributes: { group: 2, strides: [2, 2], pads: [1, 1, 1, 1] } },
  { x: [6, 5, 4], filter: [6, 1, 4, 4], attributes: { group: 6, strides: [2, 2], pads: [1, 1, 1, 1] } },
  {
    x: [17, 5, 4],
    filter: [17, 1, 3, 2],
    attributes: { group: 17, strides: [2, 3], output_padding: [1, 2], dilations: [2, 1] },
  },
  { x: [4, 5, 4], filter: [4, 3, 3, 3], attributes: { group: 4, pads: [3, 3, 3, 3], strides: [3, 2] } },
  { x: [6, 1, 1], filter: [6, 2, 4, 4], attributes: { group: 2 } },
];

/** A node with a bias after an activation, so that its images lie channels last, and one without of the graph's input. */
async function check(op: string, { x, filter, attributes = {} }: Case): Promise<void> {
  for (const batch of [1, 2]) {
    const builder = new OnnxBuilder(17);
    const shape = [batch, ...x];
    const input = builder.input('x', shape);
    const weights = builder.constant(noise(sizeOf(filter), 2), filter);
    const group = Number(attributes.group ?? 1);
    const outputs = op === 'Conv' ? filter[0]! : filter[1]! * group;
    const bias = builder.constant(noise(outputs, 3));
    builder.output(builder.node(op, [input, weights], attributes), undefined);
    const tanh = builder.node('Tanh', [input]);
    builder.output(builder.node('Relu', [builder.node(op, [tanh, weights, bias], attributes)]), undefined);
    await expectParity(builder, { x: { data: noise(sizeOf(shape)), shape } });
  }
}

describe('a convolution is as in onnxruntime', () => {
  it.each(CONV)('%j', (each) => check('Conv', each));
});

describe('a transposed convolution is as in onnxruntime', () => {
  it.each(TRANSPOSED)('%j', (each) => check('ConvTranspose', each));
});

describe('a convolution', () => {
  const x = [1, 4, 6, 6];
  const filter = [4, 4, 3, 3];
  const REFUSED: readonly (readonly [string, readonly Shape[], OnnxAttributes, string])[] = [
    ['Conv', [x], {}, 'input 1'],
    ['Conv', [x, [4, 3, 3, 3]], {}, 'fit'],
    ['Conv', [x, [4, 4, 3]], {}, 'fit|images|kernel_shape'],
    [
      'Conv',
      [
        [1, 4, 6, 6, 6],
        [4, 4, 3, 3, 3],
      ],
      {},
      'images, or signals',
    ],
    [
      'Conv',
      [
        [1, 4],
        [4, 4],
      ],
      {},
      'images, or signals',
    ],
    ['Conv', [x, filter, [3]], {}, 'fit'],
    ['Conv', [x, filter, [4, 1]], {}, 'fit'],
    ['Conv', [x, [4, 0, 3, 3]], {}, 'fit'],
    ['Conv', [x, filter], { group: 0 }, 'fit'],
    ['Conv', [x, filter], { group: -1 }, 'fit'],
    ['Conv', [x, filter], { group: 2 }, 'fit'],
    ['Conv', [x, [5, 2, 3, 3]], { group: 2 }, 'fit'],
    [
      'Conv',
      [
        [1, 4096, 1, 1],
        [2048, 2, 1, 1],
      ],
      { group: 2048 },
      'at most 1024 groups',
    ],
    ['Conv', [x, filter], { kernel_shape: [3, 2] }, 'fit'],
    ['Conv', [x, filter], { kernel_shape: [3] }, 'kernel_shape'],
    ['Conv', [x, filter], { strides: [0, 1] }, 'strides'],
    ['Conv', [x, filter], { strides: [1, 2 ** 31] }, 'strides'],
    ['Conv', [x, filter], { strides: [1, 1.5] }, 'strides'],
    ['Conv', [x, filter], { dilations: [1, 2 ** 40] }, 'dilations'],
    ['Conv', [x, filter], { dilations: [3, 1] }, 'at least one pixel'],
    ['Conv', [x, filter], { pads: [0, 0, -1, 0] }, 'pads'],
    ['Conv', [x, filter], { pads: [0, 0, 0] }, 'pads'],
    ['Conv', [x, filter], { pads: [60000, 60000, 60000, 60000] }, 'elements'],
    ['Conv', [x, [4, 4, 7, 1]], {}, 'at least one pixel'],
    ['ConvTranspose', [x, [3, 4, 3, 3]], {}, 'fit'],
    ['ConvTranspose', [x, [4, 2, 3, 3]], { group: 3 }, 'fit'],
    ['ConvTranspose', [x, filter], { strides: [64, 64] }, 'strides of at most'],
    ['ConvTranspose', [x, filter], { strides: [60000, 60000] }, 'elements'],
    ['ConvTranspose', [x, filter], { pads: [9, 9, 9, 9] }, 'at least one pixel'],
    ['ConvTranspose', [x, filter], { output_padding: [-1, 0] }, 'output_padding'],
    ['ConvTranspose', [x, filter], { output_shape: [9] }, 'output_shape'],
    ['ConvTranspose', [x, filter], { output_shape: [0, 9] }, 'output_shape'],
    [
      'ConvTranspose',
      [
        [1, 4, 6, 6],
        [4, 1, 3, 3],
      ],
      { group: 4, strides: [60000, 60000] },
      'elements',
    ],
  ];

  it.each(REFUSED)('%s of %j by %j is refused, naming the node', async (op, shapes, attributes, reason) => {
    const builder = new OnnxBuilder(17);
    const names = shapes.map((shape, i) => builder.input(`x${i}`, shape));
    builder.output(builder.node(op, names, attributes), undefined);
    const inputs = shapes.map((shape, i) => [`x${i}`, { data: new Float32Array(sizeOf(shape)), shape }]);
    const run = runGenerator(builder.toBytes(), Object.fromEntries(inputs));
    await expect(run).rejects.toThrow(new RegExp(`loadGenerator: .*${op}.*(${reason})`));
  });

  it('of more work than a run may take is refused before it runs', async () => {
    const builder = new OnnxBuilder(17);
    const small = builder.constant([1], [1, 1, 1, 1]);
    const wide = (shape: Shape) => builder.node('Expand', [small, builder.integers(shape)]);
    const taps = wide([1, 1, 8191, 8191]);
    const images = wide([1, 1, 16384, 16384]);
    builder.output(builder.node('Conv', [images, taps]), undefined);
    await expect(runGenerator(builder.toBytes(), {})).rejects.toThrow(/Conv.*operations/);
  });

  it('in very many parts is refused before they are laid out', async () => {
    const builder = new OnnxBuilder(17);
    const filter = builder.constant(noise(4096), [2048, 2, 1, 1]);
    let x = builder.input('x', [1, 2048, 1, 1]);
    for (let i = 0; i < 8; i++) x = builder.node('Conv', [x, filter], { group: 1024 });
    builder.output(x, undefined);
    const run = runGenerator(builder.toBytes(), { x: { data: noise(2048), shape: [1, 2048, 1, 1] } });
    await expect(run).rejects.toThrow(/loadGenerator: .*kernels, got more by .*Conv/);
  });
});
