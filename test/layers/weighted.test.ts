import { memory, mul, ones, sum, type Tensor, tensor, tidy, variableGrads } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError, ShapeError } from '../../src/errors';
import { conv2d } from '../../src/layers/conv2d';
import { conv2dTranspose } from '../../src/layers/conv2d-transpose';
import { dense } from '../../src/layers/dense';
import { dropout } from '../../src/layers/dropout';
import { embedding } from '../../src/layers/embedding';
import { summarize } from '../../src/layers/inspect';
import type { Layer } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { SeededRandom } from '../../src/ops/random';
import type { Shape } from '../../src/util/shape';
import { BACKENDS, startBackend } from '../support/backends';
import { expectClose, numbers, randomTensor } from '../support/numeric';

/** A network of one layer whose weights are set to known numbers. */
function withWeights(
  layer: Layer,
  inputShape: Shape,
  weights: Record<string, Float32Array | number[]>,
): Network {
  const network = buildNetwork({ inputShape, layer }, 'layer', 1);
  for (const [path, values] of Object.entries(weights)) {
    const weight = network.parameters.get(path)!;
    tidy(() => weight.assign(tensor(values, weight.shape)));
  }
  return network;
}

/** Convolution by its definition, one image `[h, w, c]`, kernel `[k, k, c, f]`. */
function convolve(
  image: Float32Array,
  [h, w, c]: number[],
  kernel: Float32Array,
  k: number,
  f: number,
  stride: number,
  padding: number,
) {
  const rows = Math.floor((h! - k + 2 * padding) / stride) + 1;
  const columns = Math.floor((w! - k + 2 * padding) / stride) + 1;
  const out = new Float64Array(rows * columns * f);
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      for (let o = 0; o < f; o++) {
        for (let a = 0; a < k; a++) {
          for (let b = 0; b < k; b++) {
            const y = i * stride + a - padding;
            const x = j * stride + b - padding;
            if (y < 0 || x < 0 || y >= h! || x >= w!) continue;
            for (let q = 0; q < c!; q++) {
              out[(i * columns + j) * f + o]! +=
                image[(y * w! + x) * c! + q]! * kernel[((a * k + b) * c! + q) * f + o]!;
            }
          }
        }
      }
    }
  }
  return out;
}

describe.each(BACKENDS)('layers with weights on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('dense multiplies and adds', () => {
    const network = withWeights(dense({ units: 2 }), [3], { kernel: [1, 2, 3, 4, 5, 6], bias: [10, 20] });
    tidy(() =>
      expectClose(
        network.apply(
          tensor([
            [1, 0, -1],
            [2, 1, 0],
          ]),
        ),
        [6, 16, 15, 28],
        1e-6,
      ),
    );
    network.dispose();
  });

  it.each([
    [3, 1, 0],
    [4, 2, 1],
    [5, 2, 2],
    [3, 2, 1],
  ])('conv2d with kernel %d, stride %d, padding %d equals its definition', (kernelSize, stride, padding) => {
    const shape = [9, 8, 3];
    const kernel = numbers([kernelSize, kernelSize, 3, 5], 2);
    const network = withWeights(conv2d({ filters: 5, kernelSize, stride, padding }), shape, { kernel });
    const image = numbers(shape, 1);
    const expected = convolve(image, shape, kernel, kernelSize, 5, stride, padding);
    tidy(() => expectClose(network.apply(tensor(image, [1, ...shape])), expected, 1e-5));
    network.dispose();
  });

  it.each([
    [4, 2, 1, 0],
    [3, 2, 1, 1],
    [3, 1, 0, 0],
    [5, 3, 1, 2],
  ])(
    'conv2dTranspose with kernel %d, stride %d, padding %d, output padding %d is the adjoint of conv2d',
    (kernelSize, stride, padding, outputPadding) => {
      const options = { kernelSize, stride, padding, bias: false };
      const spread = conv2dTranspose({ ...options, filters: 3, outputPadding });
      const small = [4, 5, 6];
      const large = summarize({ inputShape: small, layer: spread }).outputShape;
      // PyTorch's size: (in − 1) · stride − 2 · padding + kernel + outputPadding.
      expect(large).toEqual([
        3 * stride - 2 * padding + kernelSize + outputPadding,
        4 * stride - 2 * padding + kernelSize + outputPadding,
        3,
      ]);
      // One kernel serves both: [k, k, in, out] of the convolution is [k, k, out, in] of its adjoint.
      const kernel = numbers([kernelSize, kernelSize, 3, 6], 4);
      const forward = withWeights(conv2d({ ...options, filters: 6 }), large, { kernel });
      const adjoint = withWeights(spread, small, { kernel });
      tidy(() => {
        const x = randomTensor([2, ...large], 1);
        const y = randomTensor([2, ...small], 2);
        const dot = (a: Tensor, b: Tensor) => sum(mul(a, b)).dataSync()[0]!;
        const left = dot(forward.apply(x), y);
        const right = dot(x, adjoint.apply(y));
        expect(Math.abs(left - right)).toBeLessThan(1e-3);
        expect(Math.abs(left)).toBeGreaterThan(1e-2);
      });
      forward.dispose();
      adjoint.dispose();
    },
  );

  it('embedding looks vectors up by label', () => {
    const network = withWeights(embedding({ classes: 3, units: 2 }), [], { kernel: [0, 1, 10, 11, 20, 21] });
    tidy(() => {
      const y = network.apply(tensor([2, 0, 2], [3], 'int32'));
      expect(y.shape).toEqual([3, 2]);
      expectClose(y, [20, 21, 0, 1, 20, 21], 0);
      expect(() => network.apply(tensor([1, 2]))).toThrow(/int32, got float32/);
    });
    network.dispose();
  });

  it('embedding looks up sequences, where number 0 can be padding that is zero and learns nothing', () => {
    const kernel = [5, 1, 10, 11, 20, 21];
    const ids = () => tensor([2, 1, 0, 0, 2, 0], [2, 3], 'int32');
    for (const padding of [false, true]) {
      const network = withWeights(embedding({ classes: 3, units: 2, padding }), [3], { kernel });
      expect(network.outputShape).toEqual([3, 2]);
      tidy(() => {
        const y = network.apply(ids());
        const zero = padding ? [0, 0] : [5, 1];
        expect(y.shape).toEqual([2, 3, 2]);
        expectClose(y, [20, 21, 10, 11, ...zero, ...zero, 20, 21, ...zero], 0);
        const weight = network.parameters.get('kernel')!;
        const slope = variableGrads(() => sum(network.apply(ids())), [weight]).grads[weight.name]!;
        expectClose(slope, padding ? [0, 0, 1, 1, 2, 2] : [3, 3, 1, 1, 2, 2], 0);
      });
      network.dispose();
    }
  });

  it('dropout keeps the mean in training and everything in inference', () => {
    const network = buildNetwork({ inputShape: [10_000], layer: dropout({ rate: 0.25 }) }, 'd', 1);
    const x = tidy(() => tensor(new Float32Array(10_000).fill(3), [1, 10_000]));
    const before = memory().numTensors;
    tidy(() => {
      const values = network.apply(x, { training: true, random: new SeededRandom(2) }).dataSync();
      const zeros = values.filter((value) => value === 0).length;
      expect(Math.abs(zeros / 10_000 - 0.25)).toBeLessThan(0.02);
      expect(values.every((value) => value === 0 || value === 4)).toBe(true);
      expect(network.apply(x).dataSync()).toEqual(x.dataSync());
    });
    expect(memory().numTensors).toBe(before);
    x.dispose();
  });

  it('dropout can draw when sampling too', () => {
    const layer = dropout({ rate: 0.5, sampling: true });
    const network = buildNetwork({ inputShape: [1000], layer }, 'd', 1);
    tidy(() => {
      const values = network.apply(ones([1, 1000]), { random: new SeededRandom(2) }).dataSync();
      const zeros = values.filter((value) => value === 0).length;
      expect(Math.abs(zeros / 1000 - 0.5)).toBeLessThan(0.1);
      expect(values.every((value) => value === 0 || value === 2)).toBe(true);
    });
  });
});

describe('layers with weights', () => {
  const build = (layer: Layer, inputShape: Shape) => () => summarize({ inputShape, layer });

  it('refuse shapes they cannot take, and say what to do', () => {
    expect(build(dense({ units: 2 }), [4, 4, 1])).toThrow(ShapeError);
    expect(build(dense({ units: 2 }), [4, 4, 1])).toThrow(
      /dense: input must be \[features\], got \[4,4,1\]; put flatten/,
    );
    expect(build(conv2d({ filters: 2, kernelSize: 3 }), [9])).toThrow(/got \[9\]; put a reshape/);
    expect(build(conv2d({ filters: 2, kernelSize: 7 }), [4, 4, 1])).toThrow(
      /kernel \[7,7\] must fit.*\[4,4,1\]/,
    );
    expect(build(conv2dTranspose({ filters: 2, kernelSize: 2, padding: 3 }), [2, 2, 1])).toThrow(
      /must not be empty/,
    );
    expect(build(embedding({ classes: 2, units: 2 }), [3, 1])).toThrow(
      /one label or a sequence of them an example, got \[3,1\]/,
    );
  });

  it('refuse numbers out of range', () => {
    expect(() => dense({ units: 0 })).toThrow(ArgumentError);
    expect(() => dense({ units: 1.5 })).toThrow(/units must be an integer of at least 1, got 1.5/);
    expect(() => conv2d({ filters: 2, kernelSize: 0 })).toThrow(/kernelSize/);
    expect(() => conv2d({ filters: 2, kernelSize: 3, padding: -1 })).toThrow(/padding.*got -1/);
    expect(() => conv2dTranspose({ filters: 2, kernelSize: 3, outputPadding: 1 })).toThrow(
      /less than the stride/,
    );
    expect(() => dropout({ rate: 1 })).toThrow(/rate/);
  });
});
