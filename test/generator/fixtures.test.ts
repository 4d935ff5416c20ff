import { describe, expect, it } from 'vitest';
import { loadGenerator } from '../../src/generator/load';
import { openOnnxRuntime } from '../support/onnx-runtime';
import { exported, FIXTURES, inputsFor } from './fixtures';

/** Of values up to 1; relative to larger ones. */
const TOLERANCE = 1e-4;

/** The largest |a − b| / max(1, |b|). */
function difference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  expect(a.length).toBe(b.length);
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const apart = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!));
    if (!(apart <= most)) most = apart;
  }
  return most;
}

describe('a model gives what onnxruntime-web gives', () => {
  it.each(FIXTURES.map((fixture) => [fixture.name, fixture] as const))('%s', async (_, { bytes, shapes }) => {
    const model = bytes();
    const generator = await loadGenerator(model);
    const session = await openOnnxRuntime(model);
    for (const [seed, each] of [...shapes, ...shapes].entries()) {
      const inputs = inputsFor(each, seed);
      const expected = await session.run(inputs);
      const outputs = await generator.run(inputs);
      expect(Object.keys(outputs)).toEqual(Object.keys(expected));
      for (const [name, { data, shape }] of Object.entries(expected)) {
        expect(outputs[name]!.shape).toEqual(shape);
        expect(difference(outputs[name]!.data, data)).toBeLessThan(TOLERANCE);
        // Far from constant.
        expect(Math.max(...data) - Math.min(...data)).toBeGreaterThan(0.2);
      }
    }
    generator.dispose();
    await session.dispose();
  });
});

describe("a model's own noise", () => {
  it('is that of the seed, another one in every node and every image', async () => {
    const generator = await loadGenerator(exported('stylegan-noise'));
    const inputs = inputsFor({ z: [2, 8] });
    // The same latent twice.
    inputs.z!.data.copyWithin(8, 0, 8);
    const draw = async (seed: number) => (await generator.run(inputs, { seed })).y!.data;
    const [first, again, other] = [await draw(1), await draw(1), await draw(2)];
    expect(again).toEqual(first);
    const half = first.length / 2;
    const apart = (a: ArrayLike<number>, b: ArrayLike<number>) => {
      let sum = 0;
      for (let i = 0; i < half; i++) sum += (a[i]! - b[i]!) ** 2;
      return Math.sqrt(sum / half);
    };
    for (const distance of [apart(first, other), apart(first, first.subarray(half))]) {
      expect(distance).toBeGreaterThan(0.1);
      expect(distance).toBeLessThan(3);
    }
    generator.dispose();
  });
});
