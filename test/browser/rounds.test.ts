import { expect, inject, it } from 'vitest';
import { probeWasm } from '../../src/index';
import { playImages, playPoints } from './rounds';

it('runs on the kind of page that the project is for', () => {
  expect(probeWasm()).toEqual({ simd: true, relaxedSimd: true, sharedMemory: crossOriginIsolated });
  expect(typeof SharedArrayBuffer === 'function').toBe(crossOriginIsolated);
});

it('plays WGAN-GP on points with the numbers of Node', async () => {
  expect(await playPoints('kallima')).toEqual(inject('nodeRounds').points);
});

it('plays a DCGAN on images with the numbers of Node', async () => {
  expect(await playImages('kallima')).toEqual(inject('nodeRounds').images);
});
