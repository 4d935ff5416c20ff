import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import { noise } from '../kernels/float';
import { expectParity, runGenerator } from '../support/onnx-parity';

type Shape = readonly number[];

const sizeOf = (shape: Shape) => shape.reduce((a, b) => a * b, 1);

/** With the second factor known, and given. */
async function check(op: string, shapes: readonly Shape[], attributes: OnnxAttributes = {}): Promise<void> {
  for (const known of [true, false]) {
    const builder = new OnnxBuilder(17);
    const inputs = Object.fromEntries(
      shapes.map((shape, i) => [`x${i}`, { data: noise(sizeOf(shape), i + 1), shape }]),
    );
    const names = shapes.map((shape, i) => {
      if (i === 0 || !known) return builder.input(`x${i}`, shape);
      const { data } = inputs[`x${i}`]!;
      delete inputs[`x${i}`];
      return builder.constant(data, shape);
    });
    builder.output(builder.node('Relu', [builder.node(op, names, attributes)]), undefined);
    await expectParity(builder, inputs);
  }
}

describe('a product is as in onnxruntime', () => {
  const sizes = [
    [1, 1, 1],
    [1, 40, 9],
    [2, 17, 33],
    [9, 8, 7],
    [33, 5, 1],
    [20, 3, 50],
  ] as const;
  it.each(sizes)('Gemm of [%i, %i] by %i columns, turned and not', async (m, k, n) => {
    for (const transA of [0, 1]) {
      for (const transB of [0, 1]) {
        const shapes = [transA ? [k, m] : [m, k], transB ? [n, k] : [k, n]];
        const bias = [[], [[n]], [[m, 1]], [[m, n]]][transA + 2 * transB]!;
        const scales: OnnxAttributes = bias.length ? { alpha: 0.5, beta: 2 } : {};
        await check('Gemm', [...shapes, ...bias], { transA, transB, ...scales });
      }
    }
  });

  it.each([
    [
      [3, 4],
      [4, 5],
    ],
    [[4], [4, 5]],
    [[3, 4], [4]],
    [[4], [4]],
    [
      [2, 3, 4],
      [4, 5],
    ],
    [[2, 3, 4], [4]],
    [[4], [2, 4, 5]],
    [
      [3, 4],
      [2, 4, 5],
    ],
    [
      [2, 3, 4],
      [2, 4, 5],
    ],
    [
      [2, 1, 3, 4],
      [3, 4, 5],
    ],
    [
      [2, 3, 20, 4],
      [2, 3, 4, 30],
    ],
    [
      [1, 3, 4],
      [6, 4, 5],
    ],
    [
      [6, 3, 4],
      [1, 1, 4, 5],
    ],
    [
      [0, 3, 4],
      [4, 5],
    ],
  ])('MatMul of %j and %j', (a, b) => check('MatMul', [a, b]));

  it('MatMul of turned matrices, without a copy of them', async () => {
    const builder = new OnnxBuilder(17);
    const [a, b] = [builder.input('a', [2, 3, 5, 4]), builder.input('b', [2, 3, 6, 5])];
    const turn = (name: string) => builder.node('Transpose', [name], { perm: [0, 1, 3, 2] });
    builder.output(builder.node('MatMul', [turn(a), turn(b)]), undefined);
    await expectParity(builder, {
      a: { data: noise(120), shape: [2, 3, 5, 4] },
      b: { data: noise(180, 2), shape: [2, 3, 6, 5] },
    });
  });
});

describe('a product', () => {
  it.each([
    ['Gemm', [[3, 4]], 'input 1'],
    [
      'Gemm',
      [
        [3, 4],
        [5, 6],
      ],
      'as many rows',
    ],
    [
      'Gemm',
      [
        [3, 4, 1],
        [4, 6],
      ],
      'two matrices',
    ],
    ['Gemm', [[3, 4], [4, 6], [5]], 'broadcast'],
    [
      'Gemm',
      [
        [3, 4],
        [4, 6],
        [2, 3, 6],
      ],
      'addend',
    ],
    ['MatMul', [[3, 4], [5]], 'as many rows'],
    ['MatMul', [[], [5]], 'as many rows'],
    [
      'MatMul',
      [
        [2, 3, 4],
        [3, 4, 5],
      ],
      'broadcast',
    ],
    [
      'MatMul',
      [
        [2 ** 16, 1],
        [1, 2 ** 16],
      ],
      'elements',
    ],
  ] as const)('%s of %j is refused, naming the node', async (op, shapes, reason) => {
    const builder = new OnnxBuilder(17);
    const names = shapes.map((shape, i) => builder.input(`x${i}`, shape));
    builder.output(builder.node(op, names), undefined);
    const inputs = shapes.map((shape, i) => [`x${i}`, { data: new Float32Array(sizeOf(shape)), shape }]);
    const run = runGenerator(builder.toBytes(), Object.fromEntries(inputs));
    await expect(run).rejects.toThrow(new RegExp(`loadGenerator: .*${op}.*${reason}`));
  });
});
