import { expect, it } from 'vitest';
import { Trainer } from '../../src/train/trainer';
import { DRAWINGS, drawings } from '../train/latent-games';

it('inverts images and finds directions on WebGPU', async () => {
  const options = { data: DRAWINGS, seed: 5, batchSize: 8, backend: 'webgpu' } as const;
  const trainer = await Trainer.create(drawings(), options);
  const targets = await trainer.sample(2, { seed: 77 });
  const { latents, errors } = await trainer.invert(targets, { candidates: 64, steps: 25, restarts: 1 });
  expect(latents).toHaveLength(2);
  // Nearest candidates are 0.03 away.
  for (const error of errors) expect(error).toBeLessThan(5e-3);
  const cpu = await Trainer.create(drawings(), { ...options, backend: 'cpu' });
  const wanted = await cpu.latentDirections({ count: 2 });
  for (const [k, { share }] of (await trainer.latentDirections({ count: 2 })).entries())
    expect(Math.abs(share - wanted[k]!.share)).toBeLessThan(1e-3);
  trainer.dispose();
  cpu.dispose();
});
