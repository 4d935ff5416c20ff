import {
  matMul,
  memory,
  mul,
  type Scalar,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  tensor,
  tidy,
  variable,
  variableGrads,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { gradientPenalty } from '../../src/games/gradient-penalty';
import { swish } from '../../src/layers/activations';
import { sequential } from '../../src/layers/compose';
import { conv2d } from '../../src/layers/conv2d';
import { dense } from '../../src/layers/dense';
import type { Layer, Model } from '../../src/layers/layer';
import { buildNetwork } from '../../src/layers/network';
import { instanceNorm, layerNorm } from '../../src/layers/normalization';
import { flatten } from '../../src/layers/shapes';
import { mlp } from '../../src/models/mlp';
import { SeededRandom } from '../../src/ops/random';
import { BACKENDS, startBackend } from '../support/backends';
import { checkGradient, expectClose, randomTensor } from '../support/numeric';

/** Smooth throughout: at a kink of a leaky ReLU the penalty itself jumps, and no difference quotient holds. */
function convolutional(between: readonly Layer[]): Model {
  const halve = { kernelSize: 4, stride: 2, padding: 1 };
  const layers = [
    conv2d({ ...halve, filters: 3 }),
    swish(),
    conv2d({ ...halve, filters: 4 }),
    ...between,
    swish(),
  ];
  return { inputShape: [12, 12, 2], layer: sequential([...layers, flatten(), dense({ units: 1 })]) };
}

describe.each(BACKENDS)('gradientPenalty on %s', (backend) => {
  beforeAll(() => startBackend(backend));

  it('of a linear critic is (‖w‖ − 1)², with gradient 2 (‖w‖ − 1) w / ‖w‖', () => {
    const w = variable(tensor([3, 0, 4], [3, 1]));
    const real = randomTensor([5, 3], 1);
    const fake = randomTensor([5, 3], 2);
    const before = memory().numTensors;
    const critic = (x: Tensor) => matMul(x as Tensor2D, w as Tensor2D);
    const { value, grads } = variableGrads(
      () => gradientPenalty(critic, real, fake, new SeededRandom(1)),
      [w],
    );
    expect(Math.abs(value.dataSync()[0]! - 16)).toBeLessThan(1e-4);
    expectClose(grads[w.name]!, [(8 * 3) / 5, 0, (8 * 4) / 5], 1e-4);
    value.dispose();
    grads[w.name]!.dispose();
    expect(memory().numTensors).toBe(before);
    for (const used of [w, real, fake]) used.dispose();
  });

  it('looks between real and fake, one weight an example', () => {
    // critic(x) = ½‖x‖² has the gradient x itself: with real at 2 and fake at 0 the norm is 2ε.
    const real = tensor([2, 2, 2, 2], [4, 1]);
    const fake = tensor([0, 0, 0, 0], [4, 1]);
    const half = (x: Tensor) => mul(0.5, sum(square(x), 1));
    const epsilon = tidy(() => [...new SeededRandom(3).uniform([4, 1]).dataSync()]);
    const expected = epsilon.reduce((total, e) => total + (2 * e - 1) ** 2 / 4, 0);
    tidy(() => expectClose(gradientPenalty(half, real, fake, new SeededRandom(3)), [expected], 1e-5));
    real.dispose();
    fake.dispose();
  });

  it('is finite, with finite gradients, where the critic is flat', () => {
    const w = variable(tensor([0, 0], [2, 1]));
    const x = tensor([[1, 2]]);
    const critic = (input: Tensor) => matMul(input as Tensor2D, w as Tensor2D);
    const { value, grads } = variableGrads(() => gradientPenalty(critic, x, x, new SeededRandom(1)), [w]);
    expect(Math.abs(value.dataSync()[0]! - 1)).toBeLessThan(1e-5);
    expect([...grads[w.name]!.dataSync()].map((slope) => slope + 0)).toEqual([0, 0]);
    for (const used of [w, x, value, grads[w.name]!]) used.dispose();
  });

  it.each([
    ['a tanh mlp', mlp({ inputs: 3, hidden: [6, 6], outputs: 1, activation: 'tanh' }), [3]],
    [
      'a softplus mlp with layer norm',
      mlp({ inputs: 3, hidden: [6], outputs: 1, activation: 'softplus', normalization: 'layer' }),
      [3],
    ],
    ['a convolutional critic', convolutional([]), [12, 12, 2]],
    ['a convolutional critic with layer norm', convolutional([layerNorm()]), [12, 12, 2]],
    ['a convolutional critic with instance norm', convolutional([instanceNorm()]), [12, 12, 2]],
  ])('has the right gradient in the weights of %s', (_, model, shape) => {
    const critic = buildNetwork(model, 'critic', 2);
    const real = randomTensor([3, ...shape], 1);
    const fake = randomTensor([3, ...shape], 2);
    const penalty = (): Scalar =>
      gradientPenalty((x) => critic.apply(x, { training: true }), real, fake, new SeededRandom(5));
    checkGradient(penalty, [...critic.parameters.values()], { step: 3e-3, tolerance: 1e-2 });
    critic.dispose();
    real.dispose();
    fake.dispose();
  });
});
