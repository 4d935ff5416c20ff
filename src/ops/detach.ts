import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/**
 * Runs `make` outside every gradient tape: its result is a constant to whoever differentiates, and nothing
 * is saved for a backward pass. Intermediate tensors are disposed.
 */
export function detach<T extends Tensor>(make: () => T): T {
  // A custom op of no inputs: what runs inside it is not recorded, and no gradient can ask for an input.
  return customGrad<T>(() => ({ value: make(), gradFunc: () => [] }))();
}
