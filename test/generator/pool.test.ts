import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import { noise } from '../kernels/float';
import { expectParity, runGenerator } from '../support/onnx-parity';

type Shape = readonly number[];

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

/** Of a graph's input and of an activation's output: one output each. */
async function check(op: string, opset: number, shape: Shape, attributes: OnnxAttributes): Promise<void> {
  for (const batch of [1, 2]) {
    const builder = new OnnxBuilder(opset);
    const x = builder.input('x', [batch, ...shape]);
    builder.output(builder.node(op, [x], attributes), undefined);
    builder.output(builder.node(op, [builder.node('Neg', [x])], attributes), undefined);
    const data = noise(batch * sizeOf(shape));
    await expectParity(builder, { x: { data, shape: [batch, ...shape] } });
  }
}

const WINDOWS: readonly (readonly [Shape, OnnxAttributes])[] = [
  [[3, 8, 6], { kernel_shape: [2, 2], strides: [2, 2] }],
  [[5, 9, 8], { kernel_shape: [3, 2] }],
  [[17, 9, 8], { kernel_shape: [3, 3], strides: [2, 3], pads: [1, 2, 2, 1] }],
  [[4, 9, 8], { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1], ceil_mode: 1 }],
  [[4, 10, 8], { kernel_shape: [2, 2], strides: [3, 3], pads: [1, 0, 1, 1], ceil_mode: 1 }],
  [[4, 9, 8], { kernel_shape: [4, 3], strides: [2, 1], auto_pad: 'SAME_UPPER' }],
  [[4, 9, 8], { kernel_shape: [4, 3], strides: [2, 1], auto_pad: 'SAME_LOWER' }],
  [[4, 9, 8], { kernel_shape: [4, 3], strides: [2, 1], auto_pad: 'VALID' }],
  [[4, 3, 3], { kernel_shape: [3, 3], strides: [60000, 1] }],
  [[5, 17], { kernel_shape: [3], strides: [2], pads: [1, 2] }],
];
const DILATED: readonly (readonly [Shape, OnnxAttributes])[] = [
  [[5, 12, 11], { kernel_shape: [3, 2], dilations: [2, 3], pads: [2, 1, 1, 0] }],
  [
    [5, 12, 11],
    { kernel_shape: [2, 2], dilations: [2, 1], strides: [2, 3], pads: [1, 1, 1, 1], ceil_mode: 1 },
  ],
  [[4, 17], { kernel_shape: [3], dilations: [3], strides: [2], pads: [2, 2] }],
];

describe('a pool is as in onnxruntime', () => {
  it.each([...WINDOWS, ...DILATED])('MaxPool of [%j] by %j', (shape, attributes) =>
    check('MaxPool', 12, shape, attributes),
  );

  it.each([...WINDOWS, ...DILATED])('AveragePool of [%j] by %j', async (shape, attributes) => {
    for (const count_include_pad of [0, 1]) {
      await check('AveragePool', 19, shape, { ...attributes, count_include_pad });
    }
  });

  it.each(['GlobalAveragePool', 'GlobalMaxPool'])('%s', async (op) => {
    for (const shape of [
      [5, 7, 6],
      [1, 1, 1],
      [3, 40],
      [2, 3, 4, 5],
    ])
      await check(op, 17, shape, {});
  });
});

describe('a pool', () => {
  it.each([
    ['MaxPool', [1, 2, 5, 5], {}, 'kernel_shape'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2] }, 'kernel_shape'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2, 0] }, 'kernel_shape'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2, 2], strides: [0, 1] }, 'strides'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2, 2], strides: [1, 2 ** 31] }, 'strides'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2, 2], pads: [0, 0, -1, 0] }, 'pads'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [2, 2], pads: [2, 0, 0, 0] }, 'pads smaller'],
    ['MaxPool', [1, 2, 5, 5], { kernel_shape: [6, 2] }, 'at least one pixel'],
    ['MaxPool', [1, 2, 5, 5, 5], { kernel_shape: [2, 2, 2] }, 'images'],
    ['AveragePool', [1, 2], { kernel_shape: [2] }, 'images'],
    ['MaxPool', [1, 2, 999, 5], { kernel_shape: [300, 1], dilations: [2, 1] }, 'taps'],
    ['GlobalMaxPool', [1, 2], {}, 'images'],
  ] as const)('%s of %j by %j is refused, naming the node', async (op, shape, attributes, reason) => {
    const builder = new OnnxBuilder(19);
    builder.output(builder.node(op, [builder.input('x', shape)], attributes), undefined);
    const run = runGenerator(builder.toBytes(), { x: { data: new Float32Array(sizeOf(shape)), shape } });
    await expect(run).rejects.toThrow(new RegExp(`loadGenerator: .*${op}.*${reason}`));
  });
});
