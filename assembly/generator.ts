// The kernels that draw: see src/wasm/load-generator.ts.
import { GeneratorKernels } from './generator-kernels';
import { runRecords } from './program';
import { walkProgram } from './walk';

/** {@link runRecords} with the kernels of inference. */
export function run(records: usize, count: i32, thread: i32, threads: i32): void {
  runRecords<GeneratorKernels>(records, count, thread, threads);
}

/** {@link walkProgram} with the kernels of inference. */
export function walk(image: usize, from: i32, replay: i32, thread: i32, threads: i32): i32 {
  return walkProgram<GeneratorKernels>(image, from, replay, thread, threads);
}
