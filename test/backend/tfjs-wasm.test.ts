import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-layers';
import { describe, expect, it } from 'vitest';
import { chooseBackend, completeTfjsWasm } from '../../src/backend';
import { philoxNormal } from '../../src/util/philox';

const draw = (shape: number[], seed: number) =>
  tf.tensor(philoxNormal(tf.util.sizeFromShape(shape), { seed, draw: 0 }), shape);

/** Values and gradients of everything that TF.js's wasm backend cannot train by itself. */
function compute(): Record<string, number[]> {
  const results: Record<string, number[]> = {};
  const put = (name: string, tensors: tf.Tensor[]) => {
    results[name] = tensors.flatMap((tensor) => [...tensor.dataSync()]);
  };
  tf.tidy(() => {
    const image = draw([2, 6, 6, 3], 1) as tf.Tensor4D;
    const filter = draw([3, 3, 3, 4], 2) as tf.Tensor4D;
    put(
      'conv2d',
      tf.grads((x, w) => tf.square(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, 'same')))([
        image,
        filter,
      ]),
    );
    const depthwise = draw([3, 3, 3, 2], 3) as tf.Tensor4D;
    put(
      'depthwiseConv2d',
      tf.grads((x, w) => tf.square(tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')))([
        image,
        depthwise,
      ]),
    );
    const table = draw([5, 3], 4);
    const rows = tf.tensor1d([4, 0, 4, 1], 'int32');
    put('gather', [tf.grad((t) => tf.square(tf.gather(t, rows)))(table)]);
    put('unsortedSegmentSum', [tf.unsortedSegmentSum(draw([4, 3], 5), rows, 5)]);
    put('einsum', [tf.einsum('ij,kj->ik', table, draw([2, 3], 6))]);
  });
  return results;
}

describe("TF.js's wasm backend, completed", () => {
  it('trains as cpu does and keeps no tensor', async () => {
    await chooseBackend({ backend: 'cpu' });
    const expected = compute();
    await chooseBackend({ backend: 'wasm' });
    const before = [tf.memory().numTensors, tf.engine().backend.numDataIds()];
    const actual = compute();
    expect([tf.memory().numTensors, tf.engine().backend.numDataIds()]).toEqual(before);
    for (const [name, values] of Object.entries(expected)) {
      expect(values.length, name).toBeGreaterThan(0);
      expect(actual[name]!.length, name).toBe(values.length);
      values.forEach((value, i) => {
        expect(Math.abs(actual[name]![i]! - value), `${name}[${i}]`).toBeLessThan(
          1e-4 * (1 + Math.abs(value)),
        );
      });
    }
  });

  it('is completed once', () => {
    expect(completeTfjsWasm()).toEqual([]);
  });
});
