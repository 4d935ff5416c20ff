import { expect } from 'vitest';
import type { Recorder } from '../../src/program/recorder';
import { KernelHarness } from './harness';

/** Runs every record on all of the harness's threads, however small it is. */
class SplittingRecorder implements Recorder {
  constructor(private readonly harness: KernelHarness) {}

  get threads(): number {
    return this.harness.threads;
  }

  emit(
    opcode: number,
    outputs: readonly number[],
    inputs: readonly number[],
    params: readonly number[],
  ): void {
    this.harness.emit(opcode, outputs, inputs, params, this.threads);
  }

  scratch(bytes: number): number {
    return this.harness.scratch(bytes);
  }
}

/** Both builds, each with one thread and with more. */
const CONFIGURATIONS = [
  { relaxedSimd: false, threads: 1 },
  { relaxedSimd: false, threads: 2 },
  { relaxedSimd: true, threads: 1 },
  { relaxedSimd: true, threads: 3 },
] as const;

const configurations = await Promise.all(
  CONFIGURATIONS.map(async (options) => {
    const harness = await KernelHarness.create(options);
    return { harness, recorder: new SplittingRecorder(harness) };
  }),
);

/**
 * Runs `run` with fresh buffers on both builds, with one thread and with more, and checks the canaries. What it
 * returns, if anything, must have the same bits for any number of threads.
 */
export function onEach(run: (harness: KernelHarness, recorder: Recorder) => unknown): void {
  let before: Uint8Array | undefined;
  for (const { harness, recorder } of configurations) {
    harness.reset();
    const result = run(harness, recorder);
    expect(harness.overrun()).toBe(0);
    const bits = result instanceof Float32Array ? new Uint8Array(result.buffer) : undefined;
    if (bits && harness.threads > 1) expect(bits).toEqual(before);
    before = bits;
  }
}

/** The bytes at `pointer`. */
export function bytesAt(harness: KernelHarness, pointer: number, n: number): Uint8Array {
  return new Uint8Array(harness.kernels.memory.buffer, pointer, n);
}

/** Copies bytes in; returns their address. */
export function putBytes(harness: KernelHarness, values: ArrayLike<number>): number {
  const pointer = harness.alloc(values.length);
  bytesAt(harness, pointer, values.length).set(values);
  return pointer;
}

/** Around the sizes of a vector, of a line and of a thread's share. */
export const LENGTHS = [1, 3, 4, 5, 15, 16, 17, 33, 63, 64, 65, 129, 200];

/** Signed zeros, halves, infinities, NaN, denormals. */
export const EDGES = [
  0,
  -0,
  1,
  -1,
  2.5,
  -2.5,
  0.5,
  -0.5,
  1.5,
  7,
  -7,
  Infinity,
  -Infinity,
  Number.NaN,
  1e-40,
  -1e-40,
];

/** `n` numbers, a third of them edges. */
export function numbers(n: number, seed = 1): Float32Array {
  return Float32Array.from({ length: n }, (_, i) =>
    i % 3 === 0 ? EDGES[(i * 7 + seed) % EDGES.length]! : ((i * 7919 + seed * 104729) % 2003) / 200 - 5,
  );
}

/** `n` finite numbers in [−5, 5]. */
export function plainNumbers(n: number, seed = 1): Float32Array {
  return Float32Array.from({ length: n }, (_, i) => ((i * 7919 + seed * 104729) % 2003) / 200 - 5);
}

/** `n` integers, some of them large. */
export function integers(n: number, seed = 1): Int32Array {
  return Int32Array.from({ length: n }, (_, i) =>
    i % 4 ? ((i + seed) * 7) % 9 : Math.imul(i + seed, 0x9e3779b1) % 2 ** 31,
  );
}
