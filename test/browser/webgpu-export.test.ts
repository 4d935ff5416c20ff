import { getBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { exportCases, samplerOf } from '../export/cases';

// Weights on a GPU cannot be read without waiting, and a graph is traced without.
it.each(['gan', 'wgan-gp', 'words'])('exports the file that kallima does: %s', async (name) => {
  const each = exportCases().find((one) => one.name === name)!;
  const files: Uint8Array[] = [];
  for (const backend of ['webgpu', 'kallima'] as const) {
    const sampler = await samplerOf(each, backend);
    expect(sampler.backend.name).toBe(backend);
    files.push(await sampler.export('onnx'));
    expect(getBackend()).toBe(backend);
    sampler.dispose();
  }
  expect(files[0]).toEqual(files[1]);
});
