import { parentPort, workerData } from 'node:worker_threads';
import { KallimaError } from '../../src/errors';
import { readOnnx } from '../../src/formats/onnx/read';
import { CompiledGraph, type Feed } from '../../src/generator/graph/compiled';
import { lower } from '../../src/generator/graph/lower';
import { WHOLE } from '../../src/generator/graph/whole-toolbox';
import { startHost } from '../../src/generator/host';
import { flopsOf } from '../../src/program/cost';
import type { InferenceHost } from '../../src/program/inference-program';
import { sizeOf } from '../../src/util/shape';
import { mutateOnnx, type Original, original } from '../formats/onnx-mutate';
import { FIXTURES } from '../generator/fixtures';

/** For the sizes that the file leaves open. */
const OPEN_SIZE = 3;
const MOST_BYTES = 2 ** 26;
const MOST_KEPT = 3000;

/** What scripts/fuzz.js starts this worker with. */
interface Task {
  readonly seconds: number;
  readonly seed: number;
  /** Number of the run, and length of its input, for who watches whether it ends. */
  readonly state: Int32Array;
  readonly input: Uint8Array;
}

/** Floating-point operations that are worth waiting for. */
const MOST_WORK = 1e7;

/** Inputs of ones. */
function feedsOf(inputs: ReturnType<typeof lower>['inputs']): Record<string, Feed> {
  const ones = (shape: readonly number[]) => new Float32Array(sizeOf(shape)).fill(1);
  return Object.fromEntries(inputs.map(({ name, shape }) => [name, { data: ones(shape) }]));
}

/**
 * Reads a model, makes a program of it and, if it is not much work, runs it.
 *
 * @returns what became of it: inputs to which something new happens are worth changing further.
 */
function load(bytes: Uint8Array, host: InferenceHost): string {
  try {
    const model = readOnnx(bytes);
    const shapes = Object.fromEntries(
      model.inputs.map(({ name, shape = [] }) => [name, shape.map((size) => Number(size) || OPEN_SIZE)]),
    );
    const { trace, inputs } = lower(model, shapes, WHOLE);
    const work = trace.records.reduce((sum, { opcode, params }) => sum + flopsOf(opcode, params), 0);
    const graph = new CompiledGraph(host, model, shapes, WHOLE);
    try {
      if (work < MOST_WORK) graph.run(feedsOf(inputs), 0);
    } finally {
      graph.dispose();
    }
    return `loaded ${[...new Set(model.nodes.map(({ op }) => op))].sort()}`;
  } catch (error) {
    if (!(error instanceof KallimaError) || /\n/.test(error.message) || error.message.length > 1000)
      throw error;
    return error.message.replace(/'[^']*'|"[^"]*"|\[[^\]]*\]|[-\d.]+/g, '#');
  }
}

async function fuzz({ seconds, seed, state, input }: Task): Promise<void> {
  const host = await startHost(MOST_BYTES);
  const kept: Original[] = FIXTURES.map(({ bytes }) => original(bytes()));
  const seen = new Set<string>();
  const end = Date.now() + seconds * 1000;
  for (let run = 1; Date.now() < end; run++) {
    const from = kept[(run * 7919) % kept.length]!;
    const bytes = mutateOnnx(from, seed + run);
    if (bytes.length > input.length) continue;
    input.set(bytes);
    state[1] = bytes.length;
    Atomics.store(state, 0, run);
    let outcome: string;
    try {
      outcome = load(bytes, host);
    } catch (error) {
      outcome = (error as Error).stack ?? String(error);
      const known = outcome.split('\n').slice(0, 3).join('\n').replace(/\d+/g, '#');
      if (!seen.has(known)) parentPort?.postMessage({ error: outcome, bytes });
      outcome = known;
    }
    if (seen.has(outcome)) continue;
    seen.add(outcome);
    try {
      if (kept.length < MOST_KEPT) kept.push(original(bytes));
    } catch (error) {
      if (!(error instanceof KallimaError)) throw error;
    }
  }
  parentPort?.postMessage({ runs: state[0], outcomes: seen.size, kept: kept.length });
}

await fuzz(workerData as Task);
