import { cpus } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { ArgumentError, type BackendName, chooseBackend, version } from '../src/index';
import { measureElementwise } from './elementwise';
import { measurePeak } from './peak';
import type { BenchReport, BenchResult } from './result';
import { time } from './timing';
import { KERNEL_WORKLOADS, type Workload } from './workloads';

export { formatReport } from './report';
export type { BenchReport, BenchResult, ElementwiseResult } from './result';

export interface BenchOptions {
  /** Names of the rows; default all. */
  readonly only?: readonly string[];
  /** Default `kallima`; TF.js's backends take minutes over the convolutions. */
  readonly backends?: readonly BackendName[];
  /** Threads of `kallima`; default 1. */
  readonly threads?: number;
  /** Told of each row before it is timed. */
  readonly onRow?: (name: string, backend: BackendName) => void;
}

const ELEMENTWISE = 'elementwise';

/**
 * Times the reference workloads on the chosen backends, with the machine's own multiply-add peak and copy
 * bandwidth taken in the same run.
 *
 * @throws {ArgumentError} for an unknown row.
 */
export async function runBench(options: BenchOptions = {}): Promise<BenchReport> {
  const { backends = ['kallima'], threads = 1, onRow = () => {} } = options;
  const known = [...KERNEL_WORKLOADS.map(({ name }) => name), ELEMENTWISE];
  const unknown = (options.only ?? []).find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(
      `bench: only must name rows, got ${JSON.stringify(unknown)}; known: ${known.join(', ')}`,
    );
  }
  const wanted = (name: string) => !options.only || options.only.includes(name);

  const peak = await measurePeak();
  const results: BenchResult[] = [];
  for (const backend of backends) {
    const choice = await chooseBackend({ backend, ...(backend === 'kallima' ? { threads } : {}) });
    for (const workload of KERNEL_WORKLOADS.filter(({ name }) => wanted(name))) {
      onRow(workload.name, backend);
      results.push(await timeWorkload(workload, backend, choice.threads, peak.gflops));
    }
  }
  const elementwise =
    wanted(ELEMENTWISE) && backends.includes('kallima') ? await measureElementwise(peak.copyGBps) : [];
  return {
    peakGflops: peak.gflops,
    copyGBps: peak.copyGBps,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      kallima: version,
    },
    results,
    elementwise,
  };
}

async function timeWorkload(
  workload: Workload,
  backend: BackendName,
  threads: number,
  peakGflops: number,
): Promise<BenchResult> {
  const prepared = workload.prepare();
  // A GPU has done the work only when a result is read.
  const repetition =
    backend === 'webgpu'
      ? async () => {
          const outputs = prepared.run();
          await Promise.all(outputs.map((output) => output.data()));
          tf.dispose(outputs);
        }
      : () => tf.dispose(prepared.run());
  const { median, min, max } = await time(`${workload.name} on ${backend}`, repetition);
  prepared.dispose();
  const gflops = workload.flops / median / 1e9;
  return {
    name: workload.name,
    backend,
    threads,
    captured: false,
    ms: median * 1e3,
    minMs: min * 1e3,
    maxMs: max * 1e3,
    gflops,
    ofPeak: gflops / (threads * peakGflops),
  };
}
