import type { BackendName } from '../src/index';

/** One row on one backend. */
export interface BenchResult {
  readonly name: string;
  readonly backend: BackendName;
  readonly threads: number;
  /** Whether a captured program ran; false where it ran op by op. */
  readonly captured: boolean;
  /** Median of one repetition. */
  readonly ms: number;
  readonly minMs: number;
  readonly maxMs: number;
  readonly gflops: number;
  /** Share of the multiply-add peak of as many threads. */
  readonly ofPeak: number;
}

export interface BenchReport {
  /** Multiply-add peak of one thread, taken in this run. */
  readonly peakGflops: number;
  /** Copy bandwidth of one thread, bytes read and written, taken in this run. */
  readonly copyGBps: number;
  readonly machine: {
    readonly cpu: string;
    readonly cores: number;
    readonly platform: string;
    readonly node: string;
    readonly kallima: string;
  };
  readonly results: readonly BenchResult[];
  /** Kernels bound by memory, as shares of the copy bandwidth; on one thread of `kallima`. */
  readonly elementwise: readonly ElementwiseResult[];
}

/** A kernel that reads and writes much and computes little. */
export interface ElementwiseResult {
  readonly name: string;
  /** Median of one pass. */
  readonly ms: number;
  /** 10⁹ bytes read and written a second. */
  readonly gbps: number;
  /** Share of the copy bandwidth. */
  readonly ofCopy: number;
}
