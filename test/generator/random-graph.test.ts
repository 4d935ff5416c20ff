import { afterAll, describe, expect, it } from 'vitest';
import { OPERATORS } from '../../src/generator/graph/operators';
import { differences, runGenerator } from '../support/onnx-parity';
import { runOnnxRuntime } from '../support/onnx-runtime';
import { RandomGraph } from './random-graph';

/**
 * Graphs of these seeds. Others: `GRAPH_SEEDS=1000-3999 npx vitest run --project node test/generator/random-graph`.
 */
const [FIRST, LAST] = (process.env.GRAPH_SEEDS ?? '0-499').split('-').map(Number) as [number, number];
const BLOCK = 50;

/** Drawn by seed alone: nothing to compare with. */
const NOISE = ['RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'];

/** In how many nodes each operator occurs. */
const counts = new Map<string, number>();

/** What is wrong with the graph of a seed; empty if nothing is. */
async function compare(seed: number, steps?: number): Promise<string> {
  const graph = new RandomGraph(seed, steps);
  const bytes = graph.bytes(steps !== undefined);
  if (steps === undefined) {
    for (const { op } of graph.builder.build().nodes) counts.set(op, (counts.get(op) ?? 0) + 1);
  }
  const expected = await runOnnxRuntime(bytes, graph.inputs);
  const wrong = await runGenerator(bytes, graph.inputs).then(
    (actual) => differences(actual, expected),
    String,
  );
  return wrong && `opset ${graph.opset}, ${graph.steps.join(', ')}: ${wrong}`;
}

/** The shortest beginning of the graph that is wrong. */
async function explain(seed: number, whole: string): Promise<string> {
  for (let steps = 0; steps <= 25; steps++) {
    const wrong = await compare(seed, steps).catch(String);
    if (wrong) return `seed ${seed}, ${steps} steps, ${wrong}`;
  }
  return `seed ${seed}, ${whole}`;
}

describe('random graphs', () => {
  const blocks = Array.from({ length: Math.ceil((LAST + 1 - FIRST) / BLOCK) }, (_, i) => FIRST + i * BLOCK);

  it.each(blocks)('give the numbers of onnxruntime: 50 from seed %i', async (first) => {
    const wrong: string[] = [];
    for (let seed = first; seed < Math.min(first + BLOCK, LAST + 1); seed++) {
      const difference = await compare(seed);
      if (difference) wrong.push(await explain(seed, difference));
    }
    expect(wrong).toEqual([]);
  });

  it('have every operator', () => {
    const enough = Math.floor((LAST + 1 - FIRST) / 100);
    const rare = Object.keys(OPERATORS).filter((op) => !NOISE.includes(op) && (counts.get(op) ?? 0) < enough);
    expect(rare.map((op) => `${op}: ${counts.get(op) ?? 0}`)).toEqual([]);
  });

  afterAll(() => counts.clear());
});
