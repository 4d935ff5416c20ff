import { tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { drawStrips, meanDifference, pixelsOf, train, valuesOf } from '../../bench/quality/quality';
import { arrayData } from '../../src/data/array';
import { readPng } from '../../src/formats/png';
import { gan } from '../../src/games/gan';
import { mlp } from '../../src/models/mlp';
import { Trainer } from '../../src/train/trainer';
import { startBackend } from '../support/backends';

beforeAll(() => startBackend('kallima'));

describe('quality scripts', () => {
  it('take bytes for pixels, and measure by how much images differ', () => {
    expect([...pixelsOf(Uint8Array.of(0, 255))]).toEqual([-1, 1]);
    expect(meanDifference([0, 1, 2], [1, 1, -3])).toBe(2);
  });

  it('draw a row for each strip, grey beside coloured, enlarged', () => {
    const grey = { values: [-1, 1], shape: [1, 1, 1] };
    const coloured = { values: [1, -1, 0, -2, 3, 1], shape: [1, 1, 3] };
    const { width, height, data } = readPng(drawStrips([grey, coloured], 2, 2));
    expect([width, height]).toEqual([10, 10]);
    const pixel = (x: number, y: number) => [...data.slice((y * width + x) * 3, (y * width + x) * 3 + 3)];
    // Two pixels of gap, two of image, and so on.
    expect(pixel(1, 1)).toEqual([255, 255, 255]);
    expect([pixel(2, 2), pixel(3, 3)]).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ]);
    expect(pixel(6, 2)).toEqual([255, 255, 255]);
    expect(pixel(2, 6)).toEqual([255, 0, 128]);
    expect(pixel(7, 7)).toEqual([0, 255, 255]);
  });

  it('train for so many rounds, or so long', async () => {
    const game = gan({
      generator: mlp({ inputs: 2, hidden: [], outputs: 2 }),
      discriminator: mlp({ inputs: 2, hidden: [], outputs: 1 }),
    });
    const data = arrayData({ x: { data: new Float32Array(16), shape: [2] } });
    const trainer = await Trainer.create(game, { data, batchSize: 4, backend: 'kallima' });
    const { rounds, losses } = await train('test', trainer, { rounds: 45 });
    expect(rounds).toBe(45);
    expect(Object.keys(losses)).toEqual(['discriminator', 'generator']);
    expect((await train('test', trainer, { rounds: 1000, minutes: 0 })).rounds).toBeLessThan(100);
    const values = await valuesOf(await trainer.sample(3));
    expect(values).toHaveLength(6);
    trainer.dispose();
    const column = tensor([1, 2]);
    expect([...(await valuesOf(column))]).toEqual([1, 2]);
    expect(column.isDisposed).toBe(true);
  });
});
