import type { Mode } from './workloads/workload';

/** What can be asked for: TF.js's backends, `kallima/generator`, and onnxruntime-web. */
export const BENCH_ENGINES = ['kallima', 'generator', 'wasm', 'cpu', 'webgpu', 'onnxruntime-web'] as const;
export type BenchEngine = (typeof BENCH_ENGINES)[number];

/** What computes a row; PyTorch is timed by a script of its own. */
export type EngineName = BenchEngine | 'pytorch';

/** One column of the table: the rows are comparable within it. */
export interface ColumnKey {
  readonly engine: EngineName;
  readonly threads: number;
  /** `captured` only for `kallima`. */
  readonly mode: Mode;
}

/** Milliseconds of one repetition. */
export interface Milliseconds {
  /** Median. */
  readonly ms: number;
  readonly minMs: number;
  readonly maxMs: number;
  /** Counted repetitions. */
  readonly samples: number;
}

/** One row in one column. */
export interface BenchResult extends ColumnKey, Milliseconds {
  /** Of the row. */
  readonly name: string;
  /** 10⁹ operations of the direct method a second, which a faster algorithm may exceed the peak by. */
  readonly gflops: number;
  /** Share of the multiply-add peak of as many threads. */
  readonly ofPeak: number;
  /** Share of the time that a captured program spends outside its kernels. */
  readonly outsideKernels?: number;
}

/** A row that could not be run in a column. */
export interface BenchGap extends ColumnKey {
  readonly name: string;
  readonly reason: string;
}

export interface BenchRow {
  readonly name: string;
  readonly title: string;
  readonly batch?: number;
  readonly flops: number;
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
    /** Version of PyTorch, where its times were given. */
    readonly pytorch?: string;
  };
  readonly rows: readonly BenchRow[];
  readonly results: readonly BenchResult[];
  readonly gaps: readonly BenchGap[];
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
