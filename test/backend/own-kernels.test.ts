import {
  engine,
  type NamedAttrMap,
  type NamedTensorMap,
  setBackend,
  Tensor,
  tensor,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';
import { ShapeError } from '../../src/errors';
import { philoxUniform } from '../../src/util/philox';

beforeAll(async () => {
  expect(await setBackend('kallima')).toBe(true);
});

function run(name: string, inputs: NamedTensorMap, attrs: NamedAttrMap): Tensor[] {
  const result = engine().runKernel<Tensor | Tensor[]>(name, inputs, attrs);
  return result instanceof Tensor ? [result] : result;
}

describe('kernels that work in place', () => {
  it('change the values of their inputs and make no tensor', () => {
    const parameter = tensor([1, 2, 3]);
    const gradient = tensor([10, 20, 30]);
    const velocity = tensor([1, 1, 1]);
    const before = engine().memory().numTensors;
    expect(run('KallimaSgdStep', { parameter, gradient }, { learningRate: 0.5 })).toEqual([]);
    expect([...parameter.dataSync()]).toEqual([-4, -8, -12]);
    run('KallimaSgdStep', { parameter, gradient, velocity }, { learningRate: 0.5, momentum: 2 });
    expect([...velocity.dataSync()]).toEqual([12, 22, 32]);
    expect([...parameter.dataSync()]).toEqual([-10, -19, -28]);
    run('KallimaClipStep', { parameter }, { minimum: -20, maximum: -15 });
    expect([...parameter.dataSync()]).toEqual([-15, -19, -20]);
    run('KallimaAverageStep', { average: velocity, parameter }, { decay: 0.5 });
    expect([...velocity.dataSync()]).toEqual([-1.5, 1.5, 6]);
    expect(engine().memory().numTensors).toBe(before);
  });

  it('take the first step of adam and rmsprop by the learning rate', () => {
    const parameter = tensor([1, 2, 3]);
    const gradient = tensor([10, -20, 30]);
    const [first, second] = [tensor([0, 0, 0]), tensor([0, 0, 0])];
    const settings = { learningRate: 0.25, beta1: 0.5, beta2: 0.75, epsilon: 0, step: 1 };
    run('KallimaAdamStep', { parameter, gradient, first, second }, settings);
    expect([...parameter.dataSync()]).toEqual([0.75, 2.25, 2.75]);
    const square = tensor([0, 0, 0]);
    run(
      'KallimaRmsPropStep',
      { parameter, gradient, square },
      { learningRate: 0.25, decay: 0.75, epsilon: 0 },
    );
    expect([...square.dataSync()]).toEqual([25, 100, 225]);
    expect([...parameter.dataSync()]).toEqual([0.25, 2.75, 2.25]);
  });

  it('refuse tensors of another shape or dtype', () => {
    const parameter = tensor([1, 2, 3]);
    const step = (gradient: Tensor) =>
      run('KallimaSgdStep', { parameter, gradient }, { learningRate: 1, momentum: 0 });
    expect(() => step(tensor([1, 2]))).toThrow(ShapeError);
    expect(() => step(tensor([1, 2, 3], undefined, 'int32'))).toThrow(
      'KallimaSgdStep: gradient must be float32 [3], got int32 [3]',
    );
  });
});

describe('KallimaRandom', () => {
  it('draws the numbers of philoxUniform', () => {
    const attrs = { shape: [2, 3], distribution: 'uniform', seed: 11, draw: 4, minimum: -1, maximum: 1 };
    const [y] = run('KallimaRandom', {}, attrs);
    expect(y!.shape).toEqual([2, 3]);
    const expected = philoxUniform(6, { seed: 11, draw: 4 }).map((value) => 2 * value - 1);
    expect([...y!.dataSync()]).toEqual([...expected]);
    expect(run('KallimaRandom', {}, { ...attrs, shape: [0, 3] })[0]!.size).toBe(0);
  });
});
