import {
  grad,
  memory,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  tensor,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { conv2d } from '../../src/layers/conv2d';
import { conv2dTranspose } from '../../src/layers/conv2d-transpose';
import { dense } from '../../src/layers/dense';
import type { Layer } from '../../src/layers/layer';
import { buildNetwork, type Network } from '../../src/layers/network';
import { batchNorm } from '../../src/layers/normalization';
import { spectralNorm } from '../../src/layers/spectral-norm';
import { BACKENDS, startBackend } from '../support/backends';
import { checkGradient, expectClose, randomTensor } from '../support/numeric';

function setWeights(network: Network, values: Record<string, number[]>): void {
  for (const [path, numbersOfPath] of Object.entries(values)) {
    tidy(() => network.parameters.get(path)!.assign(tensor(numbersOfPath)));
  }
}

describe.each(BACKENDS)('batchNorm on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  // Two channels, four values each: channel 0 is 1 2 3 6 (mean 3, sum of squares about it 14), channel 1 twice that.
  const VALUES = [1, 2, 2, 4, 3, 6, 6, 12];

  it('moves its running statistics as PyTorch does: by momentum, the variance unbiased', () => {
    const network = buildNetwork({ inputShape: [2, 2], layer: batchNorm() }, 'bn', 1);
    const x = tensor(VALUES, [2, 2, 2]);
    const before = memory().numTensors;
    tidy(() => void network.apply(x, { training: true }));
    expectClose(network.state.get('mean')!, [0.3, 0.6], 1e-6);
    // 0.9 · 1 + 0.1 · 14 / 3, and four times the variance in the second channel.
    expectClose(network.state.get('variance')!, [0.9 + 1.4 / 3, 0.9 + 5.6 / 3], 1e-6);
    tidy(() => void network.apply(x, { training: true }));
    expectClose(network.state.get('mean')!, [0.57, 1.14], 1e-6);
    expect(memory().numTensors).toBe(before);
    x.dispose();
    network.dispose();
  });

  it('normalises by the batch in training and by running statistics in inference', () => {
    const network = buildNetwork({ inputShape: [2], layer: batchNorm({ epsilon: 0, momentum: 1 }) }, 'bn', 1);
    setWeights(network, { scale: [2, 1], offset: [5, 0] });
    const x = tensor(VALUES, [4, 2]);
    const hat = [-2, -1, 0, 3].map((d) => d / Math.sqrt(14 / 4));
    tidy(() => {
      const trained = network.apply(x, { training: true });
      expectClose(
        trained,
        hat.flatMap((h) => [2 * h + 5, h]),
        1e-5,
      );
      // Running statistics are now the batch's own, but for the unbiased variance, 14 / 3.
      const inferred = network.apply(
        tensor([
          [3, 6],
          [4, 4],
        ]),
      );
      const r = 1 / Math.sqrt(14 / 3);
      expectClose(inferred, [5, 0, 2 * r + 5, -r], 1e-5);
    });
    x.dispose();
    network.dispose();
  });

  it('has the right derivatives in inference too', () => {
    const network = buildNetwork({ inputShape: [3, 2], layer: batchNorm() }, 'bn', 1);
    tidy(() => network.state.get('mean')!.assign(tensor([0.5, -1])));
    tidy(() => network.state.get('variance')!.assign(tensor([0.3, 2])));
    const x = tidy(() => variable(randomTensor([2, 3, 2], 1)));
    const cubed = (input: Tensor): Scalar => {
      const y = network.apply(input);
      return sum(mul(y, square(y)));
    };
    const variables = [x, ...network.parameters.values()];
    checkGradient(() => cubed(x), variables);
    checkGradient(() => sum(square(grad(cubed)(x))), variables, { step: 4e-3, tolerance: 1e-2 });
    x.dispose();
    network.dispose();
  });

  it('leaves its running statistics alone when frozen and in inference', () => {
    const network = buildNetwork({ inputShape: [2], layer: batchNorm() }, 'bn', 1);
    const x = tensor(VALUES, [4, 2]);
    network.frozen = true;
    tidy(() => void network.apply(x, { training: true }));
    network.frozen = false;
    tidy(() => void network.apply(x));
    expect([...network.state.get('mean')!.dataSync()]).toEqual([0, 0]);
    expect([...network.state.get('variance')!.dataSync()]).toEqual([1, 1]);
    x.dispose();
    network.dispose();
  });

  it('refuses to train on one value a channel', () => {
    const network = buildNetwork({ inputShape: [2], layer: batchNorm() }, 'bn', 1);
    const x = tensor([[1, 2]]);
    expect(() => network.apply(x, { training: true })).toThrow(
      /at least 2 values.*\[1,2\]; use a larger batch/,
    );
    x.dispose();
    network.dispose();
  });
});

/** Largest singular value of a row-major matrix, by many steps of power iteration in double precision. */
function largestSingularValue(matrix: ArrayLike<number>, rows: number, columns: number): number {
  let u = Float64Array.from({ length: columns }, (_, i) => 1 + i * 0.1);
  let sigma = 0;
  for (let step = 0; step < 500; step++) {
    const v = Float64Array.from({ length: rows }, (_, i) => {
      let dot = 0;
      for (let j = 0; j < columns; j++) dot += matrix[i * columns + j]! * u[j]!;
      return dot;
    });
    const next = Float64Array.from({ length: columns }, (_, j) => {
      let dot = 0;
      for (let i = 0; i < rows; i++) dot += matrix[i * columns + j]! * v[i]!;
      return dot;
    });
    const norm = Math.sqrt(next.reduce((total, value) => total + value * value, 0));
    sigma = Math.sqrt(norm);
    u = next.map((value) => value / norm);
  }
  return sigma;
}

describe.each(BACKENDS)('spectralNorm on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('divides a dense kernel by its largest singular value', () => {
    const network = buildNetwork(
      { inputShape: [6], layer: spectralNorm(dense({ units: 4, bias: false })) },
      's',
      1,
    );
    const identity = tidy(() =>
      tensor(
        Float32Array.from({ length: 36 }, (_, i) => (i % 7 === 0 ? 1 : 0)),
        [6, 6],
      ),
    );
    for (let i = 0; i < 100; i++) tidy(() => void network.apply(identity, { training: true }));
    tidy(() => {
      // The identity's image is the kernel that was used.
      const used = network.apply(identity).dataSync();
      expect(Math.abs(largestSingularValue(used, 6, 4) - 1)).toBeLessThan(1e-4);
      const kernel = network.parameters.get('kernel')!.dataSync();
      const sigma = largestSingularValue(kernel, 6, 4);
      expect(Math.abs(sigma - 1)).toBeGreaterThan(0.05);
      expectClose(
        tensor(used),
        Float32Array.from(kernel, (value) => value / sigma),
        1e-4,
      );
    });
    identity.dispose();
    network.dispose();
  });

  it.each<[string, Layer, number[], (k: ArrayLike<number>) => [ArrayLike<number>, number, number]]>([
    ['conv2d', conv2d({ filters: 4, kernelSize: 2, bias: false }), [2, 2, 3], (k) => [k, 12, 4]],
    [
      'conv2dTranspose',
      conv2dTranspose({ filters: 4, kernelSize: 2, bias: false }),
      [1, 1, 3],
      // [2, 2, out 4, in 3] as [2·2·in, out].
      (k) => [
        Float32Array.from(
          { length: 48 },
          (_, i) => k[(Math.floor(i / 12) * 4 + (i % 4)) * 3 + (Math.floor(i / 4) % 3)]!,
        ),
        12,
        4,
      ],
    ],
  ])('takes %s’s kernel as a matrix with a column an output', (_, layer, inputShape, asMatrix) => {
    const normalised = buildNetwork({ inputShape, layer: spectralNorm(layer) }, 's', 1);
    const plain = buildNetwork({ inputShape, layer }, 's', 1);
    const x = randomTensor([1, ...inputShape], 5);
    for (let i = 0; i < 200; i++) tidy(() => void normalised.apply(x, { training: true }));
    tidy(() => {
      const sigma = largestSingularValue(...asMatrix(plain.parameters.get('kernel')!.dataSync()));
      const expected = plain
        .apply(x)
        .dataSync()
        .map((value) => value / sigma);
      expectClose(normalised.apply(x), expected, 1e-4);
    });
    x.dispose();
    normalised.dispose();
    plain.dispose();
  });

  it('takes one step of power iteration in an update and none when frozen', () => {
    const network = buildNetwork(
      { inputShape: [3], layer: spectralNorm(dense({ units: 2, bias: false })) },
      's',
      1,
    );
    const u = network.state.get('u')!;
    tidy(() => u.assign(tensor([[1, 0]])));
    tidy(() => network.parameters.get('kernel')!.assign(tensor([3, 0, 0, 1, 4, 0], [3, 2])));
    const x = randomTensor([2, 3], 1);
    const before = memory().numTensors;
    network.frozen = true;
    tidy(() => void network.apply(x, { training: true }));
    expect([...u.dataSync()]).toEqual([1, 0]);
    network.frozen = false;
    // W·u = (3, 0, 4), normalised (0.6, 0, 0.8); Wᵀ·v = (0.6·3 + 0.8·4, 0) = (5, 0): a singular vector already.
    tidy(() => expectClose(network.apply(x, { training: true }), scaledProduct(x.dataSync(), 5), 1e-5));
    expectClose(u, [1, 0], 1e-6);
    tidy(() => u.assign(tensor([[1, 1]])));
    tidy(() => void network.apply(x, { training: true }));
    // Wᵀ·W = diag(25, 1): (1, 1) becomes (25, 1) normalised.
    expectClose(u, [25 / Math.sqrt(626), 1 / Math.sqrt(626)], 1e-6);
    expect(memory().numTensors).toBe(before);
    x.dispose();
    network.dispose();
  });
});

function scaledProduct(x: ArrayLike<number>, sigma: number): number[] {
  return [0, 1].flatMap((n) => [(3 * x[3 * n]! + 4 * x[3 * n + 2]!) / sigma, x[3 * n + 1]! / sigma]);
}
