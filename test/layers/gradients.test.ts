import {
  grad,
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
import * as activations from '../../src/layers/activations';
import { branches, residual, sequential, skip } from '../../src/layers/compose';
import { conv2d } from '../../src/layers/conv2d';
import { conv2dTranspose } from '../../src/layers/conv2d-transpose';
import { dense } from '../../src/layers/dense';
import { dropout } from '../../src/layers/dropout';
import { layerFromConfig } from '../../src/layers/from-config';
import { gru } from '../../src/layers/gru';
import type { Layer, LayerConfig } from '../../src/layers/layer';
import { masked } from '../../src/layers/masked';
import { buildNetwork } from '../../src/layers/network';
import { batchNorm, instanceNorm, layerNorm } from '../../src/layers/normalization';
import {
  averagePool,
  globalAveragePool,
  globalSumPool,
  maxPool,
  reflectionPad,
  upsample,
} from '../../src/layers/resample';
import { flatten, reshape } from '../../src/layers/shapes';
import { spectralNorm } from '../../src/layers/spectral-norm';
import { SeededRandom } from '../../src/ops/random';
import type { Shape } from '../../src/util/shape';
import { BACKENDS, startBackend } from '../support/backends';
import { checkGradient, numbers, randomTensor } from '../support/numeric';

interface Row {
  readonly layer: Layer;
  readonly inputShape: Shape;
  readonly outputShape: Shape;
  /** Where values lie, if not in [−1, 1): away from kinks, or wide enough to see a curve. */
  readonly values?: (shape: Shape) => Float32Array;
  /** Set where the second derivative is not looked at. */
  readonly firstOnly?: boolean;
}

/** Nowhere nearer than 0.2 to zero: a step of 0.01 does not cross a kink there. */
const awayFromZero = (shape: Shape) => numbers(shape, 1).map((v) => (v < 0 ? v - 0.2 : v + 0.2));
/** All different by more than a step, so that no maximum changes hands. */
const spread = (shape: Shape) => {
  const size = shape.reduce((product, length) => product * length, 1);
  return Float32Array.from({ length: size }, (_, i) => ((i * 37) % size) * 0.05 - 1);
};

const IMAGE = [6, 5, 3];
const TABLE: Row[] = [
  { layer: dense({ units: 4 }), inputShape: [5], outputShape: [4] },
  { layer: dense({ units: 4, bias: false }), inputShape: [5], outputShape: [4] },
  { layer: conv2d({ filters: 4, kernelSize: 3 }), inputShape: IMAGE, outputShape: [4, 3, 4] },
  {
    layer: conv2d({ filters: 2, kernelSize: 4, stride: 2, padding: 1 }),
    inputShape: [8, 8, 3],
    outputShape: [4, 4, 2],
  },
  {
    layer: conv2d({ filters: 2, kernelSize: 3, stride: 2, padding: 'same' }),
    inputShape: IMAGE,
    outputShape: [3, 3, 2],
  },
  {
    layer: conv2d({ filters: 2, kernelSize: [1, 3], stride: [2, 1], padding: 'valid' }),
    inputShape: IMAGE,
    outputShape: [3, 3, 2],
  },
  {
    layer: conv2d({ filters: 2, kernelSize: [2, 3], stride: [1, 2], padding: 1 }),
    inputShape: IMAGE,
    outputShape: [7, 3, 2],
  },
  {
    layer: conv2dTranspose({ filters: 2, kernelSize: [2, 4], stride: [1, 2], padding: 1 }),
    inputShape: [3, 4, 3],
    outputShape: [2, 8, 2],
  },
  {
    layer: conv2dTranspose({ filters: 2, kernelSize: 4, stride: 2, padding: 1 }),
    inputShape: [3, 4, 3],
    outputShape: [6, 8, 2],
  },
  {
    layer: conv2dTranspose({ filters: 2, kernelSize: 3, stride: 2, padding: 1, outputPadding: 1 }),
    inputShape: [3, 4, 3],
    outputShape: [6, 8, 2],
  },
  {
    layer: conv2dTranspose({ filters: 2, kernelSize: 3, stride: 2, padding: 'same' }),
    inputShape: [3, 4, 3],
    outputShape: [6, 8, 2],
  },
  { layer: conv2dTranspose({ filters: 2, kernelSize: 3 }), inputShape: [3, 4, 3], outputShape: [5, 6, 2] },
  { layer: batchNorm(), inputShape: [5], outputShape: [5] },
  { layer: batchNorm(), inputShape: IMAGE, outputShape: IMAGE },
  { layer: instanceNorm({ affine: true }), inputShape: IMAGE, outputShape: IMAGE },
  { layer: instanceNorm(), inputShape: IMAGE, outputShape: IMAGE },
  { layer: layerNorm(), inputShape: IMAGE, outputShape: IMAGE },
  { layer: layerNorm({ affine: false }), inputShape: [7], outputShape: [7] },
  { layer: spectralNorm(dense({ units: 4 })), inputShape: [5], outputShape: [4] },
  { layer: spectralNorm(conv2d({ filters: 4, kernelSize: 3 })), inputShape: IMAGE, outputShape: [4, 3, 4] },
  {
    layer: spectralNorm(conv2dTranspose({ filters: 2, kernelSize: 4, stride: 2, padding: 1 })),
    inputShape: [3, 4, 3],
    outputShape: [6, 8, 2],
  },
  { layer: upsample(), inputShape: IMAGE, outputShape: [12, 10, 3] },
  { layer: upsample({ factor: 3, method: 'bilinear' }), inputShape: [4, 3, 2], outputShape: [12, 9, 2] },
  { layer: reflectionPad({ padding: 2 }), inputShape: IMAGE, outputShape: [10, 9, 3] },
  { layer: averagePool(), inputShape: [6, 4, 3], outputShape: [3, 2, 3] },
  { layer: maxPool({ size: 3, stride: 2 }), inputShape: [7, 5, 2], outputShape: [3, 2, 2], values: spread },
  { layer: globalAveragePool(), inputShape: IMAGE, outputShape: [3] },
  { layer: globalSumPool(), inputShape: IMAGE, outputShape: [3] },
  { layer: flatten(), inputShape: IMAGE, outputShape: [90] },
  { layer: reshape({ shape: [3, 30] }), inputShape: IMAGE, outputShape: [3, 30] },
  { layer: gru({ units: 3 }), inputShape: [4, 2], outputShape: [3] },
  { layer: gru({ units: 3, sequences: true, masked: false }), inputShape: [4, 2], outputShape: [4, 3] },
  { layer: spectralNorm(gru({ units: 2 })), inputShape: [3, 2], outputShape: [2] },
  { layer: dropout({ rate: 0.3 }), inputShape: [9], outputShape: [9], firstOnly: true },
  {
    layer: sequential([dense({ units: 6 }), activations.tanh(), dense({ units: 2 })]),
    inputShape: [4],
    outputShape: [2],
  },
  {
    layer: residual(sequential([dense({ units: 4 }), activations.tanh()])),
    inputShape: [4],
    outputShape: [4],
  },
  {
    layer: residual(dense({ units: 3 }), { shortcut: dense({ units: 3, bias: false }) }),
    inputShape: [4],
    outputShape: [3],
  },
  {
    layer: skip(sequential([dense({ units: 3 }), activations.tanh()])),
    inputShape: [4],
    outputShape: [7],
  },
  {
    layer: branches([conv2d({ filters: 1, kernelSize: 3 }), conv2d({ filters: 2, kernelSize: [6, 5] })]),
    inputShape: IMAGE,
    outputShape: [14],
  },
  {
    layer: masked(sequential([conv2d({ filters: 4, kernelSize: 3, padding: 1 }), activations.tanh()])),
    inputShape: IMAGE,
    outputShape: IMAGE,
  },
  ...Object.values(activations.ACTIVATIONS).map(
    (make): Row => ({ layer: make(), inputShape: [9], outputShape: [9], values: awayFromZero }),
  ),
];

const named = TABLE.map((row) => ({
  ...row,
  name: `${JSON.stringify(row.layer.config)} of [${row.inputShape}]`,
}));

describe.each(BACKENDS)('layers on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(named)(
    '$name has the right shape and derivatives',
    ({ layer, inputShape, outputShape, values, firstOnly }) => {
      const network = buildNetwork({ inputShape, layer }, 'layer', 5);
      const shape = [3, ...inputShape];
      const x = tidy(() => variable(values ? tensor(values(shape), shape) : randomTensor(shape, 1)));
      // The same noise each time, so that a mask stays where it is.
      const apply = (input: Tensor) => network.apply(input, { training: true, random: new SeededRandom(9) });
      // Biases and offsets start at zero, where a mistake would not show.
      for (const [path, weight] of network.parameters) {
        if (/bias|offset/i.test(path)) tidy(() => weight.assign(randomTensor(weight.shape, 8)));
      }
      // Singular vectors are constants of the gradient; that is exact where they have converged.
      if (layer.config.kind === 'spectralNorm') for (let i = 0; i < 100; i++) tidy(() => void apply(x));
      network.frozen = true;

      const y = tidy(() => apply(x));
      expect(y.shape).toEqual([3, ...outputShape]);
      expect(network.outputShape).toEqual(outputShape);
      const weights = randomTensor(y.shape, 2);
      const objective = (input: Tensor): Scalar => {
        const output = apply(input);
        return sum(mul(weights, mul(output, square(output))));
      };
      const variables = [x, ...network.parameters.values()];
      checkGradient(() => objective(x), variables, { step: 4e-3, tolerance: 1e-2 });
      if (!firstOnly) {
        const steepness = (): Scalar => sum(square(grad(objective)(x)));
        checkGradient(steepness, variables, { step: 4e-3, tolerance: 2e-2 });
      }
      network.dispose();
      for (const used of [x, y, weights]) used.dispose();
    },
  );

  it.each(named)('$name comes back from its config', ({ layer, inputShape, values }) => {
    const config: LayerConfig = JSON.parse(JSON.stringify(layer.config));
    const first = buildNetwork({ inputShape, layer }, 'net', 3);
    const second = buildNetwork({ inputShape, layer: layerFromConfig(config) }, 'net', 3);
    expect([...second.parameters.keys()]).toEqual([...first.parameters.keys()]);
    expect([...second.state.keys()]).toEqual([...first.state.keys()]);
    tidy(() => {
      const shape = [2, ...inputShape];
      const x = values ? tensor(values(shape), shape) : randomTensor(shape, 1);
      for (const training of [true, false]) {
        const run = (network: typeof first) =>
          network.apply(x, { training, random: new SeededRandom(4) }).dataSync();
        expect(run(second)).toEqual(run(first));
      }
    });
    first.dispose();
    second.dispose();
  });
});
