import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { ArgumentError, ShapeError } from '../../src/errors';
import { batchOf, directionOf, factsOf, imageColumn, readGiven } from '../../src/train/given';
import { startBackend } from '../support/backends';

const direction = { given: ['label', 'x'], like: 'x' };
const game = {
  kind: 'painter',
  integers: { label: 3 },
  directions: { translate: direction, sample: { given: [], like: 'x' } },
};
const data = arrayData(
  {
    x: { data: Uint8Array.from({ length: 8 }, (_, i) => i), shape: [2, 1, 1] },
    label: { data: Int32Array.of(2, 1, 0, 2), shape: [] },
  },
  { classes: ['red', 'green', 'Blue'] },
);
const facts = factsOf(data);
const read = (count: number, given?: Parameters<typeof readGiven>[4]) =>
  readGiven(game, direction, facts, count, given);

describe('what samples are made from', () => {
  beforeAll(() => startBackend('cpu'));

  it('is the first examples of the data where nothing is given, from the start again at its end', async () => {
    const { label, x } = await read(5);
    expect(label).toEqual({ values: Int32Array.of(2, 1, 0, 2, 2), shape: [5] });
    expect(x!.shape).toEqual([5, 2, 1, 1]);
    expect(x!.values[1]).toBeCloseTo(1 / 127.5 - 1, 6);
  });

  it('is every class in turn where there is no data, and refused where it has no classes', async () => {
    const without = { shapes: facts.shapes, meanings: facts.meanings };
    const labels = { given: ['label'], like: 'x' };
    expect((await readGiven(game, labels, without, 4)).label!.values).toEqual(Int32Array.of(0, 1, 2, 0));
    await expect(readGiven(game, direction, without, 1)).rejects.toThrow(/must have x, got none/);
  });

  it('is read from names, numbers, columns and tensors, one for all or one for each', async () => {
    expect((await read(2, { label: 'blue' })).label!.values).toEqual(Int32Array.of(2, 2));
    expect((await read(2, { label: ['green', 2] })).label!.values).toEqual(Int32Array.of(1, 2));
    const column = { data: Uint8Array.of(0, 255), shape: [2, 1, 1] };
    expect((await read(2, { x: column })).x!.values).toEqual(Float32Array.of(-1, 1, -1, 1));
    const x = tensor([0.5, -0.5], [1, 2, 1, 1]);
    expect((await read(1, { x })).x).toEqual({ values: Float32Array.of(0.5, -0.5), shape: [1, 2, 1, 1] });
    x.dispose();
  });

  it('is refused where it does not fit, naming what would', async () => {
    await expect(read(1, { label: 'bleu' })).rejects.toThrow(/got 'bleu'; nearest are Blue/);
    await expect(read(1, { label: 3 })).rejects.toThrow(ArgumentError);
    await expect(read(1, { label: { data: Int32Array.of(7), shape: [] } })).rejects.toThrow(/0 to 2, got 7/);
    await expect(read(3, { label: ['red', 'red'] })).rejects.toThrow(/1 example or 3, .* got 2/);
    await expect(read(1, { b: 'red' })).rejects.toThrow(/given must be label, x, got 'b'/);
    await expect(read(1, { x: { data: new Float32Array(1), shape: [1, 1, 1] } })).rejects.toThrow(ShapeError);
    await expect(read(1, { x: 'picture' })).rejects.toThrow(ArgumentError);
    await expect(readGiven(game, game.directions.sample, facts, 1, { x: 1 })).rejects.toThrow(/be left out/);
  });

  it('has a direction of the game, the first unless one is named', () => {
    expect(directionOf(game, undefined)).toEqual(['translate', direction]);
    expect(directionOf(game, 'sample')[0]).toBe('sample');
    expect(() => directionOf(game, 'ab')).toThrow(/painter must be translate or sample, got 'ab'/);
    expect(imageColumn(game, direction, facts)).toBe('x');
    expect(() => imageColumn(game, game.directions.sample, facts)).toThrow(/must make samples from an image/);
  });

  it('becomes tensors in chunks', async () => {
    const batch = batchOf(await read(4), 1, 3);
    expect(batch.label!.dtype).toBe('int32');
    expect([...batch.label!.dataSync()]).toEqual([1, 0]);
    expect(batch.x!.shape).toEqual([2, 2, 1, 1]);
    for (const column of Object.values(batch)) column.dispose();
  });
});
