import { describe, expect, it } from 'vitest';
import { type OnnxAttributes, OnnxBuilder } from '../../src/formats/onnx/builder';
import type { OnnxType } from '../../src/formats/onnx/model';
import { loadGenerator } from '../../src/generator';
import { expectParity } from '../support/onnx-parity';

type Shape = readonly number[];

const counted = (shape: Shape) => Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i + 0.5);

interface Case {
  readonly opset?: number;
  readonly shape: Shape;
  readonly attributes?: OnnxAttributes;
  /** Further inputs: lists of integers. */
  readonly integers?: readonly (Shape | number)[];
  readonly outputs?: number;
  readonly type?: OnnxType;
}

/** One operator on an input of floats, and twice the input (in memory channels last, where it is an image). */
async function check(op: string, each: Case): Promise<void> {
  const { opset = 17, shape, attributes = {}, integers = [], outputs = 1, type = 'float32' } = each;
  const builder = new OnnxBuilder(opset);
  const x = builder.input('x', shape);
  const rest = integers.map((list) =>
    typeof list === 'number' ? builder.integers([list], []) : builder.integers(list),
  );
  for (const name of builder.nodeOf(op, [x, ...rest], attributes, outputs))
    builder.output(name, undefined, type);
  await expectParity(builder, { x: { data: counted(shape), shape } });
}

const CASES: readonly (readonly [string, Case])[] = [
  ['Reshape', { shape: [2, 3, 4, 5], integers: [[2, -1]] }],
  ['Reshape', { shape: [2, 3, 4, 5], integers: [[0, 0, 20]] }],
  ['Reshape', { shape: [2, 6, 4, 5], integers: [[2, 2, 3, 4, 5]] }],
  ['Reshape', { shape: [2, 6, 4, 5], integers: [[-1]] }],
  ['Reshape', { shape: [1, 1], integers: [[]] }],
  ['Reshape', { shape: [2, 3, 4, 5], integers: [[3, 2, -1]] }],
  ['Flatten', { shape: [2, 3, 4, 5] }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: 0 } }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: 4 } }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: -2 } }],
  ['Transpose', { shape: [2, 3, 4] }],
  ['Transpose', { shape: [2, 3, 4, 5], attributes: { perm: [0, 2, 3, 1] } }],
  ['Squeeze', { opset: 11, shape: [1, 3, 1, 5], attributes: { axes: [0, -2] } }],
  ['Squeeze', { shape: [1, 3, 1, 5], integers: [[2]] }],
  ['Squeeze', { shape: [1, 3, 1, 5] }],
  ['Unsqueeze', { opset: 11, shape: [3, 5], attributes: { axes: [0, 3] } }],
  ['Unsqueeze', { shape: [3, 5], integers: [[-1, 1]] }],
  ['Expand', { shape: [3, 1], integers: [[2, 1, 6]] }],
  ['Expand', { shape: [3, 4], integers: [[1]] }],
  ['Expand', { shape: [2, 3, 1, 1], integers: [[2, 3, 4, 5]] }],
  ['Tile', { shape: [2, 3, 4, 5], integers: [[1, 2, 1, 3]] }],
  ['Tile', { shape: [2, 1, 3], integers: [[1, 4, 1]] }],
  ['Tile', { shape: [2, 3], integers: [[2, 2]] }],
  ['DepthToSpace', { shape: [2, 8, 3, 4], attributes: { blocksize: 2 } }],
  ['DepthToSpace', { shape: [2, 18, 3, 4], attributes: { blocksize: 3, mode: 'CRD' } }],
  ['SpaceToDepth', { shape: [2, 3, 4, 6], attributes: { blocksize: 2 } }],
  ['Identity', { shape: [2, 3] }],
  ['Shape', { shape: [2, 3, 4], type: 'int64' }],
  ['Shape', { shape: [2, 3, 4], type: 'int64', attributes: { start: -2 } }],
  ['Shape', { shape: [2, 3, 4], type: 'int64', attributes: { start: 0, end: -1 } }],
  ['Size', { shape: [2, 3, 4], type: 'int64' }],
  ['Dropout', { opset: 9, shape: [2, 3] }],
  ['Dropout', { shape: [2, 3] }],
  ['Slice', { opset: 9, shape: [4, 5, 6], attributes: { starts: [1, -3], ends: [100, -1], axes: [0, 2] } }],
  ['Slice', { shape: [4, 5, 6], integers: [[1], [3]] }],
  [
    'Slice',
    {
      shape: [4, 5, 6],
      integers: [
        [0, 4],
        [4, 0],
        [0, -1],
        [2, -3],
      ],
    },
  ],
  ['Slice', { shape: [4, 5], integers: [[-1], [-(2 ** 40)], [1], [-1]] }],
  ['Slice', { shape: [4, 5], integers: [[7], [9], [1], [1]] }],
  [
    'Slice',
    {
      shape: [2, 6, 4, 5],
      integers: [
        [3, 1],
        [6, 4],
        [1, 3],
        [1, 2],
      ],
    },
  ],
  ['Split', { opset: 11, shape: [6, 4], attributes: { axis: 1, split: [1, 3] }, outputs: 2 }],
  ['Split', { opset: 11, shape: [6, 4], outputs: 3 }],
  ['Split', { opset: 13, shape: [2, 6, 4, 4], attributes: { axis: 1 }, integers: [[1, 0, 5]], outputs: 3 }],
  ['Split', { opset: 18, shape: [7, 4], attributes: { num_outputs: 3 }, outputs: 3 }],
  ['Cast', { shape: [2, 3], attributes: { to: 7 }, type: 'int64' }],
  ['Cast', { shape: [2, 3], attributes: { to: 9 }, type: 'bool' }],
  ['Cast', { shape: [2, 3], attributes: { to: 1 } }],
];

describe('operators that change shapes', () => {
  it.each(CASES)('%s %j', async (op, each) => {
    await check(op, each);
  });
});
