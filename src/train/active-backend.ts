import { getBackend, setBackend } from '@tensorflow/tfjs-core';

/** TF.js has one current backend for all: makes this one current again where other code has changed it. */
export async function activate({ name }: { readonly name: string }): Promise<void> {
  if (getBackend() !== name) await setBackend(name);
}
