import { describe, it } from 'vitest';
import { type Case, checkCase } from './operator-cases';

const CASES: readonly (readonly [string, Case])[] = [
  ['Reshape', { shape: [2, 3, 4, 5], rest: [[2, -1]] }],
  ['Reshape', { shape: [2, 3, 4, 5], rest: [[0, 0, 20]] }],
  ['Reshape', { shape: [2, 6, 4, 5], rest: [[2, 2, 3, 4, 5]] }],
  ['Reshape', { shape: [2, 6, 4, 5], rest: [[-1]] }],
  ['Reshape', { shape: [1, 1], rest: [[]] }],
  ['Reshape', { shape: [2, 3, 4, 5], rest: [[3, 2, -1]] }],
  ['Flatten', { shape: [2, 3, 4, 5] }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: 0 } }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: 4 } }],
  ['Flatten', { shape: [2, 3, 4, 5], attributes: { axis: -2 } }],
  ['Transpose', { shape: [2, 3, 4] }],
  ['Transpose', { shape: [2, 3, 4, 5], attributes: { perm: [0, 2, 3, 1] } }],
  ['Squeeze', { opset: 11, shape: [1, 3, 1, 5], attributes: { axes: [0, -2] } }],
  ['Squeeze', { shape: [1, 3, 1, 5], rest: [[2]] }],
  ['Squeeze', { shape: [1, 3, 1, 5] }],
  ['Unsqueeze', { opset: 11, shape: [3, 5], attributes: { axes: [0, 3] } }],
  ['Unsqueeze', { shape: [3, 5], rest: [[-1, 1]] }],
  ['Expand', { shape: [3, 1], rest: [[2, 1, 6]] }],
  ['Expand', { shape: [3, 4], rest: [[1]] }],
  ['Expand', { shape: [2, 3, 1, 1], rest: [[2, 3, 4, 5]] }],
  ['Tile', { shape: [2, 3, 4, 5], rest: [[1, 2, 1, 3]] }],
  ['Tile', { shape: [2, 1, 3], rest: [[1, 4, 1]] }],
  ['Tile', { shape: [2, 3], rest: [[2, 2]] }],
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
  ['Slice', { shape: [4, 5, 6], rest: [[1], [3]] }],
  [
    'Slice',
    {
      shape: [4, 5, 6],
      rest: [
        [0, 4],
        [4, 0],
        [0, -1],
        [2, -3],
      ],
    },
  ],
  ['Slice', { shape: [4, 5], rest: [[-1], [-(2 ** 40)], [1], [-1]] }],
  ['Slice', { shape: [4, 5], rest: [[7], [9], [1], [1]] }],
  [
    'Slice',
    {
      shape: [2, 6, 4, 5],
      rest: [
        [3, 1],
        [6, 4],
        [1, 3],
        [1, 2],
      ],
    },
  ],
  ['Split', { opset: 11, shape: [6, 4], attributes: { axis: 1, split: [1, 3] }, outputs: 2 }],
  ['Split', { opset: 11, shape: [6, 4], outputs: 3 }],
  ['Split', { opset: 13, shape: [2, 6, 4, 4], attributes: { axis: 1 }, rest: [[1, 0, 5]], outputs: 3 }],
  ['Split', { opset: 18, shape: [7, 4], attributes: { num_outputs: 3 }, outputs: 3 }],
  ['Cast', { shape: [2, 3], attributes: { to: 7 }, type: 'int64' }],
  ['Cast', { shape: [2, 3], attributes: { to: 9 }, type: 'bool' }],
  ['Cast', { shape: [2, 3], attributes: { to: 1 } }],
];

describe('operators that change shapes', () => {
  it.each(CASES)('%s %j', async (op, each) => {
    await checkCase(op, each);
  });
});
