import { OP_MADD_PEAK } from '../assembly/abi/gemm';
import { OP_COPY } from '../assembly/abi/layout';
import { RECORD_WORDS } from '../assembly/abi/record';
import { type KernelModule, loadKernels } from '../src/wasm/load';
import { time } from './timing';

/** What this machine can do at best, one thread, through the same WebAssembly engine. */
export interface MachinePeak {
  /** Multiply-adds in registers, 10⁹ floating-point operations a second. */
  readonly gflops: number;
  /** Copying arrays larger than the caches, 10⁹ bytes read and written a second. */
  readonly copyGBps: number;
}

const ROUNDS = 1 << 20;
const FLOPS_A_ROUND = 12 * 4 * 2;
const COPY_WORDS = 1 << 24;
const FIRST = 65536;

function record(kernels: KernelModule, words: readonly number[]): () => void {
  new Int32Array(kernels.memory.buffer, FIRST, RECORD_WORDS).set(words);
  return () => kernels.exports.run(FIRST, 1, 0, 1);
}

/** Takes the multiply-add peak and the copy bandwidth, each the best of its samples. */
export async function measurePeak(): Promise<MachinePeak> {
  const kernels = await loadKernels();
  const source = FIRST + 4096;
  const target = source + COPY_WORDS * 4;
  kernels.memory.grow(Math.ceil((target + COPY_WORDS * 4 - kernels.memory.buffer.byteLength) / 65536));

  const madd = record(kernels, [OP_MADD_PEAK, 1, 0, 1, source, ROUNDS]);
  const { min: maddSeconds } = await time('multiply-add peak', madd);
  const copy = record(kernels, [OP_COPY, 1, 1, 1, target, source, COPY_WORDS]);
  const { min: copySeconds } = await time('copy bandwidth', copy);
  return {
    gflops: (ROUNDS * FLOPS_A_ROUND) / maddSeconds / 1e9,
    copyGBps: (2 * 4 * COPY_WORDS) / copySeconds / 1e9,
  };
}
