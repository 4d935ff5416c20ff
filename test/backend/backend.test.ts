import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { kallimaBackend, registerKallima } from '../../src/backend';
import { ArgumentError, OutOfMemoryError } from '../../src/errors';

const start = async (options = {}) => {
  registerKallima(options);
  expect(await tf.setBackend('kallima')).toBe(true);
};
const inUse = () => kallimaBackend()!.report().bytesInUse;

describe('the backend kallima', () => {
  beforeEach(() => start());
  afterEach(() => tf.removeBackend('kallima'));

  it('computes and gives all memory back', () => {
    const tensors = tf.memory().numTensors;
    tf.tidy(() => {
      const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [2, 3]);
      const y = tf.add(tf.matMul(x, x, false, true), tf.scalar(1));
      expect([...y.dataSync()]).toEqual([15, 33, 33, 78]);
      expect(inUse()).toBeGreaterThan(0);
    });
    expect(tf.memory().numTensors).toBe(tensors);
    expect(inUse()).toBe(0);
  });

  it('stores bool as one byte, int32 as four, string and complex64 outside the arena', () => {
    tf.tidy(() => {
      const before = inUse();
      const flags = tf.tensor1d(new Array(640).fill(true), 'bool');
      expect(inUse() - before).toBe(640);
      const words = tf.tensor1d(['a', 'é', '']);
      const complex = tf.complex([1, 2], [3, 4]);
      const parts = inUse();
      expect([...tf.cast(flags, 'int32').dataSync()].slice(0, 3)).toEqual([1, 1, 1]);
      expect([...words.dataSync()]).toEqual(['a', 'é', '']);
      expect([...complex.dataSync()]).toEqual([1, 3, 2, 4]);
      expect([...tf.real(tf.reshape(complex, [2, 1])).dataSync()]).toEqual([1, 2]);
      expect(parts - before).toBe(640);
    });
    expect(inUse()).toBe(0);
  });

  it('moves tensors in from cpu and back', async () => {
    await tf.setBackend('cpu');
    const x = tf.tensor1d([1, 2, 3]);
    const words = tf.tensor1d(['x']);
    const z = tf.complex([1], [2]);
    await tf.setBackend('kallima');
    const y = tf.add(x, 1);
    expect([...y.dataSync()]).toEqual([2, 3, 4]);
    expect(tf.engine().state.tensorInfo.get(x.dataId)!.backend).toBe(kallimaBackend());
    expect([...tf.reshape(words, [1, 1]).dataSync()]).toEqual(['x']);
    expect([...tf.imag(z).dataSync()]).toEqual([2]);
    await tf.setBackend('cpu');
    expect([...tf.mul(x, y).dataSync()]).toEqual([2, 6, 12]);
    expect([...x.dataSync(), ...y.dataSync()]).toEqual([1, 2, 3, 2, 3, 4]);
    await tf.setBackend('kallima');
  });

  it('keeps what was read when the memory grows and when the tensor is gone', () => {
    const x = tf.fill([1000], 7);
    const read = x.dataSync();
    const reserved = kallimaBackend()!.report().bytesReserved;
    const large = tf.zeros([4_000_000]);
    expect(kallimaBackend()!.report().bytesReserved).toBeGreaterThan(reserved);
    x.dispose();
    tf.fill([1000], 8).dispose();
    large.dispose();
    expect(read.length).toBe(1000);
    expect(read.every((value) => value === 7)).toBe(true);
  });

  it('grows the memory in the midst of a kernel with many outputs', () => {
    // Every piece is a view of the lent input until it is copied, and the first copies grow the memory.
    const x = tf.range(0, 400_000);
    const pieces = tf.split(x, 40);
    pieces.forEach((piece, index) => {
      const values = piece.dataSync();
      expect(values[0]).toBe(index * 10_000);
      expect(values[9_999]).toBe(index * 10_000 + 9_999);
    });
    tf.dispose([x, pieces]);
    expect(inUse()).toBe(0);
  });

  it('computes above 2 GiB, where an address is negative as an i32', () => {
    const backend = kallimaBackend()!;
    // Never touched, so it costs no real memory.
    const below = backend.tensors.makeOutput([600_000_000], 'float32');
    tf.tidy(() => {
      const x = tf.range(0, 1000);
      expect(backend.tensors.pointer(x.dataId)).toBeGreaterThan(2 ** 31);
      const y = tf.add(tf.mul(x, 2), tf.reshape(tf.transpose(tf.reshape(x, [10, 100])), [1000]));
      expect(y.dataSync()[11]).toBe(22 + 101);
      expect(tf.sum(tf.floorDiv(x, tf.scalar(2))).dataSync()[0]).toBe(249_500);
      expect(tf.matMul(tf.ones([2, 3]), tf.ones([3, 1])).dataSync()[1]).toBe(3);
      const image = tf.ones<tf.Rank.R4>([1, 4, 4, 2]);
      expect(tf.conv2d(image, tf.ones([3, 3, 2, 1]), 1, 'valid').dataSync()[0]).toBe(18);
    });
    backend.disposeData(below.dataId);
    expect(inUse()).toBe(0);
  });

  it('refuses options once it runs', () => {
    expect(() => registerKallima({ relaxedSimd: false })).toThrow(ArgumentError);
  });

  it('lets tensors be disposed after it has gone', async () => {
    const x = tf.tensor1d([1]);
    tf.removeBackend('kallima');
    x.dispose();
    expect(x.isDisposed).toBe(true);
    await start();
  });
});

describe('the backend kallima with little memory', () => {
  beforeEach(() => start({ maximumBytes: 2 ** 21 }));
  afterEach(() => tf.removeBackend('kallima'));

  it('says so when the memory is full, and goes on working', () => {
    const x = tf.ones([100_000]);
    expect(() => tf.ones([500_000])).toThrow(OutOfMemoryError);
    expect(() => tf.add(tf.ones([150_000]), tf.ones([150_000]))).toThrow(
      /bytes must fit in the wasm memory, got \d+ bytes in use and a limit of 2097152/,
    );
    expect(tf.sum(x).dataSync()[0]).toBe(100_000);
    expect(kallimaBackend()!.report().bytesLimit).toBe(2 ** 21);
  });
});
