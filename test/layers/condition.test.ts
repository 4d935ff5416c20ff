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
import { ArgumentError, ShapeError } from '../../src/errors';
import { sequential } from '../../src/layers/compose';
import { concatCondition } from '../../src/layers/concat-condition';
import { conditionalBatchNorm } from '../../src/layers/conditional-batch-norm';
import { dense } from '../../src/layers/dense';
import { modelConfig, modelFromConfig } from '../../src/layers/from-config';
import { summarize } from '../../src/layers/inspect';
import type { Layer } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { batchNorm } from '../../src/layers/normalization';
import { oneHot } from '../../src/layers/one-hot';
import { projection } from '../../src/layers/projection';
import { spectralNorm } from '../../src/layers/spectral-norm';
import type { Shape } from '../../src/util/shape';
import { BACKENDS, startBackend } from '../support/backends';
import { checkGradient, expectClose, numbers, randomTensor } from '../support/numeric';

interface Row {
  readonly layer: Layer;
  readonly inputShape: Shape;
  readonly condition: Shape;
  readonly outputShape: Shape;
}

const TABLE: Row[] = [
  { layer: concatCondition(), inputShape: [3], condition: [2], outputShape: [5] },
  { layer: concatCondition(), inputShape: [4, 3, 2], condition: [3], outputShape: [4, 3, 5] },
  { layer: concatCondition(), inputShape: [3], condition: [2, 4, 2], outputShape: [2, 4, 5] },
  { layer: concatCondition(), inputShape: [2, 3, 1], condition: [2, 3, 4], outputShape: [2, 3, 5] },
  { layer: conditionalBatchNorm(), inputShape: [5], condition: [3], outputShape: [5] },
  {
    layer: conditionalBatchNorm({ kernelInitializer: 'glorotUniform' }),
    inputShape: [3, 2, 4],
    condition: [3],
    outputShape: [3, 2, 4],
  },
  { layer: projection(), inputShape: [6], condition: [3], outputShape: [1] },
  { layer: spectralNorm(projection()), inputShape: [6], condition: [3], outputShape: [1] },
];

const named = TABLE.map((row) => ({
  ...row,
  name: `${row.layer.config.kind} of [${row.inputShape}] under [${row.condition}]`,
}));

describe.each(BACKENDS)('layers under a condition on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it.each(named)(
    '$name has the right shape and derivatives',
    ({ layer, inputShape, condition, outputShape }) => {
      const network = buildNetwork({ inputShape, condition: { shape: condition }, layer }, 'layer', 5);
      const x = tidy(() => variable(randomTensor([3, ...inputShape], 1)));
      const c = tidy(() => variable(randomTensor([3, ...condition], 2)));
      const apply = (input: Tensor) => network.apply(input, { training: true, condition: c });
      // What starts at zero would hide a mistake.
      for (const [path, weight] of network.parameters) {
        if (/bias|offset|scale/.test(path)) tidy(() => weight.assign(randomTensor(weight.shape, 8)));
      }
      if (layer.config.kind === 'spectralNorm') for (let i = 0; i < 100; i++) tidy(() => void apply(x));
      network.frozen = true;
      const y = tidy(() => apply(x));
      expect(y.shape).toEqual([3, ...outputShape]);
      expect(network.outputShape).toEqual(outputShape);
      const weights = randomTensor(y.shape, 3);
      const objective = (input: Tensor): Scalar => {
        const output = apply(input);
        return sum(mul(weights, mul(output, square(output))));
      };
      const variables = [x, c, ...network.parameters.values()];
      checkGradient(() => objective(x), variables, { step: 4e-3, tolerance: 1e-2 });
      checkGradient(() => sum(square(grad(objective)(x))), variables, { step: 4e-3, tolerance: 2e-2 });
      network.dispose();
      for (const used of [x, c, y, weights]) used.dispose();
    },
  );

  it.each(named)('$name comes back from its config', ({ layer, inputShape, condition }) => {
    const model = { inputShape, condition: { shape: condition }, layer };
    const copy = modelFromConfig(JSON.parse(JSON.stringify(modelConfig(model))));
    const networks = [model, copy].map((each) => buildNetwork(each, 'net', 3));
    tidy(() => {
      const x = randomTensor([2, ...inputShape], 1);
      const given = { condition: randomTensor([2, ...condition], 2) };
      for (const training of [true, false]) {
        const [first, second] = networks.map((network) =>
          network.apply(x, { training, ...given }).dataSync(),
        );
        expect(second).toEqual(first);
      }
    });
    for (const network of networks) network.dispose();
  });

  it('concatCondition puts the vector at every position, after the input', () => {
    const network = buildNetwork(
      { inputShape: [1, 2, 1], condition: { shape: [2] }, layer: concatCondition() },
      'net',
      1,
    );
    tidy(() => {
      const x = tensor([1, 2, 3, 4], [2, 1, 2, 1]);
      const condition = tensor([5, 6, 7, 8], [2, 2]);
      expectClose(network.apply(x, { condition }), [1, 5, 6, 2, 5, 6, 3, 7, 8, 4, 7, 8], 0);
    });
    network.dispose();
  });

  it('conditionalBatchNorm starts as batchNorm, and has a scale and an offset for each class', () => {
    const inputShape = [3, 2, 4];
    const plain = buildNetwork({ inputShape, layer: batchNorm() }, 'net', 1);
    const condition = { shape: [], classes: 3, layer: oneHot({ classes: 3 }) };
    const network = buildNetwork({ inputShape, condition, layer: conditionalBatchNorm() }, 'net', 1);
    tidy(() => {
      const x = randomTensor([4, ...inputShape], 1);
      const labels = tensor([2, 0, 2, 1], [4], 'int32');
      for (const training of [true, false, true, false]) {
        expectClose(
          network.apply(x, { training, condition: labels }),
          plain.apply(x, { training }),
          training ? 1e-6 : 2e-6,
        );
      }
      const scales = numbers([3, 4], 5);
      const offsets = numbers([3, 4], 6);
      network.parameters.get('scale/kernel')!.assign(tensor(scales, [3, 4]));
      network.parameters.get('offset/kernel')!.assign(tensor(offsets, [3, 4]));
      const found = network.apply(x, { training: true, condition: labels }).dataSync();
      const normal = plain.apply(x, { training: true }).dataSync();
      const expected = normal.map((value, i) => {
        const label = [2, 0, 2, 1][Math.floor(i / 24)]!;
        return value * (1 + scales[label * 4 + (i % 4)]!) + offsets[label * 4 + (i % 4)]!;
      });
      expectClose(tensor(found), expected, 1e-5);
    });
    plain.dispose();
    network.dispose();
  });

  it('projection adds the inner product with the condition’s vector to the score', () => {
    const network = buildNetwork(
      { inputShape: [2], condition: { shape: [1] }, layer: projection() },
      'net',
      1,
    );
    tidy(() => {
      network.parameters.get('score/kernel')!.assign(tensor([10, 20], [2, 1]));
      network.parameters.get('score/bias')!.assign(tensor([0.5]));
      network.parameters.get('condition/kernel')!.assign(tensor([1, -1], [1, 2]));
      const y = network.apply(tensor([[1, 2]]), { condition: tensor([[3]]) });
      expectClose(y, [50.5 + 3 * (1 - 2)], 1e-5);
    });
    network.dispose();
  });

  it('oneHot encodes labels and lists of them', () => {
    const one = buildNetwork({ inputShape: [], layer: oneHot({ classes: 3 }) }, 'net', 1);
    const list = buildNetwork({ inputShape: [2], layer: oneHot({ classes: 2 }) }, 'net', 1);
    tidy(() => {
      expectClose(one.apply(tensor([2, 0], [2], 'int32')), [0, 0, 1, 1, 0, 0], 0);
      const y = list.apply(tensor([[1, 0]], [1, 2], 'int32'));
      expect(y.shape).toEqual([1, 2, 2]);
      expectClose(y, [0, 1, 1, 0], 0);
      expect(() => one.apply(tensor([1, 2]))).toThrow(/labels must be int32, got float32/);
    });
    one.dispose();
    list.dispose();
  });
});

describe('layers under a condition refuse', () => {
  const build = (layer: Layer, inputShape: Shape, shape?: Shape) =>
    summarize({ inputShape, ...(shape && { condition: { shape } }), layer });

  it('a model without one', () => {
    for (const layer of [concatCondition(), conditionalBatchNorm(), projection()]) {
      expect(() => build(layer, [3])).toThrow(ShapeError);
      expect(() => build(sequential([dense({ units: 2 }), layer]), [3])).toThrow(
        /must have a condition, got one/,
      );
    }
  });

  it('shapes that do not go together', () => {
    expect(() => build(concatCondition(), [3], [])).toThrow(/got input \[3\] and condition \[\]; encode/);
    expect(() => build(concatCondition(), [3, 4, 1], [3, 5, 1])).toThrow(/images of one size/);
    expect(() => build(concatCondition(), [3, 4], [2])).toThrow(ShapeError);
    expect(() => build(conditionalBatchNorm(), [3], [2, 2, 1])).toThrow(
      /condition must be \[features\], got \[2,2,1\]/,
    );
    expect(() => build(projection(), [3], [])).toThrow(/condition must be \[features\], got \[\]/);
    expect(() => build(projection(), [2, 2, 1], [3])).toThrow(/put flatten or globalSumPool before it/);
    expect(() => oneHot({ classes: 0 })).toThrow(ArgumentError);
    expect(() => conditionalBatchNorm({ epsilon: -1 })).toThrow(/epsilon/);
  });
});
