import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { capture } from '../../src/backend/capture';
import { chooseBackend } from '../../src/backend/choose';
import { ArgumentError, CaptureError, DisposedError, ShapeError, UnsupportedError } from '../../src/errors';
import { buildNetwork } from '../../src/layers/network';
import { dcgan } from '../../src/models/dcgan';
import { averageInto } from '../../src/ops/average';
import { SeededRandom } from '../../src/ops/random';

beforeAll(async () => {
  await chooseBackend({ backend: 'kallima' });
});

const made: tf.Tensor[] = [];
/** A tensor that the test's end disposes of. */
const own = <T extends tf.Tensor>(tensor: T): T => {
  made.push(tensor);
  return tensor;
};
afterEach(() => tf.dispose(made.splice(0)));

const numbers = (...values: number[]) => own(tf.tensor1d(values));

describe('a captured function', () => {
  it('computes what the function computes, to the bit, from other inputs', async () => {
    const network = buildNetwork(dcgan({ size: 28, width: 8, latent: 16 }).generator, 'g', 1);
    const images = (z: tf.Tensor) => network.apply(z);
    const program = capture(images, [own(tf.randomNormal([3, 16]))]);
    for (let i = 0; i < 3; i++) {
      const z = own(tf.randomNormal([3, 16]));
      const expected = own(images(z));
      const found = own(program.run([z]));
      expect(found.shape).toEqual(expected.shape);
      expect(await found.data()).toEqual(await expected.data());
    }
    expect(program.report.bytesPlanned).toBeLessThan(program.report.bytesNaive);
    program.dispose();
    network.dispose();
  });

  it('returns a list or names, and takes several inputs and dtypes', () => {
    const indices = own(tf.tensor1d([1, 0], 'int32'));
    const list = capture((a, b) => [tf.add(a, b), tf.greater(a, b)], [numbers(1, 2), numbers(3, 4)]);
    const [sum, larger] = list.run([numbers(5, 1), numbers(2, 3)]);
    expect([...own(sum!).dataSync()]).toEqual([7, 4]);
    expect(own(larger!).dtype).toBe('bool');
    expect([...larger!.dataSync()]).toEqual([1, 0]);
    const named = capture((x, at) => ({ picked: tf.gather(x, at) }), [numbers(1, 2), indices]);
    const { picked } = named.run([numbers(8, 9), own(tf.tensor1d([1, 1], 'int32'))]);
    expect([...own(picked).dataSync()]).toEqual([9, 9]);
    list.dispose();
    named.dispose();
  });

  it('follows variables that change in place, and changes them', () => {
    const weight = own(tf.tidy(() => tf.variable(tf.tensor1d([1, 2]))));
    const read = capture((x) => tf.mul(x, weight), [numbers(1, 1)]);
    const move = capture(
      (x) => {
        averageInto(weight, x, 0);
        return tf.sum(x);
      },
      [numbers(5, 6)],
    );
    own(move.run([numbers(7, 8)]));
    expect([...own(read.run([numbers(1, 10)])).dataSync()]).toEqual([7, 80]);
    read.dispose();
    move.dispose();
  });

  it('packs weights again only when they have changed', () => {
    const weight = own(tf.tidy(() => tf.variable(tf.randomNormal([32, 24]))));
    const product = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D);
    const x = own(tf.randomNormal([16, 32]));
    const program = capture(product, [x]);
    expect(program.report.recordsHoisted).toBe(1);
    const expectSame = () => {
      expect(own(program.run([x])).dataSync()).toEqual(own(product(x)).dataSync());
    };
    expectSame();
    averageInto(weight, own(tf.randomNormal([32, 24])), 0.5);
    expectSame();
    const train = capture(
      (value) => {
        averageInto(weight, value, 0.5);
        return tf.sum(value);
      },
      [own(tf.randomNormal([32, 24]))],
    );
    expect(train.report.recordsHoisted).toBe(0);
    own(train.run([own(tf.randomNormal([32, 24]))]));
    expectSame();
    program.dispose();
    train.dispose();
  });

  it('draws anew from its stream at each run, as the function does', () => {
    const random = new SeededRandom(7);
    const noise = capture(() => random.normal([4]), [], { random });
    const found = [1, 2].map(() => [...own(noise.run([])).dataSync()]);
    const again = new SeededRandom(7, 2);
    const expected = [1, 2].map(() => [...own(again.normal([4])).dataSync()]);
    expect(found).toEqual(expected);
    expect(random.draw).toBe(4);
    noise.dispose();
  });

  it('tells the time of each record', () => {
    const program = capture((x) => tf.matMul(x, x), [own(tf.randomNormal([64, 64]))]);
    const { result, times } = program.profile([own(tf.eye(64))]);
    own(result);
    expect(times).toHaveLength(program.report.records);
    expect(times[0]!.name).toBe('BatchMatMul 64×64');
    expect(times[0]!.ms).toBeGreaterThanOrEqual(0);
    program.dispose();
  });
});

describe('what no replay can do is refused', () => {
  const x = () => numbers(1, 2);
  it.each<[string, () => (a: tf.Tensor) => tf.Tensor, RegExp]>([
    ['a read', () => (a) => tf.mul(a, a.dataSync()[0]!), /values must not be read .* return the tensor/],
    [
      'a constant of outside that should be an input',
      () => {
        const outside = numbers(3, 4);
        return (a) => tf.add(a, outside);
      },
      /must be an input, a variable or made in it, got a tensor from outside in Add 2; pass it as an input/,
    ],
    [
      'a number that is another each time',
      () => {
        let calls = 0;
        return (a) => tf.mul(a, ++calls);
      },
      /the same ops on the same constants .* got another Multiply 2 .* pass what changes as an input/,
    ],
    [
      'another graph each time',
      () => {
        let calls = 0;
        return (a) => (++calls % 2 ? tf.exp(a) : tf.tanh(a));
      },
      /got another (Exp|Tanh) 2 than the time before/,
    ],
    [
      'an op without a kernel',
      () => (a) => tf.cumprod(a),
      /every op must have a kernel, got Cumprod on x float32 \[2\]/,
    ],
    [
      'noise of another stream',
      () => {
        const random = new SeededRandom(3);
        return (a) => tf.add(a, random.normal([2]));
      },
      /noise must come from the random stream that the function is given/,
    ],
    [
      'a tensor that is kept',
      () => (a) => {
        own(tf.keep(tf.exp(a)));
        return tf.neg(a);
      },
      /tensors made in a captured function must end with it, got one that was kept/,
    ],
    [
      'a variable that is assigned',
      () => {
        const weight = own(tf.tidy(() => tf.variable(tf.tensor1d([1, 2]))));
        return (a) => {
          weight.assign(tf.add(weight, a));
          return tf.neg(a);
        };
      },
      /variables must be changed in place, got one that was assigned anew/,
    ],
  ])('%s', (_, make, message) => {
    const tensors = tf.memory().numTensors;
    const fn = make();
    let caught: unknown;
    try {
      capture(fn, [x()]);
    } catch (error) {
      caught = error;
    }
    expect(caught).toBeInstanceOf(CaptureError);
    expect((caught as Error).message).toMatch(message);
    expect((caught as Error).message).not.toMatch(/\n/);
    tf.dispose(made.splice(0));
    expect(tf.memory().numTensors).toBe(tensors);
  });

  it('another shape, dtype or number of inputs', () => {
    const program = capture((a) => tf.exp(a), [x()]);
    expect(() => program.run([numbers(1, 2, 3)])).toThrow(ShapeError);
    expect(() => program.run([numbers(1, 2, 3)])).toThrow(
      /input 0 must be float32 \[2\] as captured, got float32 \[3\]/,
    );
    expect(() => program.run([own(tf.tensor1d([1, 2], 'int32'))])).toThrow(ShapeError);
    expect(() => program.run([])).toThrow(ArgumentError);
    program.dispose();
  });

  it('use after dispose, and a variable that moved since', () => {
    const weight = own(tf.tidy(() => tf.variable(tf.tensor1d([1, 2]))));
    const program = capture((a) => tf.add(a, weight), [x()]);
    weight.assign(numbers(5, 5));
    expect(() => program.run([x()])).toThrow(CaptureError);
    program.dispose();
    program.dispose();
    expect(() => program.run([x()])).toThrow(DisposedError);
  });

  it('a capture inside another, and the same input twice', () => {
    const inner = (a: tf.Tensor) => capture((b) => tf.exp(b), [a]).run([a]);
    expect(() => capture(inner, [x()])).toThrow(ArgumentError);
    const twice = x();
    expect(() => capture((a, b) => tf.add(a, b), [twice, twice])).toThrow(ArgumentError);
  });

  it('another backend', async () => {
    await chooseBackend({ backend: 'cpu' });
    try {
      expect(() => capture((a) => a, [x()])).toThrow(UnsupportedError);
    } finally {
      await chooseBackend({ backend: 'kallima' });
    }
  });
});
