import { expect, it } from 'vitest';
import { chooseBackend } from '../../src/index';
import { playImages, playPoints } from './rounds';

/** Largest difference between two lists of losses, relative where a loss is above 1. */
function distance(a: readonly number[], b: readonly number[]): number {
  expect(a.length).toBe(b.length);
  return Math.max(...a.map((value, i) => Math.abs(value - b[i]!) / Math.max(1, Math.abs(b[i]!))));
}

it('has an adapter here', async () => {
  expect((await chooseBackend({ backend: 'webgpu' })).name).toBe('webgpu');
});

it.each([
  ['WGAN-GP on points', playPoints],
  ['a DCGAN on images', playImages],
])('plays %s with the losses of cpu', async (_name, play) => {
  const { losses } = await play('webgpu');
  expect(losses.every(Number.isFinite)).toBe(true);
  expect(distance(losses, (await play('cpu')).losses)).toBeLessThan(1e-2);
});
