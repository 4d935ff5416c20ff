import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { afterAll, describe, expect, it } from 'vitest';
import { kallimaBackend } from '../../src/backend';
import { philoxNormal, philoxUniform } from '../../src/util/philox';

const STEPS = 6;

/** Weights and data depend on nothing but the seed, so that two backends can be compared. */
const draw = (shape: number[], seed: number, scale: number) =>
  tf.tensor(
    philoxNormal(
      shape.reduce((a, b) => a * b, 1),
      { seed, draw: 0 },
    ).map((v) => v * scale),
    shape,
  );

function classifier(): layers.LayersModel {
  const model = layers.sequential({
    layers: [
      layers.layers.conv2d({
        inputShape: [8, 8, 1],
        filters: 6,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        // Before a batch norm a bias has no gradient but rounding errors, which Adam makes as large as any.
        useBias: false,
      }),
      layers.layers.batchNormalization(),
      layers.layers.activation({ activation: 'relu' }),
      layers.layers.flatten(),
      layers.layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.02), loss: 'categoricalCrossentropy' });
  model.trainableWeights.forEach((weight, index) => {
    if (weight.name.includes('kernel')) weight.write(draw(weight.shape as number[], index, 0.2));
  });
  return model;
}

/** Each class is a bright row at a height of its own, plus noise. */
function examples(): [tf.Tensor, tf.Tensor] {
  const labels = Array.from({ length: 24 }, (_, i) => i % 3);
  const noise = philoxUniform(24 * 64, { seed: 5, draw: 0 });
  const pixels = noise.map((v, i) => v * 0.5 + (((i >> 3) & 7) === 2 * labels[i >> 6]! + 1 ? 1 : 0));
  return [tf.tensor4d(pixels, [24, 8, 8, 1]), tf.oneHot(tf.tensor1d(labels, 'int32'), 3)];
}

async function train(backend: string) {
  await tf.setBackend(backend);
  const model = classifier();
  const [x, y] = examples();
  const losses: number[] = [];
  const memory: string[] = [];
  for (let i = 0; i < STEPS; i++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    const arena = kallimaBackend()?.report();
    memory.push(`${tf.memory().numTensors} tensors, ${tf.memory().numBytes} bytes, ${arena?.bytesInUse}`);
  }
  const predicted = tf.tidy(() => (model.predict(x) as tf.Tensor).dataSync());
  const weights = model.getWeights().map((weight) => weight.dataSync());
  tf.dispose([x, y]);
  model.dispose();
  return { losses, memory, predicted, weights };
}

describe('a tfjs-layers model', () => {
  afterAll(() => tf.removeBackend('kallima'));

  it('trains on kallima as on cpu, and leaks nothing', async () => {
    const expected = await train('cpu');
    const { losses, memory, predicted, weights } = await train('kallima');
    losses.forEach((loss, step) => {
      expect(Math.abs(loss - expected.losses[step]!)).toBeLessThan(1e-4);
    });
    expect(losses.at(-1)).toBeLessThan(losses[0]! * 0.5);
    weights.forEach((values, index) => {
      values.forEach((value, i) => {
        expect(Math.abs(value - expected.weights[index]![i]!)).toBeLessThan(1e-4);
      });
    });
    expect(predicted.length).toBe(72);
    // The first step makes the optimizer's moments; after that nothing may be left behind.
    expect(new Set(memory.slice(1)).size).toBe(1);
  });
});
