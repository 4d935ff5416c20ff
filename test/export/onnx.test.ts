import { setBackend } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import '../../src/backend';

import { checkOnnx } from '../support/onnx-checker';
import { openOnnxRuntime } from '../support/onnx-runtime';
import { exportCases, samplerOf } from './cases';
import { difference, feedsFor, metadataOf, sampleFrom } from './feeds';

beforeAll(async () => {
  await setBackend('kallima');
});
afterAll(async () => {
  await setBackend('cpu');
});

const CASES = exportCases().flatMap((each) =>
  Object.keys(each.game.directions).map((direction) => ({ ...each, direction })),
);
/** Files that were made, for the checker. */
const files = new Map<string, Uint8Array>();

describe.each(CASES)('the ONNX file of $name, $direction', (each) => {
  it('makes the samples of the sampler in onnxruntime, one or several', async () => {
    const { name, direction } = each;
    const sampler = await samplerOf(each);
    const model = await sampler.export('onnx', { direction });
    files.set(`${name}, ${direction}`, model);
    const metadata = metadataOf(model);
    expect(metadata).toMatchObject({ version: 1, game: each.game.kind, direction });
    const session = await openOnnxRuntime(model);
    for (const count of [1, 3]) {
      const feeds = feedsFor(metadata.inputs, count);
      const wanted = await sampleFrom(sampler, metadata, feeds, count);
      const { data, shape } = (await session.run(feeds))[metadata.output.name]!;
      expect(shape).toEqual([count, ...metadata.output.shape]);
      expect(Math.max(...wanted) - Math.min(...wanted)).toBeGreaterThan(0.05);
      expect(difference(data, wanted)).toBeLessThan(1e-5);
    }
    await session.dispose();
    sampler.dispose();
  });
});

it('passes the checker of the ONNX project with every file', { timeout: 300_000 }, () => {
  expect(files.size).toBe(CASES.length);
  for (const [name, problem] of Object.entries(checkOnnx(files))) expect(problem, name).toBe('');
});
