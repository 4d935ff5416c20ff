import * as tf from '@tensorflow/tfjs-core';
import { finish, type PreparedWorkload, type PrepareOptions } from './workload';

/** A repetition that applies a function to the same inputs, which it owns. */
export async function prepareFunction(
  work: (...inputs: tf.Tensor[]) => tf.Tensor[],
  inputs: readonly tf.Tensor[],
  { backend }: PrepareOptions,
  dispose: () => void = () => {},
): Promise<PreparedWorkload> {
  return {
    run: () =>
      finish(
        backend,
        tf.tidy(() => work(...inputs)),
      ),
    dispose() {
      tf.dispose([...inputs]);
      dispose();
    },
  };
}
