import type { TestProject } from 'vitest/node';
import type { Rounds } from './rounds';

interface NodeRounds {
  readonly points: Rounds;
  readonly images: Rounds;
}

declare module 'vitest' {
  export interface ProvidedContext {
    /** The same rounds, played in Node. */
    nodeRounds: NodeRounds;
  }
}

/** Each project loads this file anew, but TF.js is to be set up once. */
const shared = globalThis as typeof globalThis & { nodeRounds?: Promise<NodeRounds> };

async function play(): Promise<NodeRounds> {
  const { enableRelaxedSimd } = await import('../../src/index');
  await enableRelaxedSimd();
  const { playImages, playPoints } = await import('./rounds');
  return { points: await playPoints('kallima'), images: await playImages('kallima') };
}

/** Plays the rounds in Node before the page does. */
export default async function setup(project: TestProject): Promise<void> {
  shared.nodeRounds ??= play();
  project.provide('nodeRounds', await shared.nodeRounds);
}
