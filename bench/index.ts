import { cpus } from 'node:os';
import { kallimaBackend } from '../src/backend';
import { ArgumentError, chooseBackend, version } from '../src/index';
import { measureElementwise } from './elementwise';
import type { NativeTimes } from './native';
import type { BenchEngine, BenchGap, BenchReport, BenchResult, ColumnKey } from './result';
import { rateOf, runColumn } from './run';
import { WORKLOADS } from './workloads/index';
import type { Workload } from './workloads/workload';

export { chartSvg } from './chart';
export { columnTitle } from './columns';
export { type NativeTimes, parseNative } from './native';
export { measurePasses, type PassesOptions, type PassResult } from './passes';
export { formatPasses, formatReport } from './report';
export type {
  BenchEngine,
  BenchReport,
  BenchResult,
  ColumnKey,
  ElementwiseResult,
  EngineName,
} from './result';
export { formatSoak, type SoakOptions, type SoakReport, soak } from './soak';

export interface BenchOptions {
  /** Names of the rows; default all. */
  readonly only?: readonly string[];
  /** Default `kallima` alone; TF.js's backends take minutes over the convolutions. */
  readonly engines?: readonly BenchEngine[];
  /** Numbers of threads of `kallima` and onnxruntime-web; default 1 and 2. TF.js's backends have one. */
  readonly threads?: readonly number[];
  /** Times of native PyTorch to set beside. */
  readonly native?: NativeTimes;
  /** Told of each row before it is timed. */
  readonly onRow?: (name: string, column: ColumnKey) => void;
}

const ELEMENTWISE = 'elementwise';

/**
 * Times the reference workloads on the chosen engines, with the machine's own multiply-add peak and copy
 * bandwidth taken in the same run.
 *
 * @throws {ArgumentError} for an unknown row, or none.
 */
export async function runBench(options: BenchOptions = {}): Promise<BenchReport> {
  const { engines = ['kallima'], threads = [1, 2], native, onRow = () => {} } = options;
  const workloads = chosenRows(options.only);
  // One thread's, whatever number the backend has.
  await chooseBackend({ backend: 'kallima' });
  const peak = kallimaBackend()!.peaks();
  const results: BenchResult[] = [];
  const gaps: BenchGap[] = [];
  for (const column of engines.flatMap((engine) => columnsOf(engine, threads))) {
    const measured = await runColumn(column, workloads, peak, onRow);
    results.push(...measured.results);
    gaps.push(...measured.gaps);
  }
  results.push(...nativeResults(native, workloads, peak.gflops));
  const wantsElementwise = !options.only || options.only.includes(ELEMENTWISE);
  const elementwise =
    wantsElementwise && engines.includes('kallima') ? await measureElementwise(peak.copyGBps) : [];
  return {
    peakGflops: peak.gflops,
    copyGBps: peak.copyGBps,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      platform: `${process.platform} ${process.arch}`,
      node: process.version,
      kallima: version,
      pytorch: native?.torch,
    },
    rows: workloads.map(({ name, title, batch, flops }) => ({ name, title, batch, flops })),
    results,
    gaps,
    elementwise,
  };
}

function chosenRows(only: readonly string[] | undefined): readonly Workload[] {
  if (!only) return WORKLOADS;
  const known = [...WORKLOADS.map(({ name }) => name), ELEMENTWISE];
  if (only.length === 0) throw new ArgumentError('bench: only must name rows, got none');
  const unknown = only.find((name) => !known.includes(name));
  if (unknown !== undefined) {
    throw new ArgumentError(
      `bench: only must name rows, got ${JSON.stringify(unknown)}; known: ${known.join(', ')}`,
    );
  }
  return WORKLOADS.filter(({ name }) => only.includes(name));
}

/** Everything that one engine is timed as. */
function columnsOf(engine: BenchEngine, threads: readonly number[]): ColumnKey[] {
  const counts = engine === 'kallima' || engine === 'onnxruntime-web' ? threads : [1];
  const modes = engine === 'kallima' ? (['captured', 'eager'] as const) : (['eager'] as const);
  return counts.flatMap((count) => modes.map((mode): ColumnKey => ({ engine, threads: count, mode })));
}

function nativeResults(
  native: NativeTimes | undefined,
  workloads: readonly Workload[],
  peakGflops: number,
): BenchResult[] {
  return (native?.runs ?? []).flatMap(({ threads, results }) =>
    workloads.flatMap((workload): BenchResult[] => {
      const times = results[workload.name];
      if (!times) return [];
      const column: ColumnKey = { engine: 'pytorch', threads, mode: 'eager' };
      const rate = rateOf(workload, column, times.ms / 1e3, peakGflops);
      return [{ ...column, name: workload.name, ...times, ...rate }];
    }),
  );
}
