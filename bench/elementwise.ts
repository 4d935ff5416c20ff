import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend } from '../src/index';
import type { ElementwiseResult } from './result';
import { time } from './timing';

/** Elements of each array: 32 MiB, larger than the caches. */
const COUNT = 1 << 23;

interface Pass {
  readonly name: string;
  /** Arrays read and written. */
  readonly arrays: number;
  run(tensors: readonly tf.Tensor[]): void;
}

const disposing = (op: (...tensors: tf.Tensor[]) => tf.Tensor) => (tensors: readonly tf.Tensor[]) =>
  op(...tensors).dispose();

const PASSES: readonly Pass[] = [
  { name: 'add', arrays: 3, run: disposing((a, b) => tf.add(a!, b!)) },
  { name: 'multiply', arrays: 3, run: disposing((a, b) => tf.mul(a!, b!)) },
  { name: 'relu', arrays: 2, run: disposing((a) => tf.relu(a!)) },
  { name: 'leaky-relu', arrays: 2, run: disposing((a) => tf.leakyRelu(a!, 0.2)) },
  { name: 'sqrt', arrays: 2, run: disposing((a) => tf.sqrt(a!)) },
  { name: 'exp', arrays: 2, run: disposing((a) => tf.exp(a!)) },
  { name: 'tanh', arrays: 2, run: disposing((a) => tf.tanh(a!)) },
  { name: 'sigmoid', arrays: 2, run: disposing((a) => tf.sigmoid(a!)) },
  {
    name: 'adam',
    arrays: 7,
    run: ([parameter, gradient, first, second]) => {
      const attributes = { learningRate: 1e-4, beta1: 0.5, beta2: 0.9, epsilon: 1e-8, step: 10 };
      const inputs = { parameter: parameter!, gradient: gradient!, first: first!, second: second! };
      tf.engine().runKernel('KallimaAdamStep', inputs, attributes);
    },
  },
  {
    name: 'sgd',
    arrays: 3,
    run: ([parameter, gradient]) => {
      const inputs = { parameter: parameter!, gradient: gradient! };
      tf.engine().runKernel('KallimaSgdStep', inputs, { learningRate: 1e-4, momentum: 0 });
    },
  },
];

/** Times passes over large arrays on one thread of `kallima`. */
export async function measureElementwise(copyGBps: number): Promise<ElementwiseResult[]> {
  await chooseBackend({ backend: 'kallima' });
  const tensors = [0, 1, 2, 3].map(() => tf.randomUniform([COUNT], 0.1, 1));
  const results: ElementwiseResult[] = [];
  for (const { name, arrays, run } of PASSES) {
    const { median } = await time(name, () => run(tensors));
    const gbps = (arrays * 4 * COUNT) / median / 1e9;
    results.push({ name, ms: median * 1e3, gbps, ofCopy: gbps / copyGBps });
  }
  tf.dispose(tensors);
  return results;
}
