// The kernels that train and draw: see src/wasm/load.ts.
import { AllKernels } from './all-kernels';
import { runRecords } from './program';
import { walkProgram } from './walk';

/** {@link runRecords} with every kernel. */
export function run(records: usize, count: i32, thread: i32, threads: i32): void {
  runRecords<AllKernels>(records, count, thread, threads);
}

/** {@link walkProgram} with every kernel. */
export function walk(image: usize, from: i32, replay: i32, thread: i32, threads: i32): i32 {
  return walkProgram<AllKernels>(image, from, replay, thread, threads);
}
