import { describe, expect, it } from 'vitest';
import { loadGenerator } from '../../src/generator/load';
import { openOnnxRuntime } from '../support/onnx-runtime';
import { FIXTURES, inputsFor } from './fixtures';

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
