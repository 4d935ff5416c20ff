import * as tf from '@tensorflow/tfjs-core';
import { capture } from '../../src/index';
import { shareOutsideKernels } from '../outside-kernels';
import { finish, type PreparedWorkload, type PrepareOptions } from './workload';

/** A function of tensors and what it is applied to. */
export interface FunctionWork {
  work(...inputs: tf.Tensor[]): tf.Tensor[];
  readonly inputs: readonly tf.Tensor[];
  /** Frees what the work uses besides its inputs. */
  dispose(): void;
}

/** A repetition that applies a function to the same inputs. */
export function prepareFunction(
  { work, inputs, dispose }: FunctionWork,
  { backend, mode, withoutPasses }: PrepareOptions,
): PreparedWorkload {
  const freeAll = () => {
    tf.dispose([...inputs]);
    dispose();
  };
  if (mode === 'eager') {
    const apply = () => tf.tidy(() => work(...inputs));
    return { run: () => finish(backend, apply()), dispose: freeAll };
  }
  const captured = capture(work, inputs, { without: withoutPasses });
  return {
    run: () => finish(backend, captured.run(inputs)),
    outsideKernels: () =>
      shareOutsideKernels(async () => {
        const start = performance.now();
        const { result, times } = captured.profile(inputs);
        const ms = performance.now() - start;
        tf.dispose(result);
        return { ms, kernelMs: times.reduce((sum, time) => sum + time.ms, 0) };
      }),
    dispose() {
      captured.dispose();
      freeAll();
    },
  };
}
