import * as tf from '@tensorflow/tfjs-core';
import { chooseBackend, type Peaks } from '../src/index';
import { engineTitle } from './columns';
import { openGenerator } from './peers/generator';
import { openOnnx } from './peers/onnx';
import type { BenchGap, BenchResult, ColumnKey } from './result';
import { type Timing, time } from './timing';
import type { PreparedWorkload, Workload } from './workloads/workload';

/** A backend keeps its threads for life: another number is another backend. */
async function startEngine({ engine, threads }: ColumnKey): Promise<void> {
  switch (engine) {
    case 'pytorch':
      return;
    case 'generator':
    case 'onnxruntime-web':
      // Where the weights of its models are made.
      await chooseBackend({ backend: 'cpu' });
      return;
    case 'kallima':
      if (tf.findBackendFactory('kallima')) tf.removeBackend('kallima');
      await chooseBackend({ backend: 'kallima', threads });
      return;
    default:
      await chooseBackend({ backend: engine });
  }
}

/** Why a row has no place in a column, or undefined if it has. */
function misfit(workload: Workload, { engine, mode }: ColumnKey): string | undefined {
  const runtime = engine === 'onnxruntime-web' || engine === 'generator';
  if (runtime && !workload.onnx) return `${engineTitle(engine)} runs inference only`;
  if (mode === 'captured' && !workload.capturable) return 'a single kernel is no program to capture';
  return undefined;
}

async function prepare(workload: Workload, { engine, threads, mode }: ColumnKey): Promise<PreparedWorkload> {
  if (engine === 'generator') return openGenerator(workload.onnx!());
  if (engine === 'onnxruntime-web') return openOnnx(workload.onnx!(), threads);
  if (engine === 'pytorch') throw new Error('PyTorch is timed by bench/native.py');
  return workload.prepare({ backend: engine, threads, mode });
}

/** Times rows in one column; what cannot run there is a gap with its reason, and the others go on. */
export async function runColumn(
  column: ColumnKey,
  workloads: readonly Workload[],
  peak: Peaks,
  onRow: (name: string, column: ColumnKey) => void,
): Promise<{ results: BenchResult[]; gaps: BenchGap[] }> {
  const results: BenchResult[] = [];
  const gaps: BenchGap[] = [];
  const missing = (name: string, reason: string) => gaps.push({ ...column, name, reason });
  try {
    await startEngine(column);
  } catch (error) {
    for (const { name } of workloads) missing(name, reasonOf(error));
    return { results, gaps };
  }
  for (const workload of workloads) {
    const reason = misfit(workload, column);
    if (reason !== undefined) {
      missing(workload.name, reason);
      continue;
    }
    onRow(workload.name, column);
    try {
      results.push(await timeRow(column, workload, peak));
    } catch (error) {
      missing(workload.name, reasonOf(error));
    }
  }
  return { results, gaps };
}

async function timeRow(column: ColumnKey, workload: Workload, peak: Peaks): Promise<BenchResult> {
  const prepared = await prepare(workload, column);
  try {
    const timing = await time(workload.name, () => prepared.run());
    const outsideKernels = await prepared.outsideKernels?.();
    return { ...resultOf(column, workload, timing, peak), outsideKernels };
  } finally {
    prepared.dispose();
  }
}

function resultOf(column: ColumnKey, workload: Workload, timing: Timing, peak: Peaks): BenchResult {
  const { median, min, max, samples } = timing;
  const milliseconds = { ms: median * 1e3, minMs: min * 1e3, maxMs: max * 1e3, samples };
  return {
    ...column,
    name: workload.name,
    ...milliseconds,
    ...rateOf(workload, column, median, peak.gflops),
  };
}

/** Effective speed, and as a share of the peak of as many threads. */
export function rateOf(
  { flops }: { readonly flops: number },
  { threads }: { readonly threads: number },
  seconds: number,
  peakGflops: number,
): { gflops: number; ofPeak: number } {
  const gflops = flops / seconds / 1e9;
  return { gflops, ofPeak: gflops / (threads * peakGflops) };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
