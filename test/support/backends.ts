import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import '../../src/backend';
import { installGradients } from '../../src/gradients/index';

/** Backends that every op, layer and game is tested on: TF.js's cpu is the oracle, `kallima` is ours. */
export const BACKENDS = ['cpu', 'kallima'] as const;
export type BackendName = (typeof BACKENDS)[number];

/** Makes a backend the current one, with the right gradients. */
export async function startBackend(name: BackendName): Promise<void> {
  installGradients();
  if (!(await setBackend(name))) throw new Error(`startBackend: ${name} did not start`);
}
