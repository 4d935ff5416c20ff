import '@tensorflow/tfjs-backend-cpu';
import { dispose, memory, setBackend } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { arrayData } from '../../src/data/array';
import { DataError } from '../../src/errors';
import { BatchStream } from '../../src/train/batches';

const SIZE = 7;
/** Example i is the number i. */
const numbers = arrayData({ x: { data: Float32Array.from({ length: SIZE }, (_, i) => i), shape: [] } });

function draw(stream: BatchStream, batches: number): number[] {
  const drawn: number[] = [];
  for (let i = 0; i < batches; i++) {
    const batch = stream.next();
    drawn.push(...batch.x!.dataSync());
    dispose(batch);
  }
  return drawn;
}

describe('BatchStream', () => {
  beforeAll(() => setBackend('cpu'));

  it('draws each example once an epoch, in another order each time, and every batch full', () => {
    const drawn = draw(new BatchStream(numbers, 3, 1), SIZE);
    expect(drawn).toHaveLength(3 * SIZE);
    const epochs = [0, 1, 2].map((epoch) => drawn.slice(epoch * SIZE, (epoch + 1) * SIZE));
    for (const epoch of epochs) expect([...epoch].sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(epochs[1]).not.toEqual(epochs[0]);
    expect(epochs[2]).not.toEqual(epochs[1]);
  });

  it('goes on from the number drawn, whatever the batch size was', () => {
    const whole = draw(new BatchStream(numbers, 3, 1), 6);
    expect(draw(new BatchStream(numbers, 3, 1, {}, 9), 3)).toEqual(whole.slice(9));
    expect(draw(new BatchStream(numbers, 2, 1, {}, 5), 2)).toEqual(whole.slice(5, 9));
    expect(draw(new BatchStream(numbers, 3, 2), 6)).not.toEqual(whole);
  });

  it('fills a batch larger than the data set from several epochs', () => {
    const drawn = draw(new BatchStream(numbers, 15, 1), 1);
    expect(drawn).toEqual(draw(new BatchStream(numbers, 5, 1), 3));
  });

  it('makes bytes floats in [−1, 1] and labels int32', () => {
    const images = arrayData({
      x: { data: new Uint8Array([0, 51, 128, 255]), shape: [2, 2, 1] },
      label: { data: new Uint8Array([200]), shape: [] },
    });
    const before = memory().numTensors;
    const { x, label } = new BatchStream(images, 2, 0).next();
    expect(x!.shape).toEqual([2, 2, 2, 1]);
    const expected = new Float32Array([-1, -0.6, 128 / 127.5 - 1, 1]);
    expect(x!.dataSync()).toEqual(new Float32Array([...expected, ...expected]));
    expect(label!.dtype).toBe('int32');
    expect([...label!.dataSync()]).toEqual([200, 200]);
    dispose([x!, label!]);
    expect(memory().numTensors).toBe(before);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d, naming the example', (bad) => {
    const data = { ...numbers, read: () => ({ x: { data: new Float32Array([0, bad, 0]), shape: [] } }) };
    expect(() => new BatchStream(data, 3, 1).next()).toThrow(DataError);
    const second = draw(new BatchStream(numbers, 3, 1), 1)[1];
    expect(() => new BatchStream(data, 3, 1).next()).toThrow(`in x of example ${second};`);
  });

  it('refuses a source that reads another shape than it declares, or too little', () => {
    for (const column of [
      { data: new Float32Array(6), shape: [2] },
      { data: new Float32Array(2), shape: [] },
    ]) {
      const stream = new BatchStream({ ...numbers, read: () => ({ x: column }) }, 3, 1);
      expect(() => stream.next()).toThrow(DataError);
    }
  });
});
