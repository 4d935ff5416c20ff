import { beforeAll, describe, expect, it } from 'vitest';
import { chooseBackend } from '../../src/index';
import { derivatives } from '../gradients/finite-differences';
import { rows } from '../gradients/ops';

/** What a GAN's layers and losses are made of: compiling shaders for every op takes too long. */
const NAMES = new Set([
  'elu',
  'leakyRelu',
  'relu',
  'sigmoid',
  'softplus',
  'tanh',
  'pow',
  'moments',
  'softmax',
  'pad',
  'stridedSlice',
  'gather',
  'mirrorPad, reflect',
  'matMul, transposed false true',
  'conv2d, stride 2, pad 1',
  'conv2dTranspose, stride 2, same',
  'depthwiseConv2d',
  'fused.conv2d with bias',
  'avgPool, same',
  'maxPool, same, overlapping',
  'resizeNearestNeighbor to 10,8',
  'resizeBilinear to 7,9, corners',
  'batchNorm by batch moments',
  'losses.sigmoidCrossEntropy',
  'losses.softmaxCrossEntropy',
]);
const chosen = rows.filter(({ name }) => NAMES.has(name));

/** Both derivatives on the current backend, read without blocking: a GPU cannot be read at once. */
async function read(row: (typeof rows)[number]): Promise<number[][]> {
  const { first, second } = derivatives(row);
  const all = await Promise.all([...first, ...second].map((gradient) => gradient.data()));
  for (const gradient of [...first, ...second]) gradient.dispose();
  return all.map((values) => [...values]);
}

describe('gradients on webgpu', () => {
  const expected: number[][][] = [];
  beforeAll(async () => {
    await chooseBackend({ backend: 'cpu' });
    for (const row of chosen) expected.push(await read(row));
    await chooseBackend({ backend: 'webgpu' });
  }, 60_000);

  it('finds its rows', () => {
    expect(chosen).toHaveLength(NAMES.size);
  });

  it.each(chosen.map((row, index) => ({ ...row, index })))(
    '$name: both orders equal those of cpu',
    async (row) => {
      const actual = await read(row);
      expected[row.index]!.forEach((values, i) => {
        expect(actual[i]).toHaveLength(values.length);
        const scale = Math.max(1e-3, ...values.map(Math.abs));
        values.forEach((value, j) => {
          expect(Math.abs(value - actual[i]![j]!) / scale).toBeLessThan(1e-3);
        });
      });
    },
  );
});
