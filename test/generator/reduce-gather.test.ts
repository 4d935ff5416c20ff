import { describe, it } from 'vitest';
import { type Case, checkCase } from './operator-cases';

const REDUCTIONS = 'Sum Mean Max Min Prod L1 L2 SumSquare LogSumExp'.split(' ');

const AXES: readonly Case[] = [
  { opset: 11, shape: [2, 3, 4, 5] },
  { opset: 11, shape: [2, 3, 4, 5], attributes: { axes: [2, 3] } },
  { opset: 11, shape: [2, 3, 4, 5], attributes: { axes: [-3], keepdims: 0 } },
  { opset: 18, shape: [2, 3, 4, 5], rest: [[1, 3]], attributes: { keepdims: 0 } },
  { opset: 18, shape: [2, 3, 4, 5], rest: [[0]] },
  { opset: 18, shape: [2, 3], attributes: { noop_with_empty_axes: 1 } },
  { opset: 18, shape: [7, 1], attributes: { keepdims: 0 } },
];

describe('reductions', () => {
  it.each(REDUCTIONS.flatMap((name) => AXES.map((each) => [`Reduce${name}`, each] as const)))(
    '%s %j',
    async (op, each) => {
      await checkCase(op, each);
    },
  );

  it.each<[string, Case]>([
    ['ReduceSum', { shape: [3, 4], rest: [[0]], of: 'int64' }],
    ['ReduceMax', { shape: [3, 4], attributes: { axes: [1] }, of: 'int64' }],
    ['ReduceMean', { shape: [3, 4], attributes: { axes: [1] }, of: 'int64' }],
  ])('of integers: %s %j', async (op, each) => {
    await checkCase(op, each);
  });
});

const GATHERS: readonly (readonly [string, Case])[] = [
  ['Gather', { shape: [4, 5, 6], rest: [2] }],
  ['Gather', { shape: [4, 5, 6], rest: [-1], attributes: { axis: 1 } }],
  ['Gather', { shape: [4, 5, 6], rest: [[0, 2, 4]], attributes: { axis: 1 } }],
  ['Gather', { shape: [4, 5, 6], rest: [[3, 1, -1, 1]], attributes: { axis: -1 } }],
  ['Gather', { shape: [2, 5, 3, 4], rest: [[3, 1, -1, 1]], attributes: { axis: 1 } }],
  ['Gather', { shape: [2, 5, 3, 4], rest: [[1, 0, 0]], attributes: { axis: 2 } }],
  ['Gather', { shape: [4, 3], rest: [[3, 1, 0]], of: 'int64' }],
];

describe('Gather', () => {
  it.each(GATHERS)('%s %j', async (op, each) => {
    await checkCase(op, each);
  });
});

const SCANS: readonly (readonly [string, Case])[] = [
  ...['ArgMax', 'ArgMin'].flatMap((op): [string, Case][] => [
    [op, { shape: [2, 3, 4, 5], attributes: { axis: 1 }, type: 'int64' }],
    [op, { shape: [2, 3, 4, 5], attributes: { axis: -1, keepdims: 0 }, type: 'int64' }],
    [op, { shape: [7], type: 'int64' }],
    [op, { opset: 11, shape: [5, 4], of: 'int32', type: 'int64' }],
  ]),
  ['CumSum', { shape: [2, 3, 4, 5], rest: [1] }],
  ['CumSum', { shape: [2, 3, 4, 5], rest: [-1], attributes: { exclusive: 1, reverse: 1 } }],
  ['CumSum', { shape: [6], rest: [0], attributes: { reverse: 1 }, of: 'int32' }],
];

describe('scans', () => {
  it.each(SCANS)('%s %j', async (op, each) => {
    await checkCase(op, each);
  });
});
