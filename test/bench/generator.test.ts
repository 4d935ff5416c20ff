import { describe, expect, it } from 'vitest';
import { openGenerator } from '../../bench/peers/generator';
import { openOnnx } from '../../bench/peers/onnx';
import { matMulModel } from '../../bench/peers/onnx-models';
import { uniformValues } from '../../bench/workloads/inputs';
import { loadGenerator } from '../../src/generator';
import { maxDifference } from '../support/numeric';

describe('the column of kallima/generator', () => {
  const inputs = {
    a: { data: uniformValues([3, 5], 0), shape: [3, 5] },
    b: { data: uniformValues([5, 4], 1), shape: [5, 4] },
  };
  const model = matMulModel([3, 5], [5, 4]);

  it('computes what onnxruntime-web does', async () => {
    const session = await openOnnx({ model, inputs }, 1);
    const generator = await loadGenerator(model);
    const [made] = Object.values(await generator.run(inputs));
    expect(maxDifference(made!.data as Float32Array, await session.output())).toBeLessThan(1e-5);
    session.dispose();
  });

  it('repeats the work until it is disposed of', async () => {
    const prepared = await openGenerator({ model, inputs });
    await prepared.run();
    await prepared.run();
    prepared.dispose();
    await expect(prepared.run()).rejects.toThrow('disposed');
  });
});
