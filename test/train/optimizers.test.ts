import '@tensorflow/tfjs-backend-cpu';
import '../../src/backend';
import { setBackend, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { ArgumentError } from '../../src/errors';
import type { OptimizerOptions } from '../../src/games/game';
import { Optimizer } from '../../src/train/optimizers';

const START = [0.5, -1, 2, 0];
const PULL = [0.1, 0.2, -0.3, 1e-4];

/**
 * Five steps of PyTorch 1.13 on `Σ p⁴/4 − p·PULL·step`, step = 1, 2, …, from START: the parameters after each.
 */
const TORCH: { options: OptimizerOptions; steps: number[][] }[] = [
  {
    options: { kind: 'sgd', learningRate: 0.05 },
    steps: [
      [0.498750001, -0.939999998, 1.58500004, 4.99999987e-6],
      [0.502546787, -0.878470778, 1.35590625, 1.49999996e-5],
      [0.511200786, -0.81457448, 1.18626583, 2.99999992e-5],
      [0.524521291, -0.747549653, 1.04279864, 4.99999987e-5],
      [0.542305887, -0.676661968, 0.911100149, 7.49999963e-5],
    ],
  },
  {
    options: { kind: 'sgd', learningRate: 0.05, momentum: 0.9 },
    steps: [
      [0.498750001, -0.939999998, 1.58500004, 4.99999987e-6],
      [0.50142175, -0.824470818, 0.982406199, 1.94999993e-5],
      [0.512522876, -0.662472725, 0.347664684, 4.75499983e-5],
      [0.535782397, -0.462137491, -0.285703778, 9.2794995e-5],
      [0.57402581, -0.226900816, -0.929569304, 0.000158515482],
    ],
  },
  {
    options: { kind: 'rmsprop', learningRate: 0.01 },
    steps: [
      [0.400000393, -0.899999976, 1.89999998, 0.0999001041],
      [0.498368502, -0.831294298, 1.83297229, 0.000682719052],
      [0.577194512, -0.772953391, 1.7792182, 0.0358230062],
      [0.645443857, -0.719652534, 1.73287761, 0.0742930099],
      [0.706114352, -0.669301331, 1.69131494, 0.0840687454],
    ],
  },
  {
    options: { kind: 'rmsprop', learningRate: 0.01, decay: 0.9, epsilon: 1e-3 },
    steps: [
      [0.47192806, -0.968460321, 1.96838927, 0.000969346496],
      [0.50164634, -0.94464767, 1.9455508, 0.00283849705],
      [0.529100001, -0.923826694, 1.92634177, 0.00552695617],
      [0.55424273, -0.904634237, 1.909168, 0.00895165186],
      [0.577554524, -0.88648808, 1.89330208, 0.0130307507],
    ],
  },
  {
    options: { kind: 'adam', learningRate: 0.01 },
    steps: [
      [0.49000001, -0.99000001, 1.99000001, 0.00999899954],
      [0.495175242, -0.979987442, 1.97999501, 0.0196555406],
      [0.502666533, -0.969952703, 1.96998167, 0.0292596072],
      [0.51097405, -0.959886372, 1.95995688, 0.0389160514],
      [0.51974231, -0.94977957, 1.94991767, 0.0486736558],
    ],
  },
  {
    options: { kind: 'adam', learningRate: 0.02, beta1: 0.5, beta2: 0.9, epsilon: 1e-4 },
    steps: [
      [0.480079681, -0.980001688, 1.98000026, 0.00999999978],
      [0.495335519, -0.959723234, 1.95997965, 0.0227723829],
      [0.515839219, -0.939046681, 1.9399246, 0.0376835242],
      [0.538526416, -0.917909622, 1.91982353, 0.0540208817],
      [0.56251353, -0.896296203, 1.89966714, 0.0706981868],
    ],
  },
];

/** The gradient of the function above, in double precision. */
const gradient = (p: ArrayLike<number>, step: number) =>
  Array.from(p, (value, i) => value ** 3 - PULL[i]! * step);

function update(optimizer: Optimizer, parameter: Variable): void {
  const values = gradient(parameter.dataSync(), optimizer.step + 1);
  tidy(() => optimizer.update(() => tensor(values)));
}

describe.each(['cpu', 'kallima'])('optimizers on %s', (backend) => {
  beforeAll(async () => {
    await setBackend(backend);
  });

  it.each(TORCH)('steps as PyTorch does with $options', ({ options, steps }) => {
    const parameter = variable(tensor(START));
    const optimizer = new Optimizer(options, new Map([['p', parameter]]));
    for (const expected of steps) {
      update(optimizer, parameter);
      parameter.dataSync().forEach((value, i) => {
        expect(Math.abs(value - expected[i]!)).toBeLessThan(5e-7);
      });
    }
    expect(optimizer.step).toBe(5);
    optimizer.dispose();
    parameter.dispose();
  });

  it.each(TORCH)('goes on to the bit from its slots and step with $options', ({ options }) => {
    const parameter = variable(tensor(START));
    const whole = new Optimizer(options, new Map([['p', parameter]]));
    for (let i = 0; i < 2; i++) update(whole, parameter);
    const copy = variable(tensor(parameter.dataSync().slice()));
    const resumed = new Optimizer(options, new Map([['p', copy]]), whole.step);
    for (const [name, slot] of resumed.slots) {
      tidy(() => slot.assign(tensor(whole.slots.get(name)!.dataSync().slice())));
    }
    for (let i = 0; i < 2; i++) {
      update(whole, parameter);
      update(resumed, copy);
    }
    expect(copy.dataSync()).toEqual(parameter.dataSync());
    for (const item of [whole, resumed, parameter, copy]) item.dispose();
  });

  it('leaves a parameter without a gradient as it is', () => {
    const [a, b] = [variable(tensor(START)), variable(tensor(START))];
    const optimizer = new Optimizer(
      { kind: 'adam', learningRate: 0.1 },
      new Map([
        ['a', a],
        ['b', b],
      ]),
    );
    optimizer.update((parameter) => (parameter === a ? tensor([1, 1, 1, 1]) : undefined));
    expect([...b.dataSync()]).toEqual(START);
    expect([...a.dataSync()]).not.toEqual(START);
    for (const item of [optimizer, a, b]) item.dispose();
  });
});

describe('optimizer options', () => {
  it.each([
    [{ kind: 'sgd', learningRate: -1 }, 'learningRate'],
    [{ kind: 'sgd', learningRate: Number.NaN }, 'learningRate'],
    [{ kind: 'sgd', learningRate: 1, momentum: 1.5 }, 'momentum'],
    [{ kind: 'rmsprop', learningRate: 1, decay: -0.1 }, 'decay'],
    [{ kind: 'adam', learningRate: 1, beta1: 2 }, 'beta1'],
    [{ kind: 'adam', learningRate: 1, epsilon: Number.POSITIVE_INFINITY }, 'epsilon'],
  ] as [OptimizerOptions, string][])('refuses %o', (options, name) => {
    expect(() => new Optimizer(options, new Map())).toThrow(ArgumentError);
    expect(() => new Optimizer(options, new Map())).toThrow(name);
  });
});
