import type { Recorder } from '../program/recorder';
import { maddPeak } from '../program/records/gemm';
import { copy } from '../program/records/layout';

/** What one thread of this machine can do at best, through the same WebAssembly engine. */
export interface Peaks {
  /** Multiply-adds in registers, 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** Copying arrays larger than the caches, 10⁹ bytes read and written a second. */
  readonly copyGBps: number;
}

const ROUNDS = 1 << 19;
const FLOPS_A_ROUND = 96;
const WORDS = 1 << 23;
/** The best of so many. */
const TRIES = 7;

/** Takes about a fifth of a second and, for a moment, 64 MiB. The records run at once: on an eager recorder, on one thread. */
export function measurePeaks(recorder: Recorder): Peaks {
  const single: Recorder = {
    threads: 1,
    emit: (opcode, outputs, inputs, params) => recorder.emit(opcode, outputs, inputs, params, 1),
    scratch: (bytes) => recorder.scratch(bytes),
  };
  const y = single.scratch(WORDS * 4);
  const x = single.scratch(WORDS * 4);
  const madd = best(() => maddPeak(single, { y, rounds: ROUNDS }));
  const move = best(() => copy(single, y, x, WORDS));
  return { gflops: (ROUNDS * FLOPS_A_ROUND) / madd / 1e6, copyGBps: (8 * WORDS) / move / 1e6 };
}

/** Milliseconds of the fastest run. */
function best(run: () => void): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 0; i < TRIES; i++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
  }
  return least;
}
