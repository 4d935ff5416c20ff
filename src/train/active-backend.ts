import { getBackend, setBackend } from '@tensorflow/tfjs-core';
import type { BackendChoice } from './options';

/** The backend something runs on, and why that one. */
export interface ActiveBackend {
  readonly name: string;
  readonly reason: string;
}

export async function startBackend(
  choice: BackendChoice = 'auto',
  _threads?: number,
): Promise<ActiveBackend> {
  const name = choice === 'auto' ? 'cpu' : choice;
  await setBackend(name);
  return { name, reason: 'it was asked for' };
}

/** TF.js has one current backend for all: makes this one current again where other code has changed it. */
export async function activate({ name }: ActiveBackend): Promise<void> {
  if (getBackend() !== name) await setBackend(name);
}
