import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { build } from 'esbuild';
import { afterEach, describe, expect, it } from 'vitest';
import { chooseBackend, kallimaBackend } from '../../src/backend';
import { ArgumentError } from '../../src/errors';
import { philoxNormal } from '../../src/util/philox';

const draw = (shape: number[], seed: number, scale = 1) =>
  tf.tensor(
    philoxNormal(tf.util.sizeFromShape(shape), { seed, draw: 0 }).map((v) => v * scale),
    shape,
  );

/** Some steps of a small convolutional classifier, large enough that every family splits its work. */
function trainSteps(steps: number): Float32Array[] {
  return tf.tidy(() => {
    const x = draw([16, 32, 32, 3], 1) as tf.Tensor4D;
    const y = tf.oneHot(
      tf.tensor1d(
        Array.from({ length: 16 }, (_, i) => i % 4),
        'int32',
      ),
      4,
    );
    const weights = [draw([4, 4, 3, 32], 2, 0.1), draw([4, 4, 32, 64], 3, 0.05), draw([4096, 4], 4, 0.02)];
    const variables = weights.map((weight) => tf.variable(weight));
    const [first, second, third] = variables as [tf.Variable, tf.Variable, tf.Variable];
    const optimizer = tf.train.adam(0.01);
    for (let i = 0; i < steps; i++) {
      optimizer.minimize(() => {
        const h1 = tf.leakyRelu(tf.conv2d(x, first as tf.Tensor4D, 2, 'same'), 0.2);
        const h2 = tf.tanh(tf.conv2d(h1, second as tf.Tensor4D, 2, 'same'));
        const logits = tf.matMul(tf.reshape(h2, [16, 4096]), third as tf.Tensor2D);
        return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar;
      });
    }
    const values = variables.map((variable) => variable.dataSync() as Float32Array);
    optimizer.dispose();
    tf.dispose(variables);
    return values;
  });
}

describe('threads', () => {
  afterEach(() => tf.removeBackend('kallima'));

  it('do not change a bit of what training computes', async () => {
    const results: Float32Array[][] = [];
    for (const threads of [1, 2, 3]) {
      const choice = await chooseBackend({ backend: 'kallima', threads });
      expect(choice.threads).toBe(threads);
      expect(kallimaBackend()!.report().variant.endsWith('-shared')).toBe(threads > 1);
      results.push(trainSteps(3));
      tf.removeBackend('kallima');
    }
    await chooseBackend({ backend: 'kallima' });
    const bits = (values: Float32Array) => new Uint32Array(values.buffer, values.byteOffset, values.length);
    for (const other of results.slice(1)) {
      other.forEach((values, index) => {
        const expected = bits(results[0]![index]!);
        const differing = bits(values).filter((value, i) => value !== expected[i]).length;
        expect(differing, `weight ${index}`).toBe(0);
      });
    }
  });

  it('grow a shared memory while the workers run', async () => {
    await chooseBackend({ backend: 'kallima', threads: 2 });
    const before = kallimaBackend()!.report().bytesReserved;
    const total = tf.tidy(() => {
      const x = tf.ones([1024, 1024]);
      const large = tf.ones([3, 1024, 1024]);
      return tf.sum(tf.add(tf.tanh(large), x)).dataSync()[0]!;
    });
    expect(kallimaBackend()!.report().bytesReserved).toBeGreaterThan(before);
    expect(Math.abs(total / (3 * 1024 * 1024) - (1 + Math.tanh(1)))).toBeLessThan(1e-4);
  });

  it('are a whole number', async () => {
    await chooseBackend({ backend: 'kallima' });
    tf.removeBackend('kallima');
    for (const threads of [0, 1.5, -1, 1000]) {
      await expect(chooseBackend({ backend: 'kallima', threads })).rejects.toThrow(ArgumentError);
    }
    await chooseBackend({ backend: 'kallima' });
  });
});

describe('a program with threads', () => {
  it('ends by itself, and outlives its workers', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'kallima-threads-'));
    const program = join(folder, 'program.cjs');
    await build({
      stdin: {
        // Workers are found as Node's own list of handles has them: the package keeps them to itself.
        contents: `import * as tf from '@tensorflow/tfjs-core';
          import workers from 'node:worker_threads';
          import { chooseBackend } from './src/backend';
          const started = [];
          const { Worker } = workers;
          workers.Worker = class extends Worker { constructor(...args) { super(...args); started.push(this); } };
          (async () => {
            const { threads } = await chooseBackend({ backend: 'kallima', threads: 3 });
            const weights = tf.variable(tf.ones([512, 512]));
            const step = () => tf.tidy(() => weights.assign(tf.mul(tf.tanh(weights), 1.1)));
            step();
            await Promise.all(started.map((worker) => worker.terminate()));
            step();
            const expected = Math.fround(Math.tanh(Math.tanh(1) * 1.1) * 1.1);
            const right = weights.dataSync().every((w) => Math.abs(w - expected) < 1e-6);
            console.log(threads, started.length, right);
          })();`,
        resolveDir: process.cwd(),
      },
      outfile: program,
      bundle: true,
      platform: 'node',
      target: 'node20',
      mainFields: ['module', 'main'],
      loader: { '.wasm': 'binary' },
    });
    const output = execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 30_000 });
    rmSync(folder, { recursive: true });
    expect(output).toBe('3 2 true\n');
  });
});
